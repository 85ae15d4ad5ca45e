//! Which traces are sent.

use opentelemetry::trace::{SpanKind, TraceId};
use opentelemetry_sdk::trace::{SamplingDecision, ShouldSample};

/// Decides by the trace id alone: ids are derived from records, so that every process and every replay decides alike, and
/// a trace is whole or absent.
#[derive(Debug, Clone, Default)]
pub(in crate::otel) struct Sampling(Option<Box<dyn ShouldSample>>);

impl Sampling {
    /// Asks a sampler. It sees no parent, name or attributes; where it looks at parents, its root decides.
    pub(in crate::otel) fn new(sampler: impl Into<Box<dyn ShouldSample>>) -> Self {
        Self(Some(sampler.into()))
    }

    pub(super) fn keeps(&self, trace: TraceId) -> bool {
        self.0.as_ref().is_none_or(|sampler| {
            let result = sampler.should_sample(None, trace, "", &SpanKind::Internal, &[], &[]);
            result.decision == SamplingDecision::RecordAndSample
        })
    }
}
