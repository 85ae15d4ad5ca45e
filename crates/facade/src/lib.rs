//! A flight recorder for agent runtimes, in one crate.
//!
//! A runtime hands structured records to a sink; a file keeps them, one JSON object per line; anything that was recorded can
//! be replayed into any other sink or shown as a page.
//!
//! # Example
//!
#![cfg_attr(feature = "sinks", doc = "```")]
#![cfg_attr(not(feature = "sinks"), doc = "```ignore")]
//! use std::sync::Arc;
//! use facade::tracing::event::{TraceLlmRequest, TraceLlmResponse};
//! use facade::tracing::{JsonlTraceSink, Recorder};
//!
//! # let dir = tempfile::tempdir()?;
//! # std::env::set_current_dir(&dir)?;
//! let sink = JsonlTraceSink::new("./.data/trace.jsonl");
//! let recorder = Recorder::builder().trace_sink(Arc::new(sink)).build();
//! let turn = recorder.session("chat-1").turn("turn-0");
//! let call = turn.llm_call(|| TraceLlmRequest::new("acme/large-4", vec![]));
//! call.complete(TraceLlmResponse::new("Let me look.", 0), None);
//! turn.tool_call("read_file", || "src/lib.rs".into()).succeed(|| "pub mod event;");
//! turn.complete("assistant_message");
//! # assert_eq!(std::fs::read_to_string("./.data/trace.jsonl")?.lines().count(), 7);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Parts
//!
//! | path | is | crate |
//! |---|---|---|
//! | [`facade::tracing`](tracing), also at the root | records, sinks, reader, recorder, execution graphs | `trace-core`, `trace-sinks` |
//! | `facade::viewer` | turns a trace into a page | `trace-viewer` |
//!
//! # Crate features
//!
//! | feature | default | brings | crates in the dependency tree |
//! |---|---|---|---|
//! | none | | records, sink trait, reader, recorder, execution graphs | 31 |
//! | `sinks` | yes | sinks for files, standard error, memory; tee and filter | 1 more |
//! | `otel`, `otel-trace` | no | `OtelTraceSink`: spans for a host's tracer, or for OTLP over HTTP | 51 more |
//! | `grpc` | no | `otel`, and OTLP over gRPC | 89 more |
//! | `viewer` | no | the page, from code | 39 more |
//!
//! The numbers count unique crates on Linux, with build dependencies, procedural macros and this workspace's own; those of
//! `otel`, `grpc` and `viewer` on top of the default features.

pub mod tracing;

#[doc(inline)]
pub use trace_core::*;
#[cfg(feature = "sinks")]
#[doc(inline)]
pub use trace_sinks::*;
#[cfg(feature = "viewer")]
#[doc(inline)]
pub use trace_viewer as viewer;

/// The examples in the repository's documents.
#[cfg(all(doctest, feature = "sinks"))]
mod documents {
    #[doc = include_str!("../../../README.md")]
    mod readme {}
    #[doc = include_str!("../../../docs/tracing.md")]
    mod tracing {}
    #[doc = include_str!("../../../docs/execution-graphs.md")]
    mod execution_graphs {}
    #[doc = include_str!("../../../docs/trace-format.md")]
    mod trace_format {}
    #[doc = include_str!("../../../docs/reporting-channels.md")]
    mod reporting_channels {}
    #[doc = include_str!("../../../docs/migration.md")]
    mod migration {}
    #[cfg(feature = "otel")]
    #[doc = include_str!("../../../docs/otel.md")]
    mod otel {}
    #[cfg(feature = "viewer")]
    #[doc = include_str!("../../../docs/viewer.md")]
    mod viewer {}
}
