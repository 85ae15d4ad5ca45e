//! What is said of a row beside its name and times.

use serde::Serialize;
use serde_json::value::RawValue;
use trace_core::TraceHeader;

use super::Content;
use crate::model::{Row, RowKind, Usage};

/// The arguments of an event.
#[derive(Debug, Default, Serialize)]
pub(super) struct Args<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tokens: Option<Tokens>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_token_ms: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) flags: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<&'a str>,
    #[serde(flatten)]
    pub(super) ids: Ids<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) record: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_record: Option<&'a RawValue>,
}

/// Identities, of the record that opened a row.
#[derive(Debug, Default, Serialize)]
pub(super) struct Ids<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    run_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    turn_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    turn_index: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    llm_call_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    graph_node_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_graph_node_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_record_id: Option<&'a str>,
}

/// Token counts as the schema names them; reasoning is part of output.
#[derive(Debug, Serialize)]
pub(super) struct Tokens {
    input: i64,
    cache_read: i64,
    cache_write: i64,
    output: i64,
    reasoning: i64,
}

impl<'a> Ids<'a> {
    pub(super) fn new(first: &'a TraceHeader<'_>, last: Option<&'a TraceHeader<'_>>) -> Self {
        let context = &first.context;
        Self {
            run_id: context.run_id.as_deref(),
            session_id: context.session_id.as_deref(),
            turn_id: context.turn_id.as_deref(),
            turn_index: context.turn_index,
            llm_call_id: context.llm_call_id.as_deref(),
            graph_node_id: context.graph_node_id.as_deref(),
            parent_graph_node_id: context.parent_graph_node_id.as_deref(),
            record_id: first.id.as_deref(),
            end_record_id: last.and_then(|last| last.id.as_deref()),
        }
    }
}

impl From<Usage> for Tokens {
    fn from(usage: Usage) -> Self {
        let Usage { input, cache_read, cache_write, output, reasoning } = usage;
        Self { input, cache_read, cache_write, output, reasoning }
    }
}

impl Content {
    /// Whether a row's records go along.
    pub(super) fn wants(self, row: &Row) -> bool {
        match self {
            Self::Off => false,
            Self::Tools => row.kind == RowKind::ToolCall,
            Self::Full => true,
        }
    }
}
