//! The worker and the transport together: nothing is lost, and what is not taken is told.

use super::*;
use crate::otel::export::{Sampling, Worker};
use crate::otel::otlp::receiver::Answer;
use crate::otel::{ExportSettings, OtelReport};

const ENOUGH: Duration = Duration::from_secs(30);

fn worker(builder: OtlpBuilder, settings: ExportSettings) -> Worker<SpanData> {
    let config = ready(builder.settings(settings).configure());
    Worker::start(config.destination, config.settings, Sampling::default())
}

/// Pushes spans, and sends them all.
fn exported(builder: OtlpBuilder, settings: ExportSettings, spans: Vec<SpanData>) -> OtelReport {
    let worker = worker(builder, settings);
    for span in spans {
        worker.push(span).unwrap();
    }
    worker.shutdown(ENOUGH)
}

fn counts(report: &OtelReport) -> (u64, u64, u64, u64) {
    (report.exported, report.rejected, report.failed, report.queued)
}

#[test]
fn an_overloaded_receiver_gets_everything_in_the_end() {
    for (receiver, builder) in receivers() {
        receiver.answer_times(6, &Answer::Unavailable { retry_after: Some(0) });
        let report = exported(builder, ExportSettings::default(), spans(600));
        assert_eq!(counts(&report), (600, 0, 0, 0), "{report}");
        assert_eq!((receiver.spans().len(), report.retried), (600, 6));
        receiver.check();
    }
}

#[test]
fn rejected_spans_are_counted() {
    for (receiver, builder) in receivers() {
        receiver.answer(Answer::Partial { rejected: 2, message: "too old".to_owned() });
        let report = exported(builder, ExportSettings::default(), spans(10));
        assert_eq!(counts(&report), (8, 2, 0, 0), "{report}");
        assert!(!report.is_complete() && report.last_error.unwrap().ends_with("too old"));
    }
}

#[test]
fn spans_of_more_bytes_than_a_request_may_have_arrive_in_several() {
    for (receiver, builder) in receivers() {
        let heavy = (1..=10).map(|number| heavy(number, 1_000_000)).collect();
        let report = exported(builder, ExportSettings::default(), heavy);
        assert_eq!(counts(&report), (10, 0, 0, 0), "{report}");
        assert!(receiver.requests().len() >= 4);
        receiver.check();
    }
}

#[test]
fn a_batch_that_the_receiver_finds_too_large_is_split() {
    for (receiver, builder) in receivers() {
        receiver.answer(Answer::TooLarge);
        let report = exported(builder, ExportSettings::default(), spans(8));
        assert_eq!(counts(&report), (8, 0, 0, 0), "{report}");
        let sizes: Vec<_> = receiver.requests().iter().map(|request| request.spans().count()).collect();
        assert_eq!(sizes, [8, 4, 4]);
        receiver.check();
    }
}

#[test]
fn a_span_that_no_request_can_hold_is_sent_without_its_long_text() {
    for (receiver, builder) in receivers() {
        let report = exported(builder, ExportSettings::default(), vec![heavy(1, 5_000_000), span(2)]);
        assert_eq!(counts(&report), (2, 0, 0, 0), "{report}");
        receiver.check();
    }
}

#[test]
fn spans_for_nobody_are_counted_as_failed() {
    let nobody = Receiver::nobody();
    let settings = ExportSettings { retry_for: Duration::from_millis(50), ..ExportSettings::default() };
    let report = exported(http(&nobody), settings, spans(3));
    assert_eq!(counts(&report), (0, 0, 3, 0), "{report}");
    assert!(report.last_error.unwrap().contains(&nobody.url()));
}

#[cfg(feature = "grpc")]
#[test]
fn a_host_with_a_runtime_of_one_thread_may_flush_in_it() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for (receiver, builder) in receivers() {
            let worker = worker(builder, ExportSettings::default());
            worker.push(span(1)).unwrap();
            assert_eq!(worker.force_flush(ENOUGH).exported, 1);
            worker.push(span(2)).unwrap();
            assert_eq!(worker.shutdown(ENOUGH).exported, 2);
            assert_eq!(receiver.spans().len(), 2);
        }
    });
}
