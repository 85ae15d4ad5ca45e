//! What made something happen elsewhere.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::place::NodeId;
use crate::TraceContext;

/// The metadata key under which a context carries its cause.
pub(super) const CAUSED_BY: &str = "caused_by";

/// What made a session or a turn start: a reference to something in another session, or outside the trace.
///
/// It stands in the context's metadata under `caused_by`; its `kind` says which it is. Node ids are unique within a
/// session, so a reader finds the cause by [`session_id`](Self::session_id) and [`node_id`](Self::node_id).
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use trace_core::CausedBy;
///
/// let cause = CausedBy::tool_call("chat-1", Some("turn-0"), "call-7");
/// assert_eq!(cause.node_id(), "tool:chat-1:call-7");
/// assert_eq!(
///     serde_json::to_value(&cause)?,
///     json!({"kind": "tool_call", "session_id": "chat-1", "turn_id": "turn-0", "call_id": "call-7"})
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum CausedBy {
    /// A turn.
    Turn {
        /// Its session.
        session_id: String,
        /// Its id.
        turn_id: String,
    },
    /// An effect: code that ran in a turn.
    ///
    /// A block of code stands in the tree as `code:<session>:<effect>`, while [`node_id`](Self::node_id) names the node of its
    /// execution graph. A session started from the block itself, with `block.session(..)`, hangs under the block.
    Effect {
        /// Its session.
        session_id: String,
        /// Its turn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        turn_id: Option<String>,
        /// Its id.
        effect_id: String,
    },
    /// A tool call.
    ToolCall {
        /// Its session.
        session_id: String,
        /// Its turn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        turn_id: Option<String>,
        /// Its id.
        call_id: String,
    },
    /// A durable process.
    Process {
        /// Its id.
        process_id: String,
    },
    /// An event of a durable process.
    ProcessEvent {
        /// The process.
        process_id: String,
        /// The event's place in the process.
        sequence: u64,
    },
    /// A trigger that fired.
    TriggerOccurrence {
        /// The occurrence.
        occurrence_id: String,
    },
    /// A node of a session's history.
    SessionNode {
        /// The session.
        session_id: String,
        /// The node.
        node_id: String,
    },
}

impl CausedBy {
    /// A turn of a session.
    pub fn turn(session_id: impl Into<String>, turn_id: impl Into<String>) -> Self {
        Self::Turn { session_id: session_id.into(), turn_id: turn_id.into() }
    }

    /// A tool call of a session.
    pub fn tool_call(
        session_id: impl Into<String>,
        turn_id: Option<&str>,
        call_id: impl Into<String>,
    ) -> Self {
        let turn_id = turn_id.map(str::to_owned);
        Self::ToolCall { session_id: session_id.into(), turn_id, call_id: call_id.into() }
    }

    /// A durable process.
    pub fn process(process_id: impl Into<String>) -> Self {
        Self::Process { process_id: process_id.into() }
    }

    /// The cause that a context carries. The tag may be spelled `type` as well.
    pub fn of(context: &TraceContext) -> Option<Self> {
        let mut value = context.metadata.get(CAUSED_BY)?.clone();
        if let Value::Object(fields) = &mut value
            && !fields.contains_key("kind")
            && let Some(tag) = fields.remove("type")
        {
            fields.insert("kind".to_owned(), tag);
        }
        serde_json::from_value(value).ok()
    }

    /// The session it belongs to, where it belongs to one.
    pub fn session_id(&self) -> Option<&str> {
        match self {
            Self::Turn { session_id, .. }
            | Self::Effect { session_id, .. }
            | Self::ToolCall { session_id, .. }
            | Self::SessionNode { session_id, .. } => Some(session_id),
            Self::Process { .. } | Self::ProcessEvent { .. } | Self::TriggerOccurrence { .. } => None,
        }
    }

    /// The node that stands for it in the tree.
    pub fn node_id(&self) -> String {
        match self {
            Self::Turn { session_id, turn_id } => NodeId::in_session("turn", session_id, turn_id),
            Self::Effect { effect_id, .. } => NodeId::global("effect", effect_id),
            Self::ToolCall { session_id, call_id, .. } => NodeId::in_session("tool", session_id, call_id),
            Self::Process { process_id } => NodeId::global("process", process_id),
            Self::ProcessEvent { process_id, sequence } => return format!("process:{process_id}:{sequence}"),
            Self::TriggerOccurrence { occurrence_id } => NodeId::global("trigger", occurrence_id),
            Self::SessionNode { session_id, node_id } => NodeId::in_session("node", session_id, node_id),
        }
        .to_string()
    }
}
