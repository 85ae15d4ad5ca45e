//! What a scope knows, shared by its clones and by the guards under it.

use std::sync::Arc;

use super::cause::CausedBy;
use super::core::Core;
use super::place::{Metadata, NodeId, Place};
use super::roll_up::RollUp;
use super::session::SessionState;
use super::turn::TurnState;
use crate::{TraceContext, TraceEvent};

/// What a scope knows.
pub(super) struct Inner {
    pub(super) core: Arc<Core>,
    pub(super) session: Arc<SessionState>,
    pub(super) turn: Option<Arc<TurnState>>,
    /// The context of the scope's own records; what is recorded under it takes its node as parent.
    pub(super) context: TraceContext,
    /// Metadata of the scope's own records alone.
    pub(super) metadata: Metadata,
    /// How a session started from here names its cause.
    pub(super) cause: Option<CausedBy>,
    /// Who is told of tool calls that end.
    pub(super) roll_up: Option<Arc<RollUp>>,
}

impl Inner {
    pub(super) fn session_id(&self) -> &str {
        self.context.session_id.as_deref().unwrap_or_default()
    }

    pub(super) fn node_id(&self) -> Option<&str> {
        self.context.graph_node_id.as_deref()
    }

    /// The place of the scope's own records.
    pub(super) fn here(&self) -> Place<'_> {
        Place::here(&self.context).with_metadata(&self.metadata)
    }

    /// The place of a record without a node.
    pub(super) fn leaf(&self) -> Place<'_> {
        Place::leaf(&self.context)
    }

    /// A scope whose node hangs under this one.
    pub(super) fn child(&self, node: NodeId<'_>) -> Self {
        Self {
            core: Arc::clone(&self.core),
            session: Arc::clone(&self.session),
            turn: self.turn.clone(),
            context: Place::child(&self.context, node).to_context(),
            metadata: Metadata::new(),
            cause: self.cause.clone(),
            roll_up: self.roll_up.clone(),
        }
    }

    /// Writes a record of now under this scope.
    pub(super) fn write_leaf(&self, event: impl Into<TraceEvent>) {
        self.core.write_now(&self.leaf(), event);
    }
}
