//! Records beside the tree: the host's own events, differences, logs, runs.

use chrono::{DateTime, Utc};
use serde_json::json;
use trace_core::event::{
    Custom, EffectEnvelopeDiff, Log, RecordsDropped, RunStarted, RunSummary, RuntimeEvent,
    TraceEffectEnvelopeDiffEntry, TraceEffectEnvelopeDiffEvent, TraceEffectEnvelopeDiffValue, TraceErrorInfo,
    UncaughtError,
};
use trace_core::{Severity, TraceContext, TraceRecord, sha256_hex};

use super::script::Script;
use super::session::Session;
use super::{Profile, text};

const RUN: &str = "run-0001";
const PROGRAM: &str = "agent";

/// What may come after a turn.
pub(crate) fn between_turns(session: &Session, script: &mut Script) {
    let context = TraceContext::for_session(&session.id);
    if script.chance(15) {
        let payload = json!({"turns": session.turns + 1, "note": text::sentence(script), "ok": true});
        script.emit(context.clone(), Custom::new("host.checkpoint", payload));
    }
    if script.chance(6) {
        envelope_diff(session, script);
    }
    if script.profile == Profile::Full {
        log(script, &context);
        rare(script, &context);
    }
}

fn envelope_diff(session: &Session, script: &mut Script) {
    let mut context = session.turn_context();
    context.parent_graph_node_id = Some(session.turn_node());
    let path = format!("request.messages[{}].text", script.between(0, 9));
    let missing = TraceEffectEnvelopeDiffValue::Missing;
    let entry = TraceEffectEnvelopeDiffEntry::new(path, missing.clone(), missing);
    let (recorded, rebuilt) = (text::sentence(script), text::sentence(script));
    let event = TraceEffectEnvelopeDiffEvent::new(sha256_hex(recorded), sha256_hex(rebuilt), vec![entry]);
    script.emit(context, EffectEnvelopeDiff::new(event));
}

fn log(script: &mut Script, context: &TraceContext) {
    for _ in 0..script.between(0, 3) {
        let level = script.pick(&Severity::ALL);
        let mut event = Log::new(level, format!("agent::{}", text::noun(script)), text::sentence(script));
        event.fields.insert("attempt".to_owned(), json!(script.between(1, 9)));
        (event.file, event.line) = (Some(text::path(script)), Some(script.rng.u32(1..900)));
        if level >= Severity::Error {
            event.error = Some(failure(script));
        }
        script.emit(context.clone(), event);
        script.wait(0, 5);
    }
}

fn rare(script: &mut Script, context: &TraceContext) {
    match script.between(0, 39) {
        0 => script.emit(context.clone(), RuntimeEvent::new("health_ready", "health", "ready to serve")),
        1 => {
            let error = failure(script);
            script.emit(context.clone(), UncaughtError::new(Some("worker-1".to_owned()), error));
        }
        2 => script.emit(context.clone(), RecordsDropped::new(12, 3456, "queue_full")),
        _ => {}
    }
}

fn failure(script: &mut Script) -> TraceErrorInfo {
    let mut error = TraceErrorInfo::new("std::io::Error", format!("cannot open {}", text::path(script)));
    error.chain = vec!["No such file or directory (os error 2)".to_owned()];
    error
}

/// The first record of a run.
pub(crate) fn run_started(script: &mut Script) {
    if script.profile == Profile::Full {
        let mut run = RunStarted::new(RUN, PROGRAM);
        run.command_path = vec![PROGRAM.to_owned(), "serve".to_owned()];
        script.emit(run_context(), run);
    }
}

/// The last record of a run.
pub(crate) fn run_summary(now: DateTime<Utc>, records: u64) -> TraceRecord {
    let mut summary = RunSummary::new(RUN, PROGRAM, "completed");
    summary.command_path = vec![PROGRAM.to_owned(), "serve".to_owned()];
    summary.counts.insert("info".to_owned(), records);
    let mut record = TraceRecord::new_with_timestamp(run_context(), summary, now);
    record.id = format!("00000000-0000-4000-8000-{records:012x}");
    record
}

fn run_context() -> TraceContext {
    let mut context = TraceContext::default();
    context.run_id = Some(RUN.to_owned());
    context
}
