//! Lines that must read, and be written back equal, for ever; and the table of kinds.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use trace_core::{TraceEvent, TraceLevel, TraceRecord};

use crate::support::normal;

/// Every kind with its level, as the format promises them.
const KINDS: [(&str, TraceLevel); 23] = [
    ("session_started", TraceLevel::Standard),
    ("turn_started", TraceLevel::Standard),
    ("prompt_built", TraceLevel::Standard),
    ("llm_call_started", TraceLevel::Standard),
    ("llm_call_completed", TraceLevel::Standard),
    ("llm_call_failed", TraceLevel::Standard),
    ("provider_request", TraceLevel::Extended),
    ("effect_envelope_diff", TraceLevel::Extended),
    ("provider_stream_event", TraceLevel::Extended),
    ("runtime_stream_event", TraceLevel::Extended),
    ("tool_call_started", TraceLevel::Standard),
    ("tool_call_completed", TraceLevel::Standard),
    ("protocol_step", TraceLevel::Standard),
    ("token_usage", TraceLevel::Standard),
    ("lashlang_execution", TraceLevel::Standard),
    ("turn_completed", TraceLevel::Standard),
    ("custom", TraceLevel::Standard),
    ("log", TraceLevel::Standard),
    ("runtime_event", TraceLevel::Standard),
    ("run_started", TraceLevel::Standard),
    ("run_summary", TraceLevel::Standard),
    ("uncaught_error", TraceLevel::Standard),
    ("records_dropped", TraceLevel::Standard),
];

/// Lines of every version that was ever written. Files are added, never changed.
fn kept_lines() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/kept");
    let mut lines = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        lines.extend(text.lines().map(str::to_owned));
    }
    lines
}

#[test]
fn kept_lines_read_typed_and_are_written_back_equal() {
    for line in kept_lines() {
        let record = TraceRecord::from_json(&line).unwrap_or_else(|error| panic!("{line}: {error:?}"));
        let written = serde_json::to_string(&record).unwrap();
        let (ours, kept): (Value, Value) =
            (serde_json::from_str(&written).unwrap(), serde_json::from_str(&line).unwrap());
        assert_eq!(normal(&ours), normal(&kept));
        for key in ["call_id", "summary", "has_signature"] {
            assert_eq!(written.matches(key).count(), line.matches(key).count(), "{key} is always written");
        }
    }
}

#[test]
fn every_kind_is_kept_and_has_its_level() {
    let mut seen = BTreeSet::new();
    for line in kept_lines() {
        let record = TraceRecord::from_json(&line).unwrap();
        let kind = record.event.kind().to_owned();
        if matches!(record.event, TraceEvent::Unknown(_)) {
            assert_eq!(kind, "telepathy");
            continue;
        }
        let level = KINDS.iter().find(|(name, _)| *name == kind).map(|(_, level)| *level);
        assert_eq!(Some(record.event.level()), level, "{kind}");
        seen.insert(kind);
    }
    assert_eq!(seen.len(), KINDS.len());
}

#[test]
fn failures_are_told_from_cancellations() {
    let failed = |json: &str| serde_json::from_str::<TraceEvent>(json).unwrap().is_failed();
    let tool = |status: &str| {
        failed(&format!(
            r#"{{"type":"tool_call_completed","name":"t","args":1,"output":{{"outcome":{{"status":"{status}","payload":1}}}},"duration_ms":1}}"#
        ))
    };
    assert_eq!([tool("success"), tool("failure"), tool("cancelled")], [false, true, false]);
    let turn = |status: &str| {
        failed(&format!(r#"{{"type":"turn_completed","status":"{status}","done_reason":"x"}}"#))
    };
    assert_eq!([turn("completed"), turn("failed"), turn("cancelled")], [false, true, false]);
    assert!(failed(r#"{"type":"llm_call_failed","error":{"message":"m","retryable":true}}"#));
    assert!(!failed(
        r#"{"type":"llm_call_failed","error":{"message":"m","retryable":false,"terminal_reason":"cancelled"}}"#
    ));
    assert!(failed(r#"{"type":"log","level":"FATAL","message":"m"}"#));
    assert!(!failed(r#"{"type":"log","level":"warning","message":"m"}"#));
    assert!(failed(r#"{"type":"run_summary","exit_code":1,"outcome":"completed"}"#));
}
