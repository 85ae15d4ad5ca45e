//! Ids that repeat, are missing or point in circles.

use opentelemetry::trace::{SpanId, Status};
use opentelemetry_sdk::trace::SpanData;
use serde_json::{Value, json};
use trace_core::TraceRecord;
use trace_sinks::otel::{OtelOptions, OtelReport, SpanNames, TraceScope};

use super::support::{export, only, record, text};

fn spans(records: &[TraceRecord]) -> (Vec<SpanData>, OtelReport) {
    export(records, OtelOptions::default())
}

fn scoped(records: &[TraceRecord], scope: TraceScope) -> Vec<SpanData> {
    export(records, OtelOptions::default().with_scope(scope)).0
}

fn tool_started(id: &str, name: &str) -> Value {
    json!({"type": "tool_call_started", "call_id": id, "name": name, "args": {}})
}

fn tool_completed(id: &str, name: &str) -> Value {
    json!({"type": "tool_call_completed", "call_id": id, "name": name, "args": {}, "duration_ms": 5,
        "output": {"outcome": {"status": "success", "payload": 1}}})
}

fn llm_started() -> Value {
    json!({"type": "llm_call_started",
        "request": {"model": "m", "messages": [], "tool_choice": "auto", "stream": false}})
}

fn llm_completed() -> Value {
    json!({"type": "llm_call_completed", "response": {"text": "hi", "duration_ms": 5},
        "usage": {"input_tokens": 10, "output_tokens": 2, "cache_read_input_tokens": 0,
            "cache_write_input_tokens": 0, "reasoning_output_tokens": 0}})
}

fn llm_failed(retryable: bool) -> Value {
    json!({"type": "llm_call_failed", "error": {"message": "busy", "retryable": retryable, "code": "503"}})
}

fn turn_started() -> Value {
    json!({"type": "turn_started"})
}

fn turn_completed() -> Value {
    json!({"type": "turn_completed", "status": "completed", "done_reason": "assistant_message"})
}

fn turn(session: &str, turn: &str) -> Value {
    json!({"session_id": session, "turn_id": turn, "graph_node_id": format!("turn:{session}:{turn}"),
        "parent_graph_node_id": format!("session:{session}")})
}

fn with(mut context: Value, more: Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        context[key] = value.clone();
    }
    context
}

fn call(session: &str, turn: &str, id: &str) -> Value {
    json!({"session_id": session, "turn_id": turn, "llm_call_id": id, "graph_node_id": format!("llm:{id}"),
        "parent_graph_node_id": format!("turn:{session}:{turn}")})
}

fn tool(session: &str, turn: &str, id: &str) -> Value {
    json!({"session_id": session, "turn_id": turn, "graph_node_id": format!("tool:{id}"),
        "parent_graph_node_id": format!("turn:{session}:{turn}")})
}

#[test]
fn a_repeated_answer_is_not_spent_twice() {
    let end = record("r3", 2, call("s", "t", "c"), llm_completed());
    let records = [
        record("r1", 0, turn("s", "t"), turn_started()),
        record("r2", 1, call("s", "t", "c"), llm_started()),
        end.clone(),
        end,
        record("r4", 3, turn("s", "t"), turn_completed()),
    ];
    let (spans, report) = spans(&records);
    assert_eq!(text(only(&spans, "lash.turn"), "lash.turn.usage.input_tokens").unwrap(), "10");
    assert_eq!(text(only(&spans, "lash.turn"), "lash.turn.llm_calls").unwrap(), "1");
    assert_eq!(report.repeated, 1);
}

#[test]
fn runs_and_turns_without_sessions_keep_their_records_apart() {
    let mut records = Vec::new();
    for (at, run) in [(0, "run-1"), (10, "run-2")] {
        let context = json!({"run_id": run, "llm_call_id": "c"});
        records.push(record(&format!("{run}a"), at, context.clone(), llm_started()));
        records.push(record(&format!("{run}b"), at + 1, context, llm_completed()));
        let started = json!({"type": "run_started", "run_id": run, "program": "p"});
        records.push(record(&format!("{run}s"), at, json!({}), started));
        let in_turn = json!({"run_id": run, "turn_id": "t"});
        records.push(record(&format!("{run}c"), at + 2, in_turn.clone(), turn_started()));
        records.push(record(&format!("{run}d"), at + 3, in_turn, turn_completed()));
    }
    for turn in ["t", "u"] {
        let context = json!({"turn_id": turn});
        records.push(record(&format!("{turn}1"), 20, context.clone(), turn_started()));
        let call = json!({"turn_id": turn, "llm_call_id": "c"});
        records.push(record(&format!("{turn}2"), 21, call.clone(), llm_started()));
        records.push(record(&format!("{turn}3"), 22, call, llm_completed()));
        records.push(record(&format!("{turn}4"), 23, context, turn_completed()));
    }
    let (spans, report) = spans(&records);
    let count = |name: &str| spans.iter().filter(|span| span.name == name).count();
    assert_eq!((count("lash.llm"), count("lash.run"), count("lash.turn")), (4, 2, 4));
    assert_eq!((report.repeated, report.incomplete), (0, 2));
    let alone =
        spans.iter().filter(|span| span.name == "lash.llm" && text(span, "lash.context.run_id").is_none());
    assert!(alone.clone().all(|span| span.parent_span_id != SpanId::INVALID));
}

#[test]
fn records_without_ids_are_told_apart() {
    let log = |ms, message: &str| {
        let log = json!({"type": "log", "level": "info", "target": "t", "message": message});
        record("", ms, json!({"session_id": "s"}), log)
    };
    let calls = |ms| {
        let context = json!({"session_id": "s", "turn_id": "t", "graph_node_id": "llm:", "llm_call_id": ""});
        record(&format!("r{ms}"), ms, context, llm_completed())
    };
    let records = [log(0, "one"), log(0, "two"), log(1, "one"), log(1, "one"), calls(1), calls(2)];
    let (spans, report) = spans(&records);
    assert_eq!((spans.len(), report.repeated), (5, 1));
}

fn caused(session: &str, id: &str, by: Value) -> Value {
    with(turn(session, id), json!({"metadata": {"caused_by": by}}))
}

fn by_tool(session: &str, turn: &str, call: &str) -> Value {
    json!({"kind": "tool_call", "session_id": session, "turn_id": turn, "call_id": call})
}

#[test]
fn a_session_that_goes_on_after_it_was_idle_ends_with_its_last_record() {
    let mut records = Vec::new();
    for (at, id) in [(0, "t"), (7_200_000, "u"), (14_400_000, "v")] {
        records.push(record(&format!("{id}1"), at, turn("s", id), turn_started()));
        records.push(record(&format!("{id}2"), at + 10, turn("s", id), turn_completed()));
    }
    let spans = scoped(&records, TraceScope::Session);
    let sessions: Vec<&SpanData> = spans.iter().filter(|span| span.name == "lash.session").collect();
    let last = sessions.last().unwrap();
    assert_eq!(last.end_time.duration_since(last.start_time).unwrap().as_millis(), 14_400_010);
    assert!(sessions[1..].iter().all(|span| text(span, "lash.span.revised").is_some()));
}

fn step(phase: &str, payload: &Value) -> Value {
    json!({"type": "protocol_step", "plugin_id": "runtime",
        "payload": {"diagnostic": {"phase": phase, "payload": payload}}})
}

fn graph(id: &str, ms: i64, subject: &str, mut event: Value) -> TraceRecord {
    event["event_key"] = id.into();
    event["identity"] = json!({"scope": {"session_id": "s", "turn_id": "t"},
        "subject": {"type": "effect", "effect_id": subject, "kind": "tool"},
        "module_ref": "m", "entry_kind": "main", "entry_name": "main"});
    record(id, ms, json!({"session_id": "s"}), json!({"type": "lashlang_execution", "event": event}))
}

const IDS: &[&str] = &[
    "",
    "..",
    "/",
    "a\\b",
    "-",
    "a\tb",
    "a\r\nb",
    "\u{0}",
    "\u{202e}/",
    "a\u{200b}b",
    "A",
    "a",
    ":",
    "::",
    "a:b",
    "tool:a",
    "turn:a",
    "turn:a:a",
    "session:",
    "llm:",
    "idx0",
    "{a,b}",
    "%d",
    "undefined",
    "0",
    "constructor",
    "\u{7f}",
    "<img src=x>",
    "http://127.0.0.1/",
];

/// Everything a record can be, with one id for all that it names.
fn all_kinds(id: &str, nth: usize) -> Vec<TraceRecord> {
    let at = nth as i64;
    let base = json!({"session_id": id, "turn_id": id, "llm_call_id": id, "effect_id": id, "run_id": id});
    let context = |node: &str, parent: &str| {
        with(
            base.clone(),
            json!({"graph_node_id": format!("{node}{id}"), "parent_graph_node_id": format!("{parent}{id}")}),
        )
    };
    let events = [
        (context("session:", ""), json!({"type": "session_started"})),
        (context("turn:", "tool:"), turn_started()),
        (context("llm:", "llm:"), llm_started()),
        (context("llm:", "effect:"), llm_completed()),
        (context("tool:", "process:"), tool_started(id, id)),
        (context("process:", "tool:"), step("process_started", &json!({}))),
        (context("process:", "batch:"), step("process_failed", &json!({"error": ""}))),
        (context("llm:", "code:"), step("exec_code_started", &json!({}))),
        (context("", ""), json!({"type": "custom", "name": id, "payload": null})),
        (json!({}), json!({"type": "run_started", "run_id": id, "program": id})),
        (context("tool:", "turn:"), tool_completed(id, id)),
        (context("turn:", "node:"), turn_completed()),
        (json!({"run_id": id}), json!({"type": "log", "level": "error", "target": "", "message": ""})),
    ];
    let events = events.into_iter().enumerate();
    events.map(|(kind, (context, event))| record(&format!("{nth}-{kind}"), at, context, event)).collect()
}

#[test]
fn a_failure_has_a_type_and_a_message_and_a_stop_is_none() {
    let failed_tool = json!({"type": "tool_call_completed", "call_id": "c", "name": "x", "args": {}, "duration_ms": 5,
        "output": {"outcome": {"status": "failure", "payload": {"kind": "no such file: /a/b"}}}});
    let failures = [
        json!({"type": "turn_completed", "status": "failed", "done_reason": ""}),
        json!({"type": "turn_completed", "status": "failed", "done_reason": "it went wrong at 12:31"}),
        failed_tool,
        step("exec_code_failed", &json!({})),
        step("exec_code_failed", &json!({"error": ""})),
        step("exec_code_completed", &json!({"error": {"message": "boom"}})),
        json!({"type": "llm_call_failed", "error": {"message": "", "retryable": false}}),
        json!({"type": "log", "level": "error", "target": "t", "message": "",
            "error": {"type": "a b", "message": ""}}),
        json!({"type": "run_summary", "run_id": "r", "program": "p", "duration_ms": 1, "exit_code": 1, "outcome": ""}),
    ];
    for failure in failures {
        let (spans, _) = spans(&[record("r", 0, turn("s", "t"), failure.clone())]);
        let Status::Error { description } = &spans[0].status else { panic!("{failure}") };
        assert!(!description.is_empty(), "{failure}");
        assert_eq!(text(&spans[0], "error.type").as_deref(), Some("_OTHER"), "{failure}");
    }
    let stops = [
        json!({"type": "turn_completed", "status": "failed", "done_reason": "cancelled"}),
        json!({"type": "turn_completed", "status": "cancelled", "done_reason": "cancelled"}),
        step("exec_code_failed", &json!({"error": "stopped", "terminal_reason": "cancelled"})),
        step("batch_completed", &json!({"error": "stopped", "terminal_reason": "cancelled"})),
        json!({"type": "llm_call_failed",
            "error": {"message": "stopped", "retryable": false, "terminal_reason": "cancelled"}}),
        json!({"type": "run_summary", "run_id": "r", "program": "p", "duration_ms": 1, "exit_code": 130,
            "outcome": "cancelled"}),
    ];
    for stop in stops {
        let (spans, _) = spans(&[record("r", 0, turn("s", "t"), stop.clone())]);
        assert_eq!((&spans[0].status, text(&spans[0], "error.type")), (&Status::Unset, None), "{stop}");
    }
}
