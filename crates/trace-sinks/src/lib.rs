//! Where the records of an agent flight recorder go.
//!
//! Each type here is a [`TraceSink`](trace_core::TraceSink): an end that keeps records, or a wrapper around other sinks.
//!
//! | sink | does |
//! |---|---|
//! | [`JsonlTraceSink`] | appends to a file, one JSON object per line, shared with other threads and processes |
//! | [`StderrTraceSink`] | writes JSON lines to standard error |
//! | [`MemoryTraceSink`] | keeps records in memory, all or the latest |
//! | [`TeeTraceSink`] | hands each record to several sinks |
//! | [`FilterTraceSink`] | hands on some records, by level, kind or rule |
//! | `OtelTraceSink` | turns records into OpenTelemetry spans, for a host's tracer or an OTLP endpoint (feature `otel`) |
//!
//! [`ExecutionJsonlPath`] gives a [`Recorder`](trace_core::Recorder) a file for its execution graphs.
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//! use trace_core::{TraceContext, TraceLevel, TraceRecord, TraceSink, event::Custom};
//! use trace_sinks::{FilterTraceSink, JsonlTraceSink, StderrTraceSink, TeeTraceSink};
//!
//! # let dir = tempfile::tempdir()?;
//! # let path = dir.path().join("trace.jsonl");
//! let sink = TeeTraceSink::new([
//!     Arc::new(JsonlTraceSink::new(path)) as Arc<dyn TraceSink>,
//!     Arc::new(FilterTraceSink::new(StderrTraceSink::new()).when(|record| record.event.is_failed())),
//! ]);
//! sink.append(&TraceRecord::new(TraceContext::for_session("chat-1"), Custom::new("hello", 1.into())))?;
//! sink.flush()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Crate features
//!
//! | feature | brings |
//! |---|---|
//! | none | all of the above but the last |
//! | `otel` | the `otel` module; OTLP over HTTP |
//! | `grpc` | `otel`, and OTLP over gRPC |
//!
//! # Platforms
//!
//! Linux first. On systems other than Unix the crate compiles and writes; file modes and the following of a replaced file
//! need Unix, as [`JsonlTraceSink`] says.

mod execution_path;
mod filter;
mod jsonl;
mod line;
mod memory;
#[cfg(feature = "otel")]
pub mod otel;
mod stderr;
mod tee;

pub use execution_path::ExecutionJsonlPath;
pub use filter::FilterTraceSink;
pub use jsonl::JsonlTraceSink;
pub use memory::MemoryTraceSink;
#[cfg(feature = "otel")]
#[doc(inline)]
pub use otel::OtelTraceSink;
pub use stderr::StderrTraceSink;
pub use tee::TeeTraceSink;
