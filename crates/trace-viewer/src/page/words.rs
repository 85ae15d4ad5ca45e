//! Words for the model's closed sets.

use crate::model::{RowKind, Status};

/// How a row ended, as a reader says it.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::None => "no outcome",
        Status::Unfinished => "unfinished",
        Status::Completed => "completed",
        Status::Failed => "failed",
        Status::Cancelled => "cancelled",
    }
}

/// A kind of row as a reader calls it.
pub(super) fn kind(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Session => "session",
        RowKind::Turn => "turn",
        RowKind::LlmCall => "LLM call",
        RowKind::ToolCall => "tool call",
        RowKind::CodeBlock => "code block",
        RowKind::Batch => "batch",
        RowKind::Process => "process",
        RowKind::Graph => "graph",
        RowKind::GraphNode => "graph node",
        RowKind::Prompt => "prompt",
        RowKind::ProviderRequest => "provider request",
        RowKind::ProviderChunk => "provider chunk",
        RowKind::RuntimeChunk => "runtime chunk",
        RowKind::ProtocolStep => "protocol step",
        RowKind::Usage => "token usage",
        RowKind::EnvelopeDiff => "envelope diff",
        RowKind::Custom => "custom event",
        RowKind::Log => "log line",
        RowKind::RuntimeEvent => "runtime event",
        RowKind::Run => "run",
        RowKind::UncaughtError => "uncaught error",
        RowKind::RecordsDropped => "dropped records",
        RowKind::Unknown => "unknown record",
        RowKind::Foreign => "foreign JSON",
    }
}
