//! Spans that a sampler leaves out.

use opentelemetry::trace::TraceId;

use super::support::{LONG, assert_adds_up, scripted, settings, span, taken};
use crate::otel::export::{NotTaken, Sampling, Worker};

#[test]
fn what_the_sampler_leaves_out_is_counted_and_not_sent() {
    let (destination, accepted) = scripted(|_| taken());
    let half = Sampling::named("parentbased_traceidratio", Some("0.5")).unwrap();
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
    let none = Sampling::named("always_off", None).unwrap();
    let worker = Worker::start(Box::new(destination), settings(), none);
    worker.push(span(0)).unwrap();
    worker.shutdown(LONG);
    assert_eq!(worker.push(span(1)), Err(NotTaken::Closed));
    let report = worker.report();
    assert_eq!((report.built, report.sampled_out, report.dropped), (2, 1, 1));
}

#[test]
fn samplers_have_the_names_of_the_specification() {
    let keeps = |name: &str, argument: Option<&str>| {
        let sampling = Sampling::named(name, argument).unwrap();
        [1_u128, u128::from(u64::MAX >> 1), u128::from(u64::MAX)].map(|id| sampling.keeps(TraceId::from(id)))
    };
    for name in ["", "always_on", "parentbased_always_on", "ALWAYS_ON", "traceidratio"] {
        assert_eq!(keeps(name, None), [true; 3], "{name}");
    }
    assert_eq!(keeps("parentbased_always_off", None), [false; 3]);
    assert_eq!(keeps("traceidratio", Some(" 0.25 ")), [true, false, false]);
    assert_eq!(keeps("parentbased_traceidratio", Some("0.75")), [true, true, false]);
    assert_eq!(keeps("traceidratio", Some("0")), [false; 3]);
    for argument in ["1.5", "-1", "half", "NaN"] {
        assert!(Sampling::named("traceidratio", Some(argument)).unwrap_err().contains(argument));
    }
    assert!(Sampling::named("jaeger_remote", None).unwrap_err().contains("jaeger_remote"));
}
