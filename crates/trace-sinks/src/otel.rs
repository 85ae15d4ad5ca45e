//! Spans for OpenTelemetry: live or replayed, through the host's tracer or to an OTLP endpoint.

#[cfg_attr(not(test), expect(dead_code, unused_imports, reason = "called where records become spans"))]
mod content;
#[cfg_attr(not(test), expect(dead_code, unused_imports, reason = "said where records become spans"))]
#[cfg_attr(test, expect(dead_code, reason = "said where records become spans"))]
mod convention;
mod export;
#[cfg_attr(not(test), expect(dead_code, reason = "called where spans become span data"))]
mod limits;
mod options;
mod report;

pub use export::{ExportSettings, Overflow};
pub use options::{ContentCapture, OpenSpans, OtelOptions, SpanLimits, SpanNames, TraceScope};
pub use report::OtelReport;
