//! Bytes on disk.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use trace_core::{TraceRecord, TraceSink};
use trace_sinks::JsonlTraceSink;

use crate::children::child_after;
use crate::support::record;

#[test]
fn a_record_is_its_json_text_with_a_newline() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    let sink = JsonlTraceSink::new(&path);
    let records: Vec<TraceRecord> = (0..3).map(|n| record(1, n, n * 1000)).collect();
    for record in &records {
        sink.append(record).unwrap();
    }
    let expected: String =
        records.iter().map(|record| serde_json::to_string(record).unwrap() + "\n").collect();
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    assert_eq!(sink.path(), path);
}

#[test]
fn newlines_within_a_record_stay_escaped() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    let pretty = serde_json::to_string_pretty(&serde_json::json!({
        "schema_version": 2, "id": "a\nb", "timestamp": "2026-01-02T03:04:05+00:00",
        "context": { "session_id": "s\r\n\u{2028}\u{0}", "later": { "deep": [1, { "x": "\n" }] } },
        "type": "of_a_newer_version", "more": { "list": [1, 2], "text": "\n\u{1b}[31m" },
    }))
    .unwrap();
    let record: TraceRecord = serde_json::from_str(&pretty).unwrap();
    JsonlTraceSink::new(&path).append(&record).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches('\n').count(), 1);
    assert_eq!(serde_json::from_str::<TraceRecord>(&text).unwrap(), record);
}

#[test]
fn a_large_record_is_one_line_and_the_next_small_one_too() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    let sink = JsonlTraceSink::new(&path);
    sink.append(&record(1, 0, 9 << 20)).unwrap();
    sink.append(&record(1, 1, 0)).unwrap();
    assert_eq!(crate::support::read(&path), (vec![(1, 0), (1, 1)], 0));
}

#[test]
fn nothing_is_created_before_the_first_record() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("later/trace.jsonl");
    let sink = JsonlTraceSink::new(&path);
    sink.flush().unwrap();
    assert!(!dir.path().join("later").exists());
    sink.append(&record(1, 0, 0)).unwrap();
    sink.flush().unwrap();
    assert!(path.exists());
}

#[test]
fn open_creates_the_file_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("now/trace.jsonl");
    let sink = JsonlTraceSink::open(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"");
    sink.append(&record(1, 0, 0)).unwrap();
    assert_eq!(crate::support::read(&path).0, [(1, 0)]);
}

#[test]
fn an_existing_file_keeps_its_content_and_mode() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    fs::write(&path, "{\"of\":\"before\"}\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    JsonlTraceSink::new(&path).append(&record(1, 0, 0)).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("{\"of\":\"before\"}\n{\"schema_version\":2,"));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_relative_path_counts_from_where_the_sink_was_made() {
    let dir = tempfile::tempdir().unwrap();
    let move_there = format!("cd '{}'", dir.path().display());
    let status = child_after(&move_there, "append-and-move", &["trace.jsonl"], "").status().unwrap();
    assert!(status.success());
    assert_eq!(crate::support::read(&dir.path().join("trace.jsonl")), (vec![(1, 0), (1, 1)], 0));
    assert!(!dir.path().join("elsewhere/trace.jsonl").exists());
}
