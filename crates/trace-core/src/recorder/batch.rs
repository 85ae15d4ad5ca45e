//! Batches of tool calls.

use serde_json::Map;

use super::place::NodeId;
use super::scope::{Scope, scoped};
use super::work::{Outcome, Phases, Work, ends, named, outer};

const PHASES: Phases =
    Phases { started: "batch_started", completed: "batch_completed", failed: "batch_failed", nested: true };

/// Tool calls that run together. They name the batch as parent and are rolled up in its end record. It ends once: with an
/// outcome, as cancelled when dropped, as failed when a panic drops it.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use trace_core::Recorder;
///
/// # let recorder = Recorder::default();
/// # let turn = recorder.session("chat-1").turn("turn-0");
/// let batch = turn.batch();
/// for path in ["a.rs", "b.rs"] {
///     batch.tool_call("read_file", || json!({ "path": path })).succeed(|| "…");
/// }
/// batch.complete();
/// # turn.complete("assistant_message");
/// ```
#[derive(Debug)]
#[must_use = "a batch that is dropped is recorded as cancelled"]
pub struct Batch {
    work: Work,
}

scoped!(Batch, |batch| &batch.work.scope);

impl Batch {
    pub(super) fn start(scope: &Scope, batch_id: Option<impl Into<String>>) -> Self {
        let Some(inner) = outer(scope) else { return Self { work: Work::silent(Scope::NOWHERE) } };
        let batch_id = batch_id.map_or_else(|| inner.core.new_id(), Into::into);
        let node = NodeId::in_session("batch", inner.session_id(), &batch_id);
        Self { work: Work::start(inner, node, PHASES, &named("batch_id", &batch_id), |_| {}) }
    }

    /// Ends the batch: all its calls ended, in whatever way.
    pub fn complete(mut self) {
        self.work.end(Outcome::Completed, Map::new());
    }
}

ends!(Batch, fail: "Ends the batch as failed.", cancel: "Ends the batch: it was stopped on purpose.");
