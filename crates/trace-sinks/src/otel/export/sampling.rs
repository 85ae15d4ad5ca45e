//! Which traces are sent.

use opentelemetry::trace::{SpanKind, TraceId};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, ShouldSample};

/// Decides by the trace id alone: ids are derived from records, so that every process and every replay decides alike, and
/// a trace is whole or absent.
#[derive(Debug, Clone, Default)]
pub(in crate::otel) struct Sampling(Option<Box<dyn ShouldSample>>);

impl Sampling {
    /// Asks a sampler. It sees no parent, name or attributes; where it looks at parents, its root decides.
    pub(in crate::otel) fn new(sampler: impl Into<Box<dyn ShouldSample>>) -> Self {
        Self(Some(sampler.into()))
    }

    /// The sampler that the values of `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` name; all traces if neither does.
    ///
    /// # Errors
    ///
    /// The sampler is unknown, or its ratio is not between 0 and 1.
    pub(in crate::otel) fn named(name: &str, argument: Option<&str>) -> Result<Self, String> {
        let name = name.trim().to_ascii_lowercase();
        match name.strip_prefix("parentbased_").unwrap_or(&name) {
            "" | "always_on" => Ok(Self::default()),
            "always_off" => Ok(Self::new(Sampler::AlwaysOff)),
            "traceidratio" => ratio(argument).map(|ratio| Self::new(Sampler::TraceIdRatioBased(ratio))),
            _ => Err(format!(
                "the sampler `{name}` is not known; use always_on, always_off or traceidratio, or parentbased_ before one"
            )),
        }
    }

    pub(super) fn keeps(&self, trace: TraceId) -> bool {
        self.0.as_ref().is_none_or(|sampler| {
            let result = sampler.should_sample(None, trace, "", &SpanKind::Internal, &[], &[]);
            result.decision == SamplingDecision::RecordAndSample
        })
    }
}

fn ratio(argument: Option<&str>) -> Result<f64, String> {
    let Some(text) = argument.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(1.0) };
    match text.parse() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        _ => Err(format!("the sampler's ratio `{text}` is not a number between 0 and 1")),
    }
}
