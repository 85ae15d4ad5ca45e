//! Spans for OpenTelemetry: live or replayed, through the host's tracer or to an OTLP endpoint.

mod assemble;
mod attributes;
mod content;
mod convention;
mod export;
mod ids;
mod lanes;
#[cfg_attr(not(test), expect(dead_code, reason = "asked for by tests"))]
mod limits;
mod live;
mod options;
mod otlp;
mod place;
mod recent;
mod report;
mod sink;
mod span;
mod time;

pub use export::{ExportSettings, Overflow};
pub use live::RecordIds;
pub use options::{ContentCapture, OpenSpans, OtelOptions, SpanLimits, SpanNames, TraceScope};
pub use otlp::{OtlpBuilder, OtlpCompression, OtlpError, OtlpJsonExporter, OtlpProtocol};
pub use report::OtelReport;
pub use sink::OtelTraceSink;
