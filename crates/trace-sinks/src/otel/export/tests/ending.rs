//! What the worker does last, and with whom it must not wait.

use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::{Duration, Instant};

use opentelemetry::trace::TraceId;
use opentelemetry_sdk::trace::SpanData;

use super::support::{LONG, assert_adds_up, later, patient, quick, scripted, settings, span, taken, worker};
use crate::otel::export::backoff::Patience;
use crate::otel::export::{Destination, ExportSettings, Finished, Overflow, Sampling, Sent, Worker};

/// A destination that tells the deadlines it was given, and when it is gone.
struct Timed {
    deadlines: Arc<Mutex<Vec<Duration>>>,
    answer: fn() -> Sent,
    end: Result<(), String>,
}

impl Destination for Timed {
    fn send(&mut self, _batch: &[SpanData], deadline: Instant) -> Sent {
        self.deadlines.lock().unwrap().push(deadline.saturating_duration_since(Instant::now()));
        (self.answer)()
    }

    fn shutdown(&mut self, _timeout: Duration) -> Result<(), String> {
        self.end.clone()
    }
}

fn timed(answer: fn() -> Sent, end: Result<(), String>) -> (Timed, Arc<Mutex<Vec<Duration>>>) {
    let deadlines = Arc::new(Mutex::new(Vec::new()));
    (Timed { deadlines: Arc::clone(&deadlines), answer, end }, deadlines)
}

#[test]
fn an_error_of_the_last_call_is_told() {
    let (destination, _) = timed(taken, Err("the connection was cut".to_owned()));
    let worker = worker(destination, settings());
    worker.push(span(0)).unwrap();
    let report = worker.shutdown(LONG);
    assert_eq!((report.exported, report.last_error.as_deref()), (1, Some("the connection was cut")));
}

#[test]
fn the_destination_is_gone_when_a_shutdown_has_returned() {
    let (destination, deadlines) = timed(taken, Ok(()));
    let worker = worker(destination, settings());
    worker.shutdown(LONG);
    assert_eq!(Arc::strong_count(&deadlines), 1);
}

#[test]
fn attempts_end_with_the_shutdown() {
    let (destination, deadlines) = timed(later, Ok(()));
    let worker = patient(destination, settings(), Patience { attempt: LONG, ..quick() });
    worker.push(span(0)).unwrap();
    while deadlines.lock().unwrap().is_empty() {
        std::thread::yield_now();
    }
    let report = worker.shutdown(Duration::from_millis(100));
    worker.shutdown(LONG);
    assert_adds_up(&report);
    let deadlines = deadlines.lock().unwrap();
    assert!(deadlines[0] > LONG / 2, "{deadlines:?}");
    assert!(deadlines.last().is_some_and(|last| *last <= Duration::from_millis(90)), "{deadlines:?}");
}

#[test]
fn what_no_attempt_was_made_for_says_why() {
    let (block, blocked) = std::sync::mpsc::channel::<()>();
    let (destination, _) = scripted(move |_| {
        blocked.recv().ok();
        taken()
    });
    let worker = worker(destination, ExportSettings { batch_spans: 1, ..settings() });
    (0..3).for_each(|number| worker.push(span(number)).unwrap());
    worker.shutdown(Duration::ZERO);
    drop(block);
    let report = worker.shutdown(LONG);
    assert_eq!((report.exported + report.failed, report.queued), (3, 0));
    assert!(report.last_error.unwrap().contains("shutdown"));
}

#[test]
fn a_shutdown_among_threads_that_push_splits_their_spans_in_two() {
    let (destination, accepted) = scripted(|_| taken());
    let narrow = ExportSettings { queue_spans: 64, batch_spans: 16, ..settings() };
    let worker = worker(destination, narrow.with_overflow(Overflow::Block(LONG)));
    let push = |thread: u64| {
        let numbers = thread * 2000..(thread + 1) * 2000;
        numbers.filter(|number| worker.push(span(*number)).is_err()).count() as u64
    };
    let refused: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|thread| scope.spawn(move || push(thread))).collect();
        while worker.report().exported < 100 {
            assert_adds_up(&worker.report());
        }
        worker.shutdown(LONG);
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    let report = worker.report();
    assert_eq!((report.built, report.dropped, report.exported), (8000, refused, 8000 - refused));
    assert_eq!(accepted.spans().len() as u64, report.exported);
}

/// Destinations that record what they do into the very sink that they serve.
#[test]
fn a_destination_does_not_wait_for_itself() {
    let slot: Arc<OnceLock<Weak<Worker<SpanData>>>> = Arc::default();
    let seen = Arc::clone(&slot);
    let (destination, _) = scripted(move |_| {
        let worker = loop {
            if let Some(worker) = seen.get() {
                break worker.upgrade();
            }
            std::thread::yield_now();
        };
        if let Some(worker) = worker {
            worker.push(span(9)).ok();
            worker.force_flush(Duration::MAX);
        }
        taken()
    });
    let full = ExportSettings { queue_spans: 1, ..settings() };
    let worker = Arc::new(worker(destination, full.with_overflow(Overflow::Block(Duration::MAX))));
    slot.set(Arc::downgrade(&worker)).unwrap();
    worker.push(span(0)).unwrap();
    let report = worker.force_flush(LONG);
    assert_eq!((report.exported, report.dropped), (1, 1));
}

/// A span that cannot be put together, if its number is odd.
struct Broken(u64);

impl Finished for Broken {
    fn bytes(&self) -> usize {
        1
    }

    fn trace_id(&self) -> TraceId {
        TraceId::from(1)
    }

    fn into_span_data(self) -> SpanData {
        assert!(self.0.is_multiple_of(2), "odd");
        span(self.0)
    }
}

#[test]
fn a_span_that_cannot_be_put_together_fails_alone() {
    let (destination, accepted) = scripted(|_| taken());
    let worker = Worker::start(Box::new(destination), settings(), Sampling::default());
    (0..5).for_each(|number| worker.push(Broken(number)).unwrap());
    let report = worker.shutdown(LONG);
    assert_eq!((report.exported, report.failed), (3, 2));
    assert_eq!(report.last_error.as_deref(), Some("a span could not be put together: odd"));
    assert_eq!(accepted.numbers(), [0, 2, 4]);
}

#[test]
fn a_worker_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Worker<SpanData>>();
    shared::<Worker<Broken>>();
}
