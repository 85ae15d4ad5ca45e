//! Turns.

use std::sync::Arc;

use serde_json::Value;

use super::cause::CausedBy;
use super::inner::Inner;
use super::ledger::{Ordinals, Tab};
use super::place::{Metadata, NodeId};
use super::scope::{Scope, scoped};
use super::session::Cause;
use crate::event::{
    TURN_CANCELLED, TURN_COMPLETED, TURN_FAILED, TraceAgentFrameSwitch, TraceTokenUsage, TurnCompleted,
    TurnStarted,
};

/// A turn that runs. It ends once: with an outcome, as cancelled when dropped, as failed when a panic drops it.
///
/// What its model calls spent is recorded as it ends, with the session's sum. Clone its [`scope`](Scope::scope) to record
/// under it from other threads and tasks.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use trace_core::Recorder;
/// use trace_core::event::TraceToolCallOutput;
///
/// # let recorder = Recorder::default();
/// let turn = recorder.session("chat-1").turn("turn-0");
/// std::thread::scope(|threads| {
///     for path in ["a.rs", "b.rs"] {
///         let scope = turn.scope();
///         threads.spawn(move || {
///             let tool = scope.tool_call("read_file", || json!({ "path": path }));
///             tool.complete(TraceToolCallOutput::success("…"));
///         });
///     }
/// });
/// turn.complete("assistant_message");
/// ```
#[derive(Debug)]
#[must_use = "a turn that is dropped is recorded as cancelled"]
pub struct Turn {
    scope: Scope,
    open: bool,
}

scoped!(Turn, |turn| &turn.scope);

/// What the handles of one turn share.
#[derive(Debug, Default)]
pub(super) struct TurnState {
    pub(super) tab: Tab,
    pub(super) ordinals: Ordinals,
}

/// How a turn starts.
#[derive(Debug, Clone, Default)]
#[must_use = "options do nothing by themselves"]
pub struct TurnOptions {
    turn_id: Option<String>,
    turn_index: Option<usize>,
    metadata: Metadata,
    cause: Option<Cause>,
}

impl TurnOptions {
    /// A turn of an id, unique within its session.
    pub fn new(turn_id: impl Into<String>) -> Self {
        Self { turn_id: Some(turn_id.into()).filter(|id| !id.is_empty()), ..Self::default() }
    }

    /// A turn that is known by its index alone.
    pub fn unnamed() -> Self {
        Self::default()
    }

    /// Its index in the session, from 0; the next one unless set.
    pub fn index(mut self, index: usize) -> Self {
        self.turn_index = Some(index);
        self
    }

    /// One more entry of the start record's metadata.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// What made the turn start; the session's cause unless set.
    pub fn caused_by(mut self, cause: CausedBy) -> Self {
        self.cause = Some(cause.into());
        self
    }
}

impl Turn {
    pub(super) fn start(session: &Scope, options: TurnOptions) -> Self {
        let Some(outer) = session.inner() else { return Self { scope: Scope::NOWHERE, open: false } };
        let (inner, metadata) = place(outer, options);
        let scope = Scope::new(inner);
        let open = scope.at(crate::TraceLevel::Standard).is_some();
        if let Some(inner) = scope.inner().filter(|_| open) {
            inner.core.write_now(&inner.here(), TurnStarted::new(metadata));
        }
        Self { scope, open }
    }

    /// What the turn's model calls have spent so far.
    pub fn usage(&self) -> TraceTokenUsage {
        let turn = self.scope.inner().and_then(|inner| inner.turn.as_ref());
        turn.map(|turn| turn.tab.spent()).unwrap_or_default()
    }

    /// Ends the turn: it did what it was asked, for a reason such as `assistant_message`.
    pub fn complete(self, done_reason: impl Into<String>) {
        self.finish(TurnCompleted::new(TURN_COMPLETED, done_reason));
    }

    /// Ends the turn: another agent frame goes on from here.
    pub fn complete_with_frame_switch(self, frame_id: impl Into<String>) {
        let mut end = TurnCompleted::new(TURN_COMPLETED, "agent_frame_switch");
        end.agent_frame_switch = Some(TraceAgentFrameSwitch::new(frame_id));
        self.finish(end);
    }

    /// Ends the turn as failed, for a reason such as `max_turns` or `provider_error`.
    pub fn fail(self, done_reason: impl Into<String>) {
        self.finish(TurnCompleted::new(TURN_FAILED, done_reason));
    }

    /// Ends the turn: the user or the host stopped it.
    pub fn cancel(self) {
        self.finish(TurnCompleted::new(TURN_CANCELLED, "cancelled"));
    }

    /// Ends the turn in the host's own words.
    pub fn finish(mut self, end: TurnCompleted) {
        self.end(end);
    }

    fn end(&mut self, end: TurnCompleted) {
        if !std::mem::take(&mut self.open) {
            return;
        }
        let Some(inner) = self.scope.inner() else { return };
        if let Some(spent) = inner.turn.as_ref().and_then(|turn| turn.tab.close()) {
            inner.write_leaf(inner.session.account.ledger.enter(spent));
        }
        inner.core.write_now(&inner.here(), end);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        self.end(if std::thread::panicking() {
            TurnCompleted::new(TURN_FAILED, "runtime_error")
        } else {
            TurnCompleted::new(TURN_CANCELLED, "cancelled")
        });
    }
}

/// A turn's scope under its session or its cause, and the metadata of its start record.
fn place(session: &Inner, options: TurnOptions) -> (Inner, Metadata) {
    let TurnOptions { turn_id, turn_index, metadata, cause } = options;
    let index = session.session.account.turn_index(turn_index);
    let short = turn_id.clone().unwrap_or_else(|| format!("idx{index}"));
    let session_id = session.session_id().to_owned();
    let mut inner = session.child(NodeId::in_session("turn", &session_id, &short));
    let cause = cause.as_ref().or(session.session.cause.as_deref());
    if let Some(cause) = cause.filter(|cause| inner.node_id() != Some(&cause.parent)) {
        inner.context.parent_graph_node_id = Some(cause.parent.clone());
        let replay_key = format!("turn:{session_id}:{index}");
        inner.metadata = Metadata::from([cause.entry(), ("replay_key".to_owned(), replay_key.into())]);
    }
    inner.cause = Some(CausedBy::turn(session_id, short));
    inner.context.turn_id = turn_id;
    inner.context.turn_index = Some(index);
    inner.turn = Some(Arc::default());
    (inner, metadata)
}
