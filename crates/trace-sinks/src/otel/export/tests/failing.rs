//! Destinations that fail.

use std::time::Duration;

use super::support::{LONG, assert_adds_up, later, refused, scripted, settings, span, taken, worker};
use crate::otel::export::{ExportSettings, Sent};

#[test]
fn a_destination_that_always_fails_is_told_of_by_flush_and_shutdown() {
    let (destination, accepted) = scripted(|_| refused());
    let worker = worker(destination, settings());
    (0..10).for_each(|number| worker.push(span(number)).unwrap());
    let flushed = worker.force_flush(LONG);
    assert_eq!((flushed.built, flushed.failed, flushed.queued), (10, 10, 0));
    let report = worker.shutdown(LONG);
    assert_eq!((report.failed, report.is_complete()), (10, false));
    assert_eq!(report.last_error.as_deref(), Some("400 Bad Request"));
    assert!(accepted.spans().is_empty());
    assert_adds_up(&report);
}

#[test]
fn a_first_batch_that_fails_is_not_forgotten_when_the_next_one_succeeds() {
    let mut first = true;
    let (destination, accepted) =
        scripted(move |_| if std::mem::take(&mut first) { refused() } else { taken() });
    let worker = worker(destination, settings());
    (0..600).for_each(|number| worker.push(span(number)).unwrap());
    let report = worker.force_flush(LONG);
    assert_eq!((report.built, report.exported, report.failed), (600, 88, 512));
    assert_eq!(accepted.numbers(), (512..600).collect::<Vec<_>>());
    assert!(!worker.shutdown(LONG).is_complete());
}

#[test]
fn a_failure_for_the_time_being_loses_nothing() {
    let mut calls = 0;
    let (destination, accepted) = scripted(move |_| {
        calls += 1;
        if calls <= 5 { later() } else { taken() }
    });
    let worker = worker(destination, settings());
    (0..600).for_each(|number| worker.push(span(number)).unwrap());
    let report = worker.shutdown(LONG);
    assert_eq!((report.exported, report.retried), (600, 5));
    assert_eq!(accepted.numbers(), (0..600).collect::<Vec<_>>());
    assert!(report.is_complete());
}

#[test]
fn a_failure_that_lasts_is_given_up() {
    let (destination, _) = scripted(|_| later());
    let patience = ExportSettings { retry_for: Duration::from_millis(20), ..settings() };
    let worker = worker(destination, patience);
    worker.push(span(0)).unwrap();
    let report = worker.force_flush(LONG);
    assert_eq!((report.failed, report.queued), (1, 0));
    assert!(report.retried > 0);
    assert_eq!(report.last_error.as_deref(), Some("503 Service Unavailable"));
}

#[test]
fn a_panic_fails_its_batch_and_no_other() {
    let mut calls = 0;
    let (destination, accepted) = scripted(move |_| {
        calls += 1;
        assert!(calls != 1, "there is no reactor running");
        taken()
    });
    let worker = worker(destination, settings());
    worker.push(span(0)).unwrap();
    let report = worker.force_flush(LONG);
    assert_eq!(report.failed, 1);
    assert_eq!(report.last_error.as_deref(), Some("the exporter panicked: there is no reactor running"));
    worker.push(span(1)).unwrap();
    let report = worker.shutdown(LONG);
    assert_eq!((report.failed, report.exported), (1, 1));
    assert_eq!(accepted.numbers(), [1]);
}

#[test]
fn a_partial_success_counts_what_was_rejected() {
    let (destination, _) =
        scripted(|_| Sent::Accepted { rejected: 3, message: Some("no service.name".to_owned()) });
    let worker = worker(destination, settings());
    (0..10).for_each(|number| worker.push(span(number)).unwrap());
    let report = worker.shutdown(LONG);
    assert_eq!((report.exported, report.rejected), (7, 3));
    assert_eq!(report.last_error.as_deref(), Some("no service.name"));
    assert!(!report.is_complete());
}

#[test]
fn a_receiver_cannot_reject_more_than_it_was_given() {
    let (destination, _) = scripted(|_| Sent::Accepted { rejected: 2, message: None });
    let worker = worker(destination, settings());
    worker.push(span(0)).unwrap();
    let report = worker.shutdown(LONG);
    assert_eq!((report.exported, report.rejected), (0, 1));
}
