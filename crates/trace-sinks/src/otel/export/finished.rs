//! What waits to be sent.

use opentelemetry::trace::TraceId;
use opentelemetry_sdk::trace::SpanData;

/// A finished span. It waits in a compact form, and becomes what the SDK knows on the worker's thread.
pub(in crate::otel) trait Finished: Send + 'static {
    /// How many bytes it takes in memory and on the wire, about; asked once, on the caller's thread.
    fn bytes(&self) -> usize;

    /// The trace it belongs to, for the sampler.
    fn trace_id(&self) -> TraceId;

    /// The span as destinations take it.
    fn into_span_data(self) -> SpanData;
}
