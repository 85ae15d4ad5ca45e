//! Record schema, sink trait, reader, recorder and execution graphs of an agent flight recorder.
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
