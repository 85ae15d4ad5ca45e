//! Record schema, sink trait, reader, recorder and execution graphs of an agent flight recorder.
//!
//! A runtime hands [`TraceRecord`]s to a [`TraceSink`], by itself or through a [`Recorder`]; a sink keeps them, one JSON
//! object per line; a [`TraceReader`] gives them back. This crate opens no files, starts no threads and holds no global
//! state: sinks that do are in `trace-sinks`.
//!
//! # Example
//!
//! Records are written as lines, and whatever comes back from a file is read with an account of its damage:
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use trace_core::{Recorder, TraceReader, TraceRecord, TraceSinkError, sink_fn};
//!
//! let file = Arc::new(Mutex::new(Vec::new()));
//! let lines = file.clone();
//! let sink = sink_fn(move |record: &TraceRecord| {
//!     let mut lines = lines.lock().map_err(|_| TraceSinkError::closed("a writer panicked"))?;
//!     serde_json::to_writer(&mut *lines, record).map_err(TraceSinkError::serialize)?;
//!     lines.push(b'\n');
//!     Ok(())
//! });
//!
//! let recorder = Recorder::builder().trace_sink(Arc::new(sink)).build();
//! recorder.session("chat-1").turn("turn-0").complete("assistant_message");
//!
//! let bytes = file.lock().map_err(|_| "a writer panicked")?.clone();
//! let mut reader = TraceReader::salvage(&bytes[..]);
//! let mut kinds = Vec::new();
//! while let Some(entry) = reader.next_entry()? {
//!     kinds.push(entry.record()?.event.kind().to_owned());
//! }
//! assert_eq!(kinds, ["session_started", "turn_started", "turn_completed"]);
//! assert!(reader.report().is_whole());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Parts
//!
//! | part | is |
//! |---|---|
//! | [`TraceRecord`], [`TraceContext`], [`TraceEvent`], [`event`] | the schema, version [`TRACE_SCHEMA_VERSION`] |
//! | [`TraceLevel`], [`Severity`] | how much is recorded, how grave a line is |
//! | [`TraceSink`], [`sink_fn`], [`NullTraceSink`], [`TraceSinkError`] | where records go |
//! | [`TraceReader`], [`TraceEntry`], [`ReadReport`] | from bytes back to records |
//! | [`Recorder`], [`recorder`], [`CausedBy`] | guards that write starts and ends |
//! | [`TraceLashlangGraphStore`] | execution graphs put together from records |
//! | [`AssertingTraceSink`] | checks for a producer's own tests |

pub mod event;
pub mod recorder;

mod assert;
mod context;
mod graph;
mod hash;
mod level;
mod reader;
mod record;
mod sink;
mod wire;

pub use assert::{AssertingTraceSink, Violation, ViolationKind};
pub use context::TraceContext;
pub use event::TraceEvent;
pub use graph::{
    TraceLashlangEdgeSelection, TraceLashlangGraph, TraceLashlangGraphChildLink, TraceLashlangGraphEdge,
    TraceLashlangGraphNode, TraceLashlangGraphParentLink, TraceLashlangGraphStore, TraceLashlangNodeStatus,
};
pub use hash::{json_hash, sha256_hex};
pub use level::{ParseSeverityError, Severity, TraceLevel};
pub use reader::{
    ContextHeader, Damage, DamageKind, EntryKind, ReadError, ReadLimits, ReadReport, SeqAudit, TraceEntry,
    TraceHeader, TraceReader, WriterSpan,
};
pub use record::{TRACE_SCHEMA_VERSION, TraceRecord};
pub use recorder::{CausedBy, Recorder, RecorderBuilder};
pub use sink::{
    FnTraceSink, NullTraceSink, TraceSink, TraceSinkError, TraceSinkErrorKind, TraceSinkErrors, sink_fn,
};
pub use wire::{DecodeError, DecodeErrorKind, ExtraFields, RawJson, UnknownTagged};
