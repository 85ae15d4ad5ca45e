//! Spans for OpenTelemetry: live or replayed, through the host's tracer or to an OTLP endpoint.
//!
//! [`OtelTraceSink`] takes records like any other sink and makes spans of them. Ids, parents and times come from the records,
//! so that what several processes recorded lines up, and a replay gives the same trace. A sink that sends spans itself counts
//! what became of each: an [`OtelReport`] tells what was accepted, refused, dropped and given up, and what is still open.
//!
//! # Example
//!
//! ```
//! use std::time::Duration;
//! use trace_core::event::{LlmCallStarted, TraceLlmRequest};
//! use trace_core::{TraceContext, TraceRecord, TraceSink};
//! use trace_sinks::otel::{OtelTraceSink, OtlpJsonExporter};
//!
//! let sink = OtelTraceSink::exporter(OtlpJsonExporter::new(std::io::stdout()));
//! let call = TraceContext::for_session("chat-1").with_llm_call("call-1");
//! sink.append(&TraceRecord::new(call, LlmCallStarted::new(TraceLlmRequest::new("acme/large-4", vec![]))))?;
//! let report = sink.shutdown(Duration::from_secs(5));
//! // Its end was not recorded: the span says so, and is sent all the same.
//! assert_eq!((report.exported, report.incomplete), (1, 1));
//! # Ok::<(), trace_core::TraceSinkError>(())
//! ```
//!
//! # Parts
//!
//! | part | is |
//! |---|---|
//! | [`OtelTraceSink`] | the sink; with a table of its two targets |
//! | [`OtlpBuilder`] | an OTLP endpoint: protocol, headers, certificates; with a table of the environment's variables |
//! | [`OtelOptions`] | what spans look like: [`SpanNames`], [`TraceScope`], [`ContentCapture`], [`SpanLimits`], [`OpenSpans`] |
//! | [`ExportSettings`] | how finished spans wait and are sent; what happens on [`Overflow`] |
//! | [`OtelReport`] | what became of spans |
//! | [`RecordIds`] | gives a host's provider the ids of records |
//! | [`OtlpJsonExporter`] | an exporter that writes OTLP as JSON lines |
//!
//! # Caveats
//!
//! Spans are sent on a thread of the sink's own, which enters no async runtime: an exporter that needs the host's tokio runtime
//! must spawn on its own `Handle`. Where such an exporter runs on a current-thread runtime,
//! [`force_flush`](OtelTraceSink::force_flush) and [`shutdown`](OtelTraceSink::shutdown) belong in `spawn_blocking`: called on
//! that runtime's thread they wait for what only that thread can do.

mod assemble;
mod attributes;
mod content;
mod convention;
mod export;
mod ids;
mod inside;
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
mod spare;
mod time;

pub use export::{ExportSettings, Overflow};
pub use live::RecordIds;
pub use options::{ContentCapture, OpenSpans, OtelOptions, SpanLimits, SpanNames, TraceScope};
pub use otlp::{OtlpBuilder, OtlpCompression, OtlpError, OtlpJsonExporter, OtlpProtocol};
pub use report::OtelReport;
pub use sink::OtelTraceSink;
