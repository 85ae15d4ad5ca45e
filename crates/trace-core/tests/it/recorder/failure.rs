//! A sink's failure stays with the recorder.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use trace_core::{Recorder, TraceRecord, TraceSink, TraceSinkError, TraceSinkErrorKind, sink_fn};

use super::{Rig, panicking};

fn run(recorder: &Recorder) {
    let turn = recorder.session("s").turn("t0");
    turn.tool_call("t", || json!({})).succeed(|| 1);
    turn.complete("assistant_message");
}

/// Records to a sink, and gives the failures counted and those reported.
fn failures(sink: impl TraceSink + 'static) -> (u64, Vec<String>) {
    let reported = Arc::new(Mutex::new(Vec::new()));
    let reports = Arc::clone(&reported);
    let hook = move |error: &TraceSinkError| reports.lock().unwrap().push(error.to_string());
    let recorder = Recorder::builder().trace_sink(Arc::new(sink)).on_error(hook).build();
    run(&recorder);
    let reported = reported.lock().unwrap().clone();
    (recorder.failures(), reported)
}

#[test]
fn errors_are_counted_and_the_first_is_reported() {
    let sink = sink_fn(|_: &TraceRecord| Err(TraceSinkError::new(TraceSinkErrorKind::Io, "disk full")));
    assert_eq!(failures(sink), (5, vec!["disk full".to_owned()]));
}

#[test]
fn panics_are_errors() {
    let sink = sink_fn(|record: &TraceRecord| -> Result<(), TraceSinkError> {
        panic!("cannot take {}", record.event.kind())
    });
    assert_eq!(failures(sink), (5, vec!["the sink panicked: cannot take session_started".to_owned()]));
}

#[test]
fn a_sink_may_panic_while_the_runtime_does() {
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let sink = sink_fn(move |_: &TraceRecord| -> Result<(), TraceSinkError> {
        count.fetch_add(1, Ordering::Relaxed);
        panic!("the sink's own")
    });
    let recorder =
        Recorder::builder().trace_sink(Arc::new(sink)).on_error(|_| panic!("the hook's own")).build();
    panicking(|| {
        let turn = recorder.session("s").turn("t0");
        let _tool = turn.tool_call("t", || json!({}));
        panic!("the runtime's own");
    });
    assert_eq!((taken.load(Ordering::Relaxed), recorder.failures()), (5, 5));
}

#[test]
fn a_failure_in_between_loses_that_record_alone() {
    let kept = Arc::new(trace_core::AssertingTraceSink::default());
    let (behind, seen) = (Arc::clone(&kept), AtomicUsize::new(0));
    let sink = sink_fn(move |record: &TraceRecord| match seen.fetch_add(1, Ordering::Relaxed) {
        2 => Err(TraceSinkError::new(TraceSinkErrorKind::Full, "full")),
        _ => behind.append(record),
    });
    let recorder = Recorder::builder().trace_sink(Arc::new(sink)).build();
    run(&recorder);
    let kinds: Vec<_> = kept.records().iter().map(|record| record.event.kind().to_owned()).collect();
    assert_eq!(kinds, ["session_started", "turn_started", "tool_call_completed", "turn_completed"]);
    assert_eq!(recorder.failures(), 1);
}

#[test]
fn a_sink_that_records_in_turn_is_served() {
    let inner = Rig::standard();
    let (log, rig) = (inner.recorder.clone(), Arc::new(trace_core::AssertingTraceSink::default()));
    let behind = Arc::clone(&rig);
    let sink = sink_fn(move |record: &TraceRecord| {
        log.log(trace_core::Severity::Debug, "sink", record.event.kind());
        behind.append(record)
    });
    run(&Recorder::builder().trace_sink(Arc::new(sink)).build());
    rig.assert_complete();
    assert_eq!((rig.records().len(), inner.done().len()), (5, 5));
    assert_eq!(rig.records()[1].event.kind(), "turn_started");
}

#[test]
fn flush_reports_every_sink() {
    struct Stuck(&'static str);
    impl TraceSink for Stuck {
        fn append(&self, _: &TraceRecord) -> Result<(), TraceSinkError> {
            Ok(())
        }
        fn flush(&self) -> Result<(), TraceSinkError> {
            Err(TraceSinkError::new(TraceSinkErrorKind::Timeout, self.0))
        }
    }
    let recorder = Recorder::builder()
        .trace_sink(Arc::new(Stuck("trace")))
        .execution_sink(Arc::new(Stuck("graphs")))
        .build();
    let error = recorder.flush_trace_sink().unwrap_err();
    let texts: Vec<_> = error.errors().iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["trace", "graphs"]);
    assert_eq!(recorder.failures(), 2);
}

#[test]
fn a_clock_and_ids_may_panic_while_the_runtime_does() {
    let kept = Arc::new(trace_core::AssertingTraceSink::default());
    let reported = Arc::new(Mutex::new(Vec::new()));
    let reports = Arc::clone(&reported);
    let recorder = Recorder::builder()
        .trace_sink(kept.clone())
        .clock(|| panic!("no time"))
        .ids(|| panic!("no ids"))
        .on_error(move |error| reports.lock().unwrap().push(error.to_string()))
        .build();
    let before = chrono::Utc::now();
    panicking(|| {
        let turn = recorder.session("s").turn("t0");
        let call = turn.llm_call(|| trace_core::event::TraceLlmRequest::new("m", vec![]));
        call.text_delta("seen");
        let _tool = turn.tool_call("t", || json!({}));
        panic!("the runtime's own");
    });
    kept.assert_complete();
    let records = kept.records();
    let ids: std::collections::BTreeSet<_> = records.iter().map(|record| record.id.len()).collect();
    assert_eq!((records.len(), ids), (7, [36].into()));
    assert!(records.iter().all(|record| (before..=chrono::Utc::now()).contains(&record.timestamp)));
    assert_eq!(
        recorder.failures(),
        16,
        "a reading and an id for each record, one for the chunk, an id for the tool"
    );
    assert_eq!(*reported.lock().unwrap(), ["the clock panicked: no time"]);
}
