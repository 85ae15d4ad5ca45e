//! Spans on their way out: whatever the exporter does, nothing is lost without being told.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tokio::runtime::Builder;
use trace_core::{TraceContext, TraceRecord, TraceSink, TraceSinkErrorKind, event::Custom};
use trace_sinks::otel::{ExportSettings, OtelOptions, OtelReport, OtelTraceSink, Overflow};

/// Longer than anything takes on a busy machine.
const LONG: Duration = Duration::from_mins(1);

/// Spans that an exporter took.
#[derive(Debug, Clone, Default)]
struct Taken(Arc<AtomicU64>);

impl Taken {
    fn spans(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What an exporter does with batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behaviour {
    Takes,
    TakesSlowly,
    FailsAlways,
    FailsFirst,
    Panics,
    Hangs,
}

#[derive(Debug)]
struct Exporter {
    behaviour: Behaviour,
    taken: Taken,
    batches: AtomicU64,
}

impl SpanExporter for Exporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let before = self.batches.fetch_add(1, Ordering::Relaxed);
        assert!(self.behaviour != Behaviour::Panics, "there is no reactor running");
        match self.behaviour {
            Behaviour::TakesSlowly => thread::sleep(Duration::from_millis(5)),
            Behaviour::FailsAlways => return Err(OTelSdkError::AlreadyShutdown),
            Behaviour::FailsFirst if before == 0 => return Err(OTelSdkError::AlreadyShutdown),
            Behaviour::Takes | Behaviour::FailsFirst | Behaviour::Panics => {}
            Behaviour::Hangs => pending().await,
        }
        self.taken.0.fetch_add(batch.len() as u64, Ordering::Relaxed);
        Ok(())
    }
}

fn exporting(behaviour: Behaviour, settings: ExportSettings) -> (OtelTraceSink, Taken) {
    let taken = Taken::default();
    let exporter = Exporter { behaviour, taken: taken.clone(), batches: AtomicU64::default() };
    (OtelTraceSink::exporter_with(exporter, OtelOptions::default(), settings), taken)
}

fn append(sink: &OtelTraceSink, records: u64) -> u64 {
    let record =
        |number: u64| TraceRecord::new(TraceContext::for_session("s"), Custom::new("c", number.into()));
    (0..records).filter(|number| sink.append(&record(*number)).is_err()).count() as u64
}

fn counts(report: &OtelReport) -> [u64; 5] {
    let sum = report.exported + report.rejected + report.dropped + report.failed + report.queued;
    assert_eq!(sum + report.sampled_out, report.built, "{report:?}");
    [report.built, report.exported, report.dropped, report.failed, report.queued]
}

#[test]
fn an_exporter_that_always_fails_is_told_of_by_flush_and_by_shutdown() {
    let (sink, _) = exporting(Behaviour::FailsAlways, ExportSettings::default());
    append(&sink, 10);
    let error = sink.flush().unwrap_err().to_string();
    assert!(error.contains("10 failed") && error.contains("Shutdown already invoked"), "{error}");
    let report = sink.shutdown(LONG);
    assert_eq!((counts(&report), report.is_complete()), ([10, 0, 0, 10, 0], false));
}

#[test]
fn a_first_batch_that_fails_is_not_hidden_by_the_second() {
    let (sink, taken) = exporting(Behaviour::FailsFirst, ExportSettings::default());
    append(&sink, 600);
    assert!(sink.flush().is_err());
    assert_eq!(counts(&sink.shutdown(LONG)), [600, 88, 0, 512, 0]);
    assert_eq!(taken.spans(), 88);
}

#[test]
fn ten_thousand_records_at_once_are_sent_or_refused_one_by_one() {
    let (sink, taken) = exporting(Behaviour::TakesSlowly, ExportSettings::default());
    let refused = append(&sink, 10_000);
    let report = sink.shutdown(LONG);
    assert_eq!(counts(&report), [10_000, 10_000 - refused, refused, 0, 0]);
    assert_eq!(taken.spans(), 10_000 - refused);
}

#[test]
fn ten_thousand_records_wait_for_room_and_none_is_lost() {
    let mut settings = ExportSettings::default().with_overflow(Overflow::Block(Duration::MAX));
    settings.queue_spans = 1024;
    let (sink, taken) = exporting(Behaviour::TakesSlowly, settings);
    assert_eq!(append(&sink, 10_000), 0);
    assert!(sink.flush().is_ok());
    assert_eq!(counts(&sink.shutdown(LONG)), [10_000, 10_000, 0, 0, 0]);
    assert_eq!(taken.spans(), 10_000);
}

#[test]
fn an_exporter_that_panics_takes_nothing_with_it() {
    let (sink, _) = exporting(Behaviour::Panics, ExportSettings::default());
    append(&sink, 600);
    let report = sink.shutdown(LONG);
    assert_eq!(counts(&report), [600, 0, 0, 600, 0]);
    assert_eq!(report.last_error.as_deref(), Some("the exporter panicked: there is no reactor running"));
}

#[test]
fn an_exporter_that_hangs_holds_nobody_up() {
    let (sink, _) = exporting(Behaviour::Hangs, ExportSettings::default());
    append(&sink, 3);
    let start = Instant::now();
    assert_eq!(counts(&sink.force_flush(Duration::from_millis(50))), [3, 0, 0, 0, 3]);
    let report = sink.shutdown(Duration::from_millis(50));
    assert_eq!((counts(&report), report.is_complete()), ([3, 0, 0, 0, 3], false));
    assert!(start.elapsed() < LONG);
    // Dropped, it would wait once more.
    std::mem::forget(sink);
}

#[test]
fn records_after_a_shutdown_are_refused_and_counted() {
    let (sink, taken) = exporting(Behaviour::Takes, ExportSettings::default());
    append(&sink, 1);
    assert!(sink.shutdown(LONG).is_complete());
    let late = TraceRecord::new(TraceContext::for_session("s"), Custom::new("late", 1.into()));
    assert_eq!(sink.append(&late).unwrap_err().kind(), TraceSinkErrorKind::Closed);
    assert_eq!(counts(&sink.shutdown(LONG)), [2, 1, 1, 0, 0]);
    assert_eq!(taken.spans(), 1);
}

#[test]
fn a_dropped_sink_sends_what_it_has_within_runtimes_and_without() {
    let run = || {
        let (sink, taken) = exporting(Behaviour::Takes, ExportSettings::default());
        append(&sink, 700);
        drop(sink);
        assert_eq!(taken.spans(), 700);
    };
    run();
    Builder::new_current_thread().build().unwrap().block_on(async { run() });
    Builder::new_multi_thread().worker_threads(1).build().unwrap().block_on(async { run() });
}
