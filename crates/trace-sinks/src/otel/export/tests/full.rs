//! Queues without room.

use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

use trace_core::{TraceSinkError, TraceSinkErrorKind};

use super::support::{LONG, assert_adds_up, scripted, settings, span, taken, worker};
use crate::otel::export::{ExportSettings, NotTaken, Overflow};

fn slow() -> impl FnMut(&[opentelemetry_sdk::trace::SpanData]) -> crate::otel::export::Sent + Send {
    |_| {
        thread::sleep(Duration::from_millis(2));
        taken()
    }
}

#[test]
fn ten_thousand_spans_at_once_are_exported_or_counted_as_dropped() {
    let (destination, accepted) = scripted(slow());
    let worker = worker(destination, ExportSettings { queue_spans: 2048, ..settings() });
    let refused = (0..10_000).filter(|number| worker.push(span(*number)).is_err()).count() as u64;
    let report = worker.shutdown(LONG);
    assert_adds_up(&report);
    assert_eq!((report.built, report.queued, report.failed), (10_000, 0, 0));
    assert_eq!(report.dropped, refused);
    assert_eq!(report.exported, 10_000 - refused);
    assert_eq!(accepted.spans().len() as u64, report.exported);
    assert_eq!(report.is_complete(), refused == 0);
}

#[test]
fn who_waits_for_room_loses_nothing() {
    let (destination, accepted) = scripted(slow());
    let waiting = settings().with_overflow(Overflow::Block(Duration::MAX));
    let worker = worker(destination, ExportSettings { queue_spans: 700, ..waiting });
    (0..10_000).for_each(|number| worker.push(span(number)).unwrap());
    let report = worker.shutdown(LONG);
    assert_eq!((report.built, report.exported), (10_000, 10_000));
    assert!(report.is_complete());
    assert_eq!(accepted.numbers(), (0..10_000).collect::<Vec<_>>());
}

#[test]
fn many_threads_wait_for_room_together() {
    let (destination, accepted) = scripted(slow());
    let waiting = settings().with_overflow(Overflow::Block(LONG));
    let worker = worker(destination, ExportSettings { queue_spans: 10, ..waiting });
    let start = Barrier::new(8);
    thread::scope(|scope| {
        for thread in 0..8 {
            let (worker, start) = (&worker, &start);
            scope.spawn(move || {
                start.wait();
                (0..50).for_each(|number| worker.push(span(thread * 50 + number)).unwrap());
            });
        }
    });
    assert_eq!(worker.shutdown(LONG).exported, 400);
    let mut numbers = accepted.numbers();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..400).collect::<Vec<_>>());
}

#[test]
fn bytes_are_bounded_too_and_a_span_larger_than_the_queue_goes_alone() {
    let (destination, accepted) = scripted(slow());
    let waiting = ExportSettings { queue_bytes: 450, delay: LONG, ..settings() };
    let worker = worker(destination, waiting.with_overflow(Overflow::Block(LONG)));
    for number in 0..20 {
        let mut span = span(number);
        if number % 5 == 0 {
            span.attributes.push(opentelemetry::KeyValue::new("text", "x".repeat(1000)));
        }
        worker.push(span).unwrap();
    }
    assert_eq!(worker.shutdown(LONG).exported, 20);
    assert_eq!(accepted.spans().len(), 20);
}

#[test]
fn bytes_that_wait_are_counted_and_given_back() {
    let (go_on, gate) = mpsc::channel::<()>();
    let (destination, _) = scripted(move |_| {
        gate.recv().ok();
        taken()
    });
    let worker = worker(destination, ExportSettings { queue_bytes: 450, delay: LONG, ..settings() });
    for round in 1..=3 {
        (0..4).for_each(|number| worker.push(span(number)).unwrap());
        assert_eq!(worker.push(span(4)), Err(NotTaken::Full));
        go_on.send(()).unwrap();
        assert_eq!(worker.force_flush(LONG).exported, round * 4);
    }
}

#[test]
fn a_queue_smaller_than_a_batch_is_sent_when_it_is_full() {
    let (sent, batches) = mpsc::channel();
    let (destination, _) = scripted(move |batch| {
        sent.send(batch.len()).ok();
        taken()
    });
    let worker = worker(destination, ExportSettings { queue_spans: 5, delay: Duration::MAX, ..settings() });
    (0..5).for_each(|number| worker.push(span(number)).unwrap());
    assert_eq!(batches.recv_timeout(LONG), Ok(5));
    drop(worker);
}

#[test]
fn after_a_hurry_spans_wait_for_others_again() {
    let (sent, batches) = mpsc::channel();
    let (destination, _) = scripted(move |batch| {
        sent.send(batch.len()).ok();
        taken()
    });
    let waiting = settings().with_overflow(Overflow::Block(LONG));
    let worker = worker(destination, ExportSettings { queue_bytes: 250, delay: Duration::MAX, ..waiting });
    (0..3).for_each(|number| worker.push(span(number)).unwrap());
    assert_eq!(batches.recv_timeout(LONG), Ok(2));
    assert_eq!(batches.recv_timeout(Duration::from_millis(20)), Err(mpsc::RecvTimeoutError::Timeout));
    assert_eq!(worker.shutdown(LONG).exported, 3);
}

#[test]
fn a_wait_for_room_ends() {
    let (block, blocked) = mpsc::channel::<()>();
    let (destination, _) = scripted(move |_| {
        blocked.recv().ok();
        taken()
    });
    let waiting = settings().with_overflow(Overflow::Block(Duration::from_millis(10)));
    let worker = worker(destination, ExportSettings { queue_spans: 2, ..waiting });
    (0..2).for_each(|number| worker.push(span(number)).unwrap());
    assert_eq!(worker.push(span(2)), Err(NotTaken::Full));
    assert_eq!((worker.report().dropped, worker.report().queued), (1, 2));
    drop(block);
    let report = worker.shutdown(LONG);
    assert_eq!((report.built, report.exported, report.dropped), (3, 2, 1));
}

#[test]
fn a_shutdown_ends_the_wait_for_room() {
    let (block, blocked) = mpsc::channel::<()>();
    let (destination, _) = scripted(move |_| {
        blocked.recv().ok();
        taken()
    });
    let waiting = settings().with_overflow(Overflow::Block(Duration::MAX));
    let worker = worker(destination, ExportSettings { queue_spans: 1, ..waiting });
    worker.push(span(0)).unwrap();
    thread::scope(|scope| {
        let waits = scope.spawn(|| worker.push(span(1)));
        // Time for it to wait; without it the push is refused as well.
        thread::sleep(Duration::from_millis(20));
        worker.shutdown(Duration::from_millis(20));
        assert_eq!(waits.join().unwrap(), Err(NotTaken::Closed));
    });
    drop(block);
    assert_adds_up(&worker.report());
}

#[test]
fn errors_say_what_the_caller_can_do() {
    assert_eq!(TraceSinkError::from(NotTaken::Full).kind(), TraceSinkErrorKind::Full);
    assert_eq!(TraceSinkError::from(NotTaken::Closed).kind(), TraceSinkErrorKind::Closed);
}
