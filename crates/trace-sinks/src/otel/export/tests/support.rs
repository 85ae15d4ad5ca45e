//! Spans, destinations and settings of the tests.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use crate::otel::OtelReport;
pub(super) use crate::otel::export::backoff::Patience;
use crate::otel::export::{Destination, ExportSettings, Finished, Sampling, Sent, Worker};

/// Long enough for a machine that does much else.
pub(super) const LONG: Duration = Duration::from_mins(1);

impl Finished for SpanData {
    fn bytes(&self) -> usize {
        let text = |attribute: &KeyValue| match &attribute.value {
            Value::String(text) => text.as_str().len(),
            _ => 8,
        };
        100 + self.attributes.iter().map(text).sum::<usize>()
    }

    fn trace_id(&self) -> TraceId {
        self.span_context.trace_id()
    }

    fn into_span_data(self) -> SpanData {
        self
    }
}

/// A span that its number tells from others.
pub(super) fn span(number: u64) -> SpanData {
    let trace = TraceId::from(u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)) | 1 << 127);
    SpanData {
        span_context: SpanContext::new(
            trace,
            SpanId::from(number + 1),
            TraceFlags::SAMPLED,
            false,
            TraceState::NONE,
        ),
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: "lash.turn".into(),
        start_time: SystemTime::UNIX_EPOCH,
        end_time: SystemTime::UNIX_EPOCH,
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::builder("test").build(),
    }
}

pub(super) fn number(span: &SpanData) -> u64 {
    u64::from_be_bytes(span.span_context.span_id().to_bytes()) - 1
}

/// Waits that tests need not notice.
pub(super) fn quick() -> Patience {
    Patience {
        first: Duration::from_millis(1),
        longest: Duration::from_millis(4),
        longest_asked: Duration::from_mins(5),
        attempt: Duration::from_secs(30),
    }
}

pub(super) fn settings() -> ExportSettings {
    ExportSettings { delay: Duration::from_millis(5), ..ExportSettings::default() }
}

pub(super) fn worker(destination: impl Destination + 'static, settings: ExportSettings) -> Worker<SpanData> {
    Worker::with_patience(Box::new(destination), settings, Sampling::default(), quick())
}

pub(super) fn patient(
    destination: impl Destination + 'static,
    settings: ExportSettings,
    patience: Patience,
) -> Worker<SpanData> {
    Worker::with_patience(Box::new(destination), settings, Sampling::default(), patience)
}

/// A destination that answers as a closure says, and keeps what was accepted.
pub(super) struct Scripted<F> {
    answer: F,
    accepted: Arc<Mutex<Vec<SpanData>>>,
}

/// What a destination was given and took.
#[derive(Clone, Default)]
pub(super) struct Accepted(Arc<Mutex<Vec<SpanData>>>);

impl Accepted {
    pub(super) fn spans(&self) -> Vec<SpanData> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn numbers(&self) -> Vec<u64> {
        self.spans().iter().map(number).collect()
    }
}

pub(super) fn scripted<F>(answer: F) -> (Scripted<F>, Accepted)
where
    F: FnMut(&[SpanData]) -> Sent + Send,
{
    let accepted = Accepted::default();
    (Scripted { answer, accepted: Arc::clone(&accepted.0) }, accepted)
}

impl<F: FnMut(&[SpanData]) -> Sent + Send> Destination for Scripted<F> {
    fn send(&mut self, batch: &[SpanData], _deadline: Instant) -> Sent {
        assert!(!batch.is_empty());
        let sent = (self.answer)(batch);
        if let Sent::Accepted { rejected, .. } = sent {
            let taken = batch.iter().skip(usize::try_from(rejected).unwrap()).cloned();
            self.accepted.lock().unwrap().extend(taken);
        }
        sent
    }

    fn shutdown(&mut self, _timeout: Duration) -> Result<(), String> {
        Ok(())
    }
}

pub(super) fn taken() -> Sent {
    Sent::Accepted { rejected: 0, message: None }
}

pub(super) fn later() -> Sent {
    Sent::Retry { after: None, error: "503 Service Unavailable".to_owned() }
}

pub(super) fn refused() -> Sent {
    Sent::Refused { error: "400 Bad Request".to_owned() }
}

/// Every span built is one of these and nothing else.
pub(super) fn assert_adds_up(report: &OtelReport) {
    let OtelReport { built, exported, rejected, dropped, failed, sampled_out, queued, .. } = report;
    assert_eq!(*built, exported + rejected + dropped + failed + sampled_out + queued, "{report:?}");
}
