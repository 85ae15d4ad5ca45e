//! Arize Phoenix: spans stored, kinds, tokens and sessions.

mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::sent::{LOOKS, Look, Sent, Tokens, export, list, text};
use server::Phoenix;

const STORED_WITHIN: Duration = Duration::from_mins(3);
/// Longer than it takes to store what it was sent.
const SETTLED: Duration = Duration::from_secs(8);

/// Exports the traces, each to a project of its own, in every look to a Phoenix of its own: ids are the same in all.
pub(super) fn check(traces: &[String]) -> Result<(), String> {
    for look in LOOKS {
        let phoenix = Phoenix::start()?;
        for (number, trace) in traces.iter().enumerate() {
            let project = format!("trace-{number}");
            compare(&phoenix, trace, look, &project)
                .map_err(|difference| format!("{trace} {}: {difference}", look.name))?;
        }
    }
    Ok(())
}

/// Exports a trace twice: the second time changes nothing.
fn compare(phoenix: &Phoenix, trace: &str, look: Look, project: &str) -> Result<(), String> {
    let sent = Sent::of(trace, look)?;
    let endpoint = if look.over_grpc { &phoenix.grpc } else { &phoenix.url };
    let call = export(trace, look).arg("--otlp").arg(endpoint);
    let call = call.env("OTEL_RESOURCE_ATTRIBUTES", format!("openinference.project.name={project}"));
    for time in ["once", "twice"] {
        call.output()?;
        let stored = stored(phoenix, project, sent.spans.len())?;
        same_spans(&sent, &stored)?;
        let kinds = same_kinds(&sent, &stored)?;
        let sessions = phoenix.list(project, "sessions")?;
        same_tokens(&sent, &sessions)?;
        same_sessions(&sent, &sessions)?;
        let Tokens { input, output } = sent.tokens;
        println!(
            "{trace} {}, sent {time}: {} spans, {kinds}, {input} + {output} tokens, sessions: {}",
            look.name,
            stored.len(),
            sessions.len()
        );
    }
    Ok(())
}

/// All spans of a project, once there are so many and some time for more has passed.
fn stored(phoenix: &Phoenix, project: &str, count: usize) -> Result<Vec<Value>, String> {
    let begun = Instant::now();
    loop {
        // A project that has no span yet is not known.
        let stored = phoenix.list(project, "spans").map_or(0, |spans| spans.len());
        if stored >= count || begun.elapsed() > STORED_WITHIN {
            sleep(SETTLED);
            return phoenix.list(project, "spans");
        }
        sleep(Duration::from_secs(1));
    }
}

fn same_spans(sent: &Sent, stored: &[Value]) -> Result<(), String> {
    let ids: BTreeSet<String> = stored.iter().map(|span| text(&span["context"]["span_id"])).collect();
    let lost: Vec<&str> =
        sent.spans.iter().filter(|(id, _)| !ids.contains(*id)).map(|(_, span)| span.name.as_str()).collect();
    if lost.is_empty() && ids.len() == sent.spans.len() && stored.len() == ids.len() {
        return Ok(());
    }
    Err(format!("{} spans stored of {} sent; lost: {lost:?}", stored.len(), sent.spans.len()))
}

/// How many there are of each kind; the kind follows from what a span says that it did.
fn same_kinds(sent: &Sent, stored: &[Value]) -> Result<String, String> {
    let mut kinds = BTreeMap::from([("AGENT", 0), ("LLM", 0), ("TOOL", 0), ("UNKNOWN", 0)]);
    for span in stored {
        let operation = &sent.spans[&text(&span["context"]["span_id"])].operation;
        let expected = match operation.as_deref() {
            Some("invoke_agent") => "AGENT",
            Some("chat") => "LLM",
            Some("execute_tool") => "TOOL",
            _ => "UNKNOWN",
        };
        if span["span_kind"] != expected {
            return Err(format!("{} is {}, not {expected}", span["name"], span["span_kind"]));
        }
        *kinds.entry(expected).or_default() += 1;
    }
    let counts: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    match kinds.iter().find(|(_, count)| **count == 0) {
        Some((kind, _)) if *kind != "UNKNOWN" => Err(format!("no span of kind {kind}")),
        _ => Ok(counts.join(", ")),
    }
}

fn same_tokens(sent: &Sent, sessions: &[Value]) -> Result<(), String> {
    let sum = |name: &str| sessions.iter().filter_map(|session| session[name].as_u64()).sum();
    let stored = Tokens { input: sum("token_count_prompt"), output: sum("token_count_completion") };
    if stored == sent.tokens {
        return Ok(());
    }
    Err(format!("{stored:?} in all sessions, but the records tell of {:?}", sent.tokens))
}

/// Every trace belongs to one session, and it is one of its own; a trace of records without a session belongs to none.
fn same_sessions(sent: &Sent, sessions: &[Value]) -> Result<(), String> {
    let mut expected = sent.sessions();
    expected.retain(|_, sessions| !sessions.is_empty());
    for session in sessions {
        let id = text(&session["session_id"]);
        for trace in list(&session["traces"]) {
            let trace = text(&trace["trace_id"]);
            let own = expected.remove(trace.as_str());
            if !own.is_some_and(|own| own.contains(id.as_str())) {
                return Err(format!("trace {trace} is in session {id}, where it does not belong"));
            }
        }
    }
    if expected.is_empty() { Ok(()) } else { Err(format!("traces without a session: {expected:?}")) }
}
