//! Destinations that do not return.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::support::{LONG, assert_adds_up, later, scripted, settings, span, taken, worker};
use crate::otel::export::{NotTaken, Sent};

#[test]
fn flush_and_shutdown_return_by_their_deadline_and_say_what_waits() {
    let (block, blocked) = mpsc::channel::<()>();
    let (destination, _) = scripted(move |_| {
        blocked.recv().ok();
        taken()
    });
    let worker = worker(destination, settings());
    (0..3).for_each(|number| worker.push(span(number)).unwrap());
    let start = Instant::now();
    let report = worker.force_flush(Duration::from_millis(20));
    assert_eq!((report.queued, report.is_complete()), (3, false));
    let report = worker.shutdown(Duration::from_millis(20));
    assert_eq!((report.queued, report.is_complete()), (3, false));
    assert!(start.elapsed() < LONG);
    drop(block);
    let report = worker.shutdown(LONG);
    assert_eq!((report.exported, report.queued), (3, 0));
}

#[test]
fn what_is_still_tried_at_the_end_of_a_shutdown_has_failed() {
    let (destination, _) = scripted(|_| later());
    let worker = worker(destination, settings());
    (0..600).for_each(|number| worker.push(span(number)).unwrap());
    let report = worker.shutdown(Duration::from_millis(200));
    worker.shutdown(LONG);
    assert_adds_up(&report);
    let report = worker.report();
    assert_eq!((report.failed, report.queued), (600, 0));
    assert_eq!(report.last_error.as_deref(), Some("503 Service Unavailable"));
}

#[test]
fn a_receiver_that_asks_for_more_time_than_the_shutdown_has_is_not_waited_for() {
    let (destination, _) =
        scripted(|_| Sent::Retry { after: Some(Duration::from_mins(2)), error: "429".to_owned() });
    let worker = worker(destination, settings());
    worker.push(span(0)).unwrap();
    worker.force_flush(Duration::from_millis(20));
    let start = Instant::now();
    let report = worker.shutdown(LONG);
    assert_eq!(report.failed, 1);
    assert!(start.elapsed() < LONG);
}

#[test]
fn a_shutdown_ends_a_pause_between_attempts() {
    let mut calls = 0;
    let (destination, _) = scripted(move |_| {
        calls += 1;
        if calls == 1 { later() } else { taken() }
    });
    let patience = super::support::Patience { first: LONG, longest: LONG, ..super::support::quick() };
    let worker = super::support::patient(destination, settings(), patience);
    worker.push(span(0)).unwrap();
    assert_eq!(worker.force_flush(Duration::from_millis(20)).queued, 1);
    let start = Instant::now();
    assert_eq!(worker.shutdown(LONG).exported, 1);
    assert!(start.elapsed() < LONG / 2);
}

#[test]
fn a_second_shutdown_tells_the_same_and_later_spans_are_dropped() {
    let (destination, accepted) = scripted(|_| taken());
    let worker = worker(destination, settings());
    worker.push(span(0)).unwrap();
    let report = worker.shutdown(LONG);
    assert!(report.is_complete());
    assert_eq!(worker.shutdown(LONG), report);
    assert_eq!(worker.force_flush(LONG), report);
    assert_eq!(worker.push(span(1)), Err(NotTaken::Closed));
    let report = worker.report();
    assert_eq!((report.built, report.exported, report.dropped), (2, 1, 1));
    assert_eq!(accepted.numbers(), [0]);
}

#[test]
fn a_worker_that_is_dropped_sends_what_it_has() {
    let (destination, accepted) = scripted(|_| taken());
    let worker = worker(destination, crate::otel::ExportSettings { delay: LONG, ..settings() });
    (0..700).for_each(|number| worker.push(span(number)).unwrap());
    drop(worker);
    assert_eq!(accepted.numbers(), (0..700).collect::<Vec<_>>());
}
