//! Spans for OpenTelemetry: live or replayed, through the host's tracer or to an OTLP endpoint.

#[cfg_attr(not(test), expect(dead_code, unused_imports, reason = "the sink that exports is made of it"))]
mod export;
mod options;
#[cfg_attr(not(test), expect(dead_code, reason = "the transport, before the sink that uses it"))]
mod otlp;
mod report;

pub use export::{ExportSettings, Overflow};
pub use options::{ContentCapture, OpenSpans, OtelOptions, SpanLimits, SpanNames, TraceScope};
pub use otlp::{OtlpBuilder, OtlpCompression, OtlpError, OtlpJsonExporter, OtlpProtocol};
pub use report::OtelReport;
