//! One record to several sinks, some of which fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use trace_core::{TraceRecord, TraceSink, TraceSinkError, TraceSinkErrorKind};
use trace_sinks::{JsonlTraceSink, MemoryTraceSink, TeeTraceSink};

use crate::support::{chain, record};

#[derive(Default)]
struct Failing {
    appends: AtomicUsize,
    flushes: AtomicUsize,
}

fn failure(what: &str) -> TraceSinkError {
    TraceSinkError::io(format!("{what} failed"), std::io::Error::other(format!("cause of {what}")))
}

impl TraceSink for Failing {
    fn append(&self, _record: &TraceRecord) -> Result<(), TraceSinkError> {
        let count = self.appends.fetch_add(1, Ordering::Relaxed);
        Err(failure(&format!("append {count}")))
    }
    fn flush(&self) -> Result<(), TraceSinkError> {
        self.flushes.fetch_add(1, Ordering::Relaxed);
        Err(failure("flush"))
    }
}

#[test]
fn every_sink_gets_every_record_and_flush() {
    let (first, second) = (Arc::new(MemoryTraceSink::new()), Arc::new(MemoryTraceSink::new()));
    let failing = Arc::new(Failing::default());
    let tee = TeeTraceSink::new([
        failing.clone() as Arc<dyn TraceSink>,
        first.clone(),
        failing.clone(),
        second.clone(),
    ]);
    let record = record(1, 0, 0);

    let error = tee.append(&record).unwrap_err();
    assert_eq!(first.records(), std::slice::from_ref(&record));
    assert_eq!(second.records(), [record]);
    assert_eq!(error.kind(), TraceSinkErrorKind::Several);
    let each: Vec<String> = error.errors().iter().map(ToString::to_string).collect();
    assert_eq!(each, ["append 0 failed", "append 1 failed"]);

    assert_eq!(tee.flush().unwrap_err().errors().len(), 2);
    assert_eq!(failing.flushes.load(Ordering::Relaxed), 2);
}

#[test]
fn the_chain_of_several_says_each_cause_once() {
    let tee =
        TeeTraceSink::new([Arc::new(Failing::default()) as Arc<dyn TraceSink>, Arc::new(Failing::default())]);
    let error = TeeTraceSink::new([Arc::new(tee) as Arc<dyn TraceSink>, Arc::new(Failing::default())])
        .append(&record(1, 0, 0))
        .unwrap_err();
    let text = chain(&error).join(" | ");
    assert_eq!(text.matches("append 0 failed").count(), 3, "{text}");
    assert_eq!(text.matches("cause of append 0").count(), 3, "{text}");
}

#[test]
fn a_single_error_comes_back_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let kept = Arc::new(MemoryTraceSink::new());
    let tee =
        TeeTraceSink::new([Arc::new(JsonlTraceSink::new(dir.path())) as Arc<dyn TraceSink>, kept.clone()]);
    let error = tee.append(&record(1, 0, 0)).unwrap_err();
    assert_eq!(error.kind(), TraceSinkErrorKind::Io);
    assert!(error.to_string().contains("it is a directory"));
    assert_eq!(kept.len(), 1);
}

#[test]
fn an_empty_tee_takes_everything() {
    let tee = TeeTraceSink::default();
    tee.append(&record(1, 0, 0)).unwrap();
    tee.flush().unwrap();
}
