//! Records on their way again.

use std::sync::Mutex;

use chrono::{TimeDelta, Utc};
use serde_json::json;
use trace_core::{TraceRecord, TraceSinkError, sink_fn};
use trace_viewer::input::{InputLimits, Source};
use trace_viewer::query::instant_us;
use trace_viewer::replay::{ReplayError, ReplayOptions, Replayed, clock, replay};

use crate::support::{Trace, path, seed};

/// What a sink took of the sources.
fn replayed(sources: &[Source], options: &ReplayOptions) -> (Vec<TraceRecord>, Replayed) {
    let taken = Mutex::new(Vec::new());
    let sink = sink_fn(|record: &TraceRecord| {
        taken.lock().unwrap().push(record.clone());
        Ok(())
    });
    let done = replay(sources, &sink, options, &mut ()).unwrap();
    (taken.into_inner().unwrap(), done)
}

fn written(directory: &tempfile::TempDir, name: &str, lines: &[impl AsRef<str>]) -> Source {
    let file = directory.path().join(name);
    let text: String = lines.iter().flat_map(|line| [line.as_ref(), "\n"]).collect();
    std::fs::write(&file, text).unwrap();
    Source::File(file)
}

/// The ids of what passes between two times of a trace that has a record a second.
fn between(trace: &Trace, since: Option<i64>, until: Option<i64>) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    let zero = instant_us("2026-05-11").unwrap();
    let at = |second: i64| zero + second * 1_000_000;
    let options =
        ReplayOptions { since_us: since.map(at), until_us: until.map(at), ..ReplayOptions::default() };
    let (records, done) = replayed(&[written(&directory, "trace.jsonl", &trace.lines)], &options);
    assert_eq!(done.records + done.left_out, trace.lines.len() as u64);
    assert_eq!(done.records, records.len() as u64);
    records.into_iter().map(|record| record.id).collect()
}

#[test]
fn every_record_arrives_as_it_was_and_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let (lines, _) = seed("seed-v2-1k");
    let packed = Source::File(path("../trace-core/tests/data/seed-v2-1k.jsonl.gz"));
    let again = written(&directory, "again.jsonl", &lines[..10]);
    let (records, done) = replayed(&[packed, again], &ReplayOptions::default());
    let expected: Vec<TraceRecord> =
        lines.iter().chain(&lines[..10]).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records, expected);
    assert_eq!((done.records, done.foreign, done.left_out, done.outcome.finding_count), (1010, 0, 0, 0));
}

#[test]
fn damaged_and_foreign_lines_are_counted_and_the_rest_arrives() {
    let directory = tempfile::tempdir().unwrap();
    let mut trace = Trace::default();
    trace.turn("s", "t");
    trace.lines.push("not json".to_owned());
    trace.lines.push(r#"{"some":"thing"}"#.to_owned());
    trace.add("tool_call_started", json!({}), json!({"call_id": 7}));
    trace.add("note", json!({}), json!({"schema_version": 99}));
    trace.turn("s", "u");
    let (records, done) =
        replayed(&[written(&directory, "trace.jsonl", &trace.lines)], &ReplayOptions::default());
    assert_eq!((records.len(), done.foreign, done.outcome.entries), (2, 1, 5));
    assert_eq!(done.outcome.finding_count, 3, "{:?}", done.outcome.findings);
    assert!(done.outcome.findings[0].contains("trace.jsonl:2: not JSON"), "{:?}", done.outcome.findings);
}

#[test]
fn a_stretch_of_time_keeps_what_reaches_into_it() {
    let mut trace = Trace::default();
    trace.add("session_started", json!({"session_id": "s"}), json!({})); // r0
    trace.turn("s", "early"); // r1
    trace.tool("s", "early", "c1", "success"); // r2, r3
    let early = json!({"session_id": "s", "turn_id": "early", "graph_node_id": "turn:s:early"});
    trace.add("turn_completed", early, json!({"status": "completed", "done_reason": "stop"})); // r4
    trace.turn("s", "long"); // r5
    trace.tool("s", "long", "c2", "success"); // r6, r7
    trace.tool("s", "long", "c3", "success"); // r8, r9
    trace.tool("s", "long", "c4", "success"); // r10, r11
    let long = json!({"session_id": "s", "turn_id": "long", "graph_node_id": "turn:s:long"});
    trace.add("turn_completed", long, json!({"status": "completed", "done_reason": "stop"})); // r12
    trace.turn("s", "open"); // r13
    assert_eq!(between(&trace, None, None).len(), 14);
    let since = between(&trace, Some(7), None);
    assert_eq!(since, ["r0", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13"]);
    let until = between(&trace, None, Some(8));
    assert_eq!(until, ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r12"]);
    assert_eq!(between(&trace, Some(8), Some(9)), ["r0", "r5", "r8", "r9", "r12"]);
    assert!(between(&trace, Some(20), None).is_empty(), "nothing is later than the last record");
    trace.turn("s", "later"); // r14
    let mut nothing_ended = between(&trace, Some(14), None);
    nothing_ended.sort();
    assert_eq!(nothing_ended, ["r0", "r13", "r14"], "what is still open reaches to the end");
}

#[test]
fn all_times_move_by_the_same_distance() {
    let directory = tempfile::tempdir().unwrap();
    let (lines, _) = seed("seed-v2-1k");
    let source = [written(&directory, "trace.jsonl", &lines)];
    let before = replayed(&source, &ReplayOptions::default()).0;
    let last = before.iter().map(|record| record.timestamp).max().unwrap();
    let seen = clock(&source, InputLimits::default(), &mut ()).unwrap();
    assert_eq!(seen.start_us.unwrap() + seen.span_us, last.timestamp_micros());
    let shift = Utc::now() - last;
    let after = replayed(&source, &ReplayOptions { shift, ..ReplayOptions::default() }).0;
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(after.timestamp - before.timestamp, shift);
        assert_eq!((&after.id, &after.event), (&before.id, &before.event));
    }
    let beyond = ReplayOptions { shift: TimeDelta::MAX, ..ReplayOptions::default() };
    assert_eq!(replayed(&source, &beyond).0[0].timestamp, before[0].timestamp);
}

#[test]
fn a_sink_that_takes_no_more_stops_the_reading() {
    let taken = Mutex::new(0);
    let sink = sink_fn(|_: &TraceRecord| {
        let mut taken = taken.lock().unwrap();
        *taken += 1;
        if *taken < 5 { Ok(()) } else { Err(TraceSinkError::closed("enough")) }
    });
    let source = [Source::File(path("../trace-core/tests/data/seed-v2-1k.jsonl.gz"))];
    let error = replay(&source, &sink, &ReplayOptions::default(), &mut ()).unwrap_err();
    assert!(matches!(&error, ReplayError::Sink(_)) && error.to_string() == "enough");
    assert_eq!(*taken.lock().unwrap(), 5);
}

/// A stretch of time lets through no end without its start, and no part of a call without the turn around it.
#[test]
fn parts_of_the_seed_trace_hang_together() {
    let (lines, _) = seed("seed-v2-1k");
    let directory = tempfile::tempdir().unwrap();
    let source = [written(&directory, "trace.jsonl", &lines)];
    let seen = clock(&source, InputLimits::default(), &mut ()).unwrap();
    let start = seen.start_us.unwrap();
    let nodes = |records: &[TraceRecord], kinds: &[&str]| -> std::collections::BTreeSet<String> {
        let wanted = records.iter().filter(|record| kinds.contains(&record.event.kind()));
        let id = |record: &TraceRecord| {
            format!("{:?}{:?}", record.context.session_id, record.context.graph_node_id)
        };
        wanted.map(id).collect()
    };
    let starts = ["turn_started", "llm_call_started"];
    let ends = ["turn_completed", "llm_call_completed", "llm_call_failed"];
    let all: Vec<TraceRecord> = lines.iter().map(|line| TraceRecord::from_json(line).unwrap()).collect();
    for part in 1..4 {
        let since_us = Some(start + seen.span_us * part / 5);
        let until_us = Some(start + seen.span_us * (part + 1) / 5);
        let options = ReplayOptions { since_us, until_us, ..ReplayOptions::default() };
        let (records, done) = replayed(&source, &options);
        assert_eq!(done.records + done.left_out, 1000);
        assert!(done.records > 0 && done.records < 1000);
        let (begun, ended) = (nodes(&records, &starts), nodes(&records, &ends));
        let startless: Vec<_> = ended.difference(&nodes(&all, &starts)).cloned().collect();
        assert!(ended.difference(&begun).all(|node| startless.contains(node)));
        let endless = nodes(&all, &starts);
        let all_ended = nodes(&all, &ends);
        let endless: Vec<_> = endless.difference(&all_ended).collect();
        let cut = begun.difference(&ended).filter(|node| !endless.contains(node)).count();
        assert_eq!(cut, 0, "a call that is let through comes with its end");
    }
}
