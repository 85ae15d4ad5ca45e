//! What failed, and what was stopped.

use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;
use serde_json::json;
use trace_core::TraceRecord;
use trace_sinks::otel::{OtelOptions, OtelReport};

use super::made::{step, turn};
use super::support::{export, record, text};

fn spans(records: &[TraceRecord]) -> (Vec<SpanData>, OtelReport) {
    export(records, OtelOptions::default())
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
