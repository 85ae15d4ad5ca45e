//! When spans are sent.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::support::{LONG, quick, scripted, settings, span, taken, worker};
use crate::otel::export::backoff::Backoff;
use crate::otel::export::shared::Rest;
use crate::otel::export::{ExportSettings, Sent};

#[test]
fn spans_are_sent_after_the_delay_without_a_flush() {
    let (sent, batches) = mpsc::channel();
    let (destination, _) = scripted(move |batch| {
        sent.send(batch.len()).ok();
        taken()
    });
    let worker = worker(destination, settings());
    for _ in 0..3 {
        worker.push(span(0)).unwrap();
        assert_eq!(batches.recv_timeout(LONG), Ok(1));
    }
    drop(worker);
}

#[test]
fn a_full_batch_does_not_wait_for_the_delay_and_the_rest_does() {
    let (sent, batches) = mpsc::channel();
    let (destination, _) = scripted(move |batch| {
        sent.send(batch.len()).ok();
        taken()
    });
    let worker = worker(destination, ExportSettings { delay: Duration::MAX, ..settings() });
    (0..520).for_each(|number| worker.push(span(number)).unwrap());
    assert_eq!(batches.recv_timeout(LONG), Ok(512));
    assert_eq!(batches.recv_timeout(Duration::from_millis(20)), Err(mpsc::RecvTimeoutError::Timeout));
    assert_eq!(worker.force_flush(LONG).exported, 520);
    assert_eq!(batches.try_recv(), Ok(8));
}

#[test]
fn a_span_wakes_the_worker_only_if_it_is_the_first_or_fills_a_batch() {
    let (destination, _) = scripted(|_| taken());
    let worker = worker(destination, ExportSettings { delay: LONG, ..settings() });
    let rest = || worker.shared.lock().rest;
    let until = |wanted| {
        while rest() != wanted {
            thread::yield_now();
        }
    };
    until(Rest::Asleep);
    worker.push(span(0)).unwrap();
    until(Rest::Dozing);
    for number in 1..511 {
        worker.push(span(number)).unwrap();
        assert_eq!(rest(), Rest::Dozing, "{number}");
    }
    worker.push(span(511)).unwrap();
    until(Rest::Asleep);
    assert_eq!(worker.report().exported, 512);
}

#[test]
fn a_flush_covers_what_came_before_it_while_others_go_on() {
    let (destination, _) = scripted(|_| taken());
    let worker = worker(destination, settings());
    let (stop, stopped) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let worker = &worker;
        scope.spawn(move || {
            while stopped.try_recv() == Err(mpsc::TryRecvError::Empty) {
                worker.push(span(0)).ok();
                thread::yield_now();
            }
        });
        for _ in 0..20 {
            let before = worker.report().built;
            let report = worker.force_flush(LONG);
            assert!(report.exported + report.dropped >= before, "{before}: {report:?}");
        }
        drop(stop);
    });
}

#[test]
fn flushing_nothing_is_done_at_once() {
    let (destination, _) = scripted(|_| taken());
    let worker = worker(destination, settings());
    let start = Instant::now();
    assert_eq!(worker.force_flush(Duration::MAX), worker.report());
    assert!(start.elapsed() < LONG);
}

#[test]
fn a_receiver_is_left_alone_as_long_as_it_asks() {
    let asked = Duration::from_millis(60);
    let mut before: Option<Instant> = None;
    let (waited, waits) = mpsc::channel();
    let (destination, _) = scripted(move |_| match before.replace(Instant::now()) {
        None => Sent::Retry { after: Some(asked), error: "429 Too Many Requests".to_owned() },
        Some(before) => {
            waited.send(before.elapsed()).ok();
            taken()
        }
    });
    let worker = worker(destination, settings());
    worker.push(span(0)).unwrap();
    let report = worker.force_flush(LONG);
    assert_eq!((report.exported, report.retried), (1, 1));
    assert!(waits.try_recv().unwrap() >= asked);
}

#[test]
fn a_receiver_that_asks_for_hours_is_given_up() {
    let hours = Some(Duration::from_hours(5));
    let (destination, _) = scripted(move |_| Sent::Retry { after: hours, error: "429".to_owned() });
    let worker = worker(destination, settings());
    worker.push(span(0)).unwrap();
    assert_eq!(worker.force_flush(LONG).failed, 1);
}

#[test]
fn waits_double_up_to_the_longest_and_no_two_are_alike() {
    let patience = quick();
    for _ in 0..50 {
        let mut backoff = Backoff::default();
        for whole in [1, 2, 4, 4, 4].map(Duration::from_millis) {
            let wait = backoff.next(&patience);
            assert!(wait >= whole / 2 && wait <= whole, "{wait:?} of {whole:?}");
        }
    }
    let first = || Backoff::default().next(&patience);
    assert!((0..20).any(|_| first() != first()));
}
