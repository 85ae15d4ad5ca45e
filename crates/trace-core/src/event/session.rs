//! Sessions and turns.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::wire::null_as_default;

/// The status of a turn that did what it was asked.
pub const TURN_COMPLETED: &str = "completed";
/// The status of a turn that ended in failure.
pub const TURN_FAILED: &str = "failed";
/// The status of a turn that the user or the host stopped.
pub const TURN_CANCELLED: &str = "cancelled";

/// A session began. Sessions have no end record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionStarted {
    /// What the host says about the session.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, Value>,
}

impl SessionStarted {
    /// A session with the host's metadata.
    pub fn new(metadata: BTreeMap<String, Value>) -> Self {
        Self { metadata }
    }
}

/// A turn began.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TurnStarted {
    /// What the host says about the turn.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, Value>,
}

impl TurnStarted {
    /// A turn with the host's metadata.
    pub fn new(metadata: BTreeMap<String, Value>) -> Self {
        Self { metadata }
    }
}

/// A turn ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TurnCompleted {
    /// [`TURN_COMPLETED`], [`TURN_FAILED`], [`TURN_CANCELLED`], or a host's own word.
    pub status: String,
    /// Why it ended, such as `assistant_message`, `max_turns` or `provider_error`.
    pub done_reason: String,
    /// The agent frame that goes on from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_frame_switch: Option<TraceAgentFrameSwitch>,
}

impl TurnCompleted {
    /// A turn's end, its status and the reason for it.
    pub fn new(status: impl Into<String>, done_reason: impl Into<String>) -> Self {
        Self { status: status.into(), done_reason: done_reason.into(), agent_frame_switch: None }
    }
}

/// The agent frame a turn switched to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceAgentFrameSwitch {
    /// The frame's id.
    pub frame_id: String,
}

impl TraceAgentFrameSwitch {
    /// A switch to a frame.
    pub fn new(frame_id: impl Into<String>) -> Self {
        Self { frame_id: frame_id.into() }
    }
}
