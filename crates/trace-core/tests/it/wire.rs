//! The wire: what is read is written again, and what is unknown survives.

use serde_json::{Value, json};
use trace_core::event::Custom;
use trace_core::{DecodeErrorKind, TraceContext, TraceEvent, TraceRecord};

use crate::support::{gunzip, normal};

#[test]
fn every_line_of_the_seed_traces_reads_typed_and_comes_back_equal() {
    for name in ["seed-v2-1k.jsonl.gz", "seed-v2-10k.jsonl.gz"] {
        for (index, line) in gunzip(name).lines().enumerate() {
            let record = TraceRecord::from_json(line)
                .unwrap_or_else(|error| panic!("{name}:{}: {error:?}", index + 1));
            assert!(!matches!(record.event, TraceEvent::Unknown(_)), "{name}:{}", index + 1);
            let once = serde_json::to_string(&record).unwrap();
            let again: TraceRecord = serde_json::from_str(&once).unwrap();
            assert_eq!(again, record);
            assert_eq!(serde_json::to_string(&again).unwrap(), once, "{name}:{}", index + 1);
            let (theirs, ours): (Value, Value) =
                (serde_json::from_str(line).unwrap(), serde_json::from_str(&once).unwrap());
            assert_eq!(normal(&ours), normal(&theirs), "{name}:{}", index + 1);
        }
    }
}

#[test]
fn key_order_does_not_matter() {
    for line in gunzip("seed-v2-1k.jsonl.gz").lines() {
        let record: TraceRecord = serde_json::from_str(line).unwrap();
        let object: serde_json::Map<String, Value> = serde_json::from_str(line).unwrap();
        let members: Vec<String> =
            object.iter().map(|(key, value)| format!("{}:{value}", json!(key))).collect();
        let forward = format!("{{{}}}", members.join(","));
        let backward = format!("{{{}}}", members.iter().rev().cloned().collect::<Vec<_>>().join(","));
        assert_eq!(TraceRecord::from_json(&forward).unwrap(), record);
        assert_eq!(TraceRecord::from_json(&backward).unwrap(), record);
        assert_eq!(serde_json::from_value::<TraceRecord>(Value::Object(object)).unwrap(), record);
        assert_eq!(serde_json::from_reader::<_, TraceRecord>(line.as_bytes()).unwrap(), record);
    }
}

const NEWER: &str = r#"{"future_first":[1e400,{"deep":true}],"schema_version":2,"id":"x","timestamp":"2026-05-11T09:00:00Z",
  "context":{"session_id":"s","planet":{"name":"Mars\n"}},"type":"custom","name":"n","payload":1,"future_last":18446744073709551616}"#;

#[test]
fn unknown_fields_survive_at_the_top_and_in_the_context() {
    let record = TraceRecord::from_json(NEWER).unwrap();
    assert_eq!(record.extra.len(), 2);
    assert_eq!(record.extra.get("future_first").unwrap().get(), r#"[1e400,{"deep":true}]"#);
    assert_eq!(record.context.extra.get("planet").unwrap().get(), r#"{"name":"Mars\n"}"#);
    let line = serde_json::to_string(&record).unwrap();
    assert!(!line.contains('\n'), "a record is one line: {line}");
    assert!(line.contains(r#""future_last":18446744073709551616"#), "{line}");
    assert_eq!(TraceRecord::from_json(&line).unwrap(), record);
}

#[test]
fn an_unknown_kind_survives_with_what_a_value_cannot_hold() {
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    let line = format!(
        r#"{{"big":1e400,"schema_version":2,"id":"x","timestamp":"2026-05-11T09:00:00Z","context":{{}},"type":"telepathy","deep":{deep},"type2":null}}"#
    );
    let record = TraceRecord::from_json(&line).unwrap();
    let TraceEvent::Unknown(unknown) = &record.event else { panic!("{:?}", record.event) };
    assert_eq!((record.event.kind(), unknown.fields.len()), ("telepathy", 3));
    let written = serde_json::to_string(&record).unwrap();
    assert!(written.contains(&deep) && written.contains(r#""big":1e400"#), "{written}");
    assert_eq!(TraceRecord::from_json(&written).unwrap(), record);
}

#[test]
fn an_event_reads_alone() {
    let event: TraceEvent =
        serde_json::from_str(r#"{"name":"n","payload":{"k":[1]},"type":"custom"}"#).unwrap();
    assert_eq!(event, Custom::new("n", json!({"k": [1]})).into());
    let text = serde_json::to_string(&event).unwrap();
    assert_eq!(text, r#"{"type":"custom","name":"n","payload":{"k":[1]}}"#);
}

#[test]
fn decode_errors_tell_damage_newer_and_foreign_apart() {
    let kind = |text: &str| TraceRecord::from_json(text).unwrap_err().kind();
    assert_eq!(kind(r#"{"type":"custom""#), DecodeErrorKind::NotJson);
    assert_eq!(kind(r#"{"a":1} {"b":2}"#), DecodeErrorKind::NotJson);
    assert_eq!(kind(r#"{"a":1e400}"#), DecodeErrorKind::NotARecord);
    assert_eq!(kind(&format!("{}{}", "[".repeat(5000), "]".repeat(5000))), DecodeErrorKind::NotARecord);
    assert_eq!(kind("3"), DecodeErrorKind::NotARecord);
    assert_eq!(kind("[3]"), DecodeErrorKind::NotARecord);
    assert_eq!(kind(r#"{"schema_version":3,"\ud800":1}"#), DecodeErrorKind::NewerSchema { found: 3 });
    let newer = r#"{"schema_version":99,"timestamp":"not a time"}"#;
    assert_eq!(kind(newer), DecodeErrorKind::NewerSchema { found: 99 });
    let late = r#"{"timestamp":"not a time","type":"custom","schema_version":3}"#;
    assert_eq!(kind(late), DecodeErrorKind::NewerSchema { found: 3 });
    let payload = r#"{"schema_version":2,"id":"x","timestamp":"2026-05-11T09:00:00Z","context":{},"type":"custom","name":"n","payload":1e400}"#;
    assert_eq!(kind(payload), DecodeErrorKind::NotARecord);
}

#[test]
fn absent_null_and_empty_optionals_are_equal() {
    let read_at = |time: &str, context: &str, rest: &str| {
        let line = format!(
            r#"{{"schema_version":2,"id":"x","timestamp":"{time}","type":"turn_started"{context}{rest}}}"#
        );
        TraceRecord::from_json(&line)
    };
    let read = |context: &str, rest: &str| read_at("2026-05-11T11:00:00+02:00", context, rest).unwrap();
    let absent = read("", "");
    assert_eq!(read(r#","context":null"#, r#","metadata":null,"writer":null,"seq":null"#), absent);
    assert_eq!(read(r#","context":{"run_id":null,"metadata":{}}"#, r#","metadata":{}"#), absent);
    assert_eq!(absent.context, TraceContext::default());
    assert_eq!(read_at("2026-05-11T09:00:00Z", "", "").unwrap(), absent);
    assert!(serde_json::to_string(&absent).unwrap().contains("2026-05-11T09:00:00+00:00"));
    for outside in ["0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "yesterday"] {
        assert!(read_at(outside, "", "").is_err(), "{outside}");
    }
}

#[test]
fn a_repeated_key_is_refused_and_never_chosen_from() {
    let line = |extra: &str| {
        format!(
            r#"{{"type":"custom","schema_version":2,"id":"x","timestamp":"2026-05-11T09:00:00Z","context":{{}},"name":"n","payload":1{extra}}}"#
        )
    };
    assert!(TraceRecord::from_json(&line("")).is_ok());
    for extra in [r#","type":"log""#, r#","id":"y""#, r#","name":"m""#, r#","context":{}"#] {
        assert_eq!(
            TraceRecord::from_json(&line(extra)).unwrap_err().kind(),
            DecodeErrorKind::NotARecord,
            "{extra}"
        );
    }
}

#[test]
fn an_unknown_event_read_alone_leaves_the_envelope_behind() {
    let line = r#"{"schema_version":2,"id":"x","timestamp":"2026-05-11T09:00:00Z","context":{},"type":"telepathy","distance":3}"#;
    let event: TraceEvent = serde_json::from_str(line).unwrap();
    let record = TraceRecord::new(TraceContext::default(), event);
    let again = TraceRecord::from_json(&serde_json::to_string(&record).unwrap()).unwrap();
    assert_eq!(again, record);
}
