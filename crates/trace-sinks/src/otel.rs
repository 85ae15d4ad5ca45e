//! Spans for OpenTelemetry: live or replayed, through the host's tracer or to an OTLP endpoint.

mod assemble;
mod attributes;
#[cfg_attr(not(test), expect(unused_imports, reason = "asked for by tests"))]
mod content;
mod convention;
#[cfg_attr(not(test), expect(dead_code, unused_imports, reason = "an OTLP endpoint uses it"))]
mod export;
mod ids;
mod lanes;
#[cfg_attr(not(test), expect(dead_code, reason = "asked for by tests"))]
mod limits;
mod live;
mod options;
mod place;
mod recent;
mod report;
mod sink;
mod span;
mod time;

pub use export::{ExportSettings, Overflow};
pub use live::RecordIds;
pub use options::{ContentCapture, OpenSpans, OtelOptions, SpanLimits, SpanNames, TraceScope};
pub use report::OtelReport;
pub use sink::OtelTraceSink;
