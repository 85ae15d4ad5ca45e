//! Whatever the receiver answers, every span is counted once.

use std::time::Duration;

use opentelemetry_sdk::trace::Sampler;
use proptest::collection::vec;
use proptest::prelude::*;

use super::support::{LONG, assert_adds_up, later, refused, scripted, settings, span, taken, worker};
use crate::otel::OtelReport;
use crate::otel::export::{ExportSettings, Overflow, Sampling, Sent, Worker};

#[derive(Debug, Clone)]
enum Answer {
    Taken,
    Partly(u64),
    TooLarge,
    Later,
    Refused,
    Panic,
}

impl Answer {
    fn sent(&self) -> Sent {
        match self {
            Self::Taken => taken(),
            Self::Partly(rejected) => Sent::Accepted { rejected: *rejected, message: None },
            Self::TooLarge => Sent::TooLarge { error: "413".to_owned() },
            Self::Later => later(),
            Self::Refused => refused(),
            Self::Panic => std::panic::resume_unwind(Box::new("unwound")),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Push(u64),
    Flush,
    Wait,
}

fn answers() -> impl Strategy<Value = Vec<Answer>> {
    let answer = prop_oneof![
        4 => Just(Answer::Taken),
        1 => (0_u64..5).prop_map(Answer::Partly),
        2 => Just(Answer::TooLarge),
        2 => Just(Answer::Later),
        1 => Just(Answer::Refused),
        1 => Just(Answer::Panic),
    ];
    vec(answer, 0..30)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step =
        prop_oneof![4 => (1_u64..20).prop_map(Step::Push), 1 => Just(Step::Flush), 1 => Just(Step::Wait)];
    vec(step, 0..12)
}

fn narrow() -> impl Strategy<Value = ExportSettings> {
    (1_usize..30, 1_usize..12, 100_usize..2000, any::<bool>()).prop_map(|(queue, batch, bytes, block)| {
        let overflow = if block { Overflow::Block(LONG) } else { Overflow::Drop };
        ExportSettings {
            queue_spans: queue,
            batch_spans: batch,
            batch_bytes: bytes,
            delay: Duration::from_micros(200),
            ..settings().with_overflow(overflow)
        }
    })
}

fn run(answers: Vec<Answer>, steps: &[Step], settings: ExportSettings) -> (OtelReport, u64, u64) {
    let mut answers = answers.into_iter();
    let (destination, accepted) = scripted(move |_| answers.next().unwrap_or(Answer::Taken).sent());
    let sampling = Sampling::new(Sampler::TraceIdRatioBased(0.8));
    let worker = Worker::with_patience(Box::new(destination), settings, sampling, super::support::quick());
    let mut pushed = 0;
    for step in steps {
        match step {
            Step::Push(count) => {
                (pushed..pushed + count).for_each(|number| _ = worker.push(span(number)));
                pushed += count;
            }
            Step::Flush => assert_eq!(worker.force_flush(LONG).queued, 0),
            Step::Wait => std::thread::sleep(Duration::from_micros(300)),
        }
        assert_adds_up(&worker.report());
    }
    let report = worker.shutdown(LONG);
    (report, pushed, accepted.spans().len() as u64)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn counts_add_up(answers in answers(), steps in steps(), settings in narrow()) {
        let block = settings.overflow != Overflow::Drop;
        let (report, pushed, accepted) = run(answers, &steps, settings);
        assert_adds_up(&report);
        prop_assert_eq!((report.built, report.queued), (pushed, 0));
        prop_assert_eq!(report.exported, accepted);
        prop_assert!(!block || report.dropped == 0);
    }

    #[test]
    fn counts_add_up_when_the_shutdown_has_no_time(answers in answers(), count in 0_u64..100) {
        let mut answers = answers.into_iter();
        let (destination, _) = scripted(move |_| answers.next().unwrap_or(Answer::Later).sent());
        let worker = worker(destination, settings());
        (0..count).for_each(|number| worker.push(span(number)).unwrap());
        assert_adds_up(&worker.shutdown(Duration::ZERO));
        let report = worker.shutdown(LONG);
        assert_adds_up(&report);
        prop_assert_eq!((report.built, report.queued), (count, 0));
    }
}
