//! Spans that a sampler leaves out.

use opentelemetry_sdk::trace::Sampler;

use super::support::{LONG, assert_adds_up, scripted, settings, span, taken};
use crate::otel::export::{NotTaken, Sampling, Worker};

#[test]
fn what_the_sampler_leaves_out_is_counted_and_not_sent() {
    let (destination, accepted) = scripted(|_| taken());
    let half = Sampling::new(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(0.5))));
    let worker = Worker::start(Box::new(destination), settings(), half.clone());
    (0..1000).for_each(|number| worker.push(span(number)).unwrap());
    let report = worker.shutdown(LONG);
    let kept = accepted.spans();
    assert!((300..700).contains(&kept.len()), "{}", kept.len());
    assert!(kept.iter().all(|span| half.keeps(span.span_context.trace_id())));
    assert_eq!((report.exported, report.sampled_out), (kept.len() as u64, 1000 - kept.len() as u64));
    assert!(report.is_complete());
    assert_adds_up(&report);
}

#[test]
fn after_a_shutdown_they_are_dropped_like_others() {
    let (destination, _) = scripted(|_| taken());
    let none = Sampling::new(Sampler::AlwaysOff);
    let worker = Worker::start(Box::new(destination), settings(), none);
    worker.push(span(0)).unwrap();
    worker.shutdown(LONG);
    assert_eq!(worker.push(span(1)), Err(NotTaken::Closed));
    let report = worker.report();
    assert_eq!((report.built, report.sampled_out, report.dropped), (2, 1, 1));
}
