//! Where a record stands: the context it carries, its node and its parent.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::merge::overwrite;
use crate::{TraceContext, TraceEvent};

/// Entries of a context's metadata.
pub(super) type Metadata = BTreeMap<String, Value>;

/// A node's id in its parts: `tool:<session>:<call id>`, `llm:<call id>`.
#[derive(Debug, Clone, Copy)]
pub(super) struct NodeId<'a> {
    kind: &'static str,
    session: Option<&'a str>,
    id: &'a str,
}

impl<'a> NodeId<'a> {
    /// A node whose id is unique everywhere.
    pub(super) fn global(kind: &'static str, id: &'a str) -> Self {
        Self { kind, session: None, id }
    }

    /// A node whose id is unique in its session.
    pub(super) fn in_session(kind: &'static str, session: &'a str, id: &'a str) -> Self {
        Self { kind, session: Some(session), id }
    }

    fn write_to(self, text: &mut String) {
        text.clear();
        text.push_str(self.kind);
        for part in self.session.into_iter().chain([self.id]) {
            text.push(':');
            text.push_str(part);
        }
    }
}

impl fmt::Display for NodeId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write_to(&mut text);
        f.write_str(&text)
    }
}

/// Where a record stands, seen from a context.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    context: &'a TraceContext,
    at: At<'a>,
    metadata: Option<&'a Metadata>,
}

#[derive(Debug, Clone, Copy)]
enum At<'a> {
    /// At the context's own node.
    Here,
    /// Under it, without a node.
    Leaf,
    /// Under it, at a node of its own.
    Child(NodeId<'a>),
    /// Under it, at the node of the tool call that the event is of.
    ToolCall,
}

impl<'a> Place<'a> {
    pub(super) fn here(context: &'a TraceContext) -> Self {
        Self { context, at: At::Here, metadata: None }
    }

    pub(super) fn leaf(context: &'a TraceContext) -> Self {
        Self { context, at: At::Leaf, metadata: None }
    }

    pub(super) fn child(context: &'a TraceContext, node: NodeId<'a>) -> Self {
        Self { context, at: At::Child(node), metadata: None }
    }

    pub(super) fn tool_call(context: &'a TraceContext) -> Self {
        Self { context, at: At::ToolCall, metadata: None }
    }

    /// The same place with more metadata than its context's.
    pub(super) fn with_metadata(mut self, metadata: &'a Metadata) -> Self {
        self.metadata = Some(metadata).filter(|metadata| !metadata.is_empty());
        self
    }

    /// A new context of this place.
    pub(super) fn to_context(self) -> TraceContext {
        let mut context = TraceContext::default();
        self.overwrite(&mut context, None);
        context
    }

    /// Writes the context of an event at this place over another one, whose memory is used again.
    pub(super) fn write_to(&self, target: &mut TraceContext, event: &TraceEvent) {
        self.overwrite(target, call_id(event));
    }

    fn overwrite(&self, target: &mut TraceContext, call_id: Option<&str>) {
        overwrite(target, self.context);
        let session = self.context.session_id.as_deref().unwrap_or_default();
        let node = match self.at {
            At::Here => return self.add_metadata(target),
            At::Leaf => None,
            At::Child(node) => Some(node),
            At::ToolCall => call_id.map(|call_id| NodeId::in_session("tool", session, call_id)),
        };
        match node {
            Some(node) => node.write_to(target.graph_node_id.get_or_insert_default()),
            None => target.graph_node_id = None,
        }
        // An id used again within itself is the same node: it stays where it hangs.
        if target.graph_node_id.is_none() || target.graph_node_id != self.context.graph_node_id {
            target.parent_graph_node_id.clone_from(&self.context.graph_node_id);
        }
        self.add_metadata(target);
    }

    fn add_metadata(&self, target: &mut TraceContext) {
        if let Some(metadata) = self.metadata {
            target.metadata.extend(metadata.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
    }
}

/// The id of the tool call that an event is of.
fn call_id(event: &TraceEvent) -> Option<&str> {
    match event {
        TraceEvent::ToolCallStarted(call) => call.call_id.as_deref(),
        TraceEvent::ToolCallCompleted(call) => call.call_id.as_deref(),
        _ => None,
    }
}
