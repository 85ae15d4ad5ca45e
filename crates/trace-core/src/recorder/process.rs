//! Durable processes.

use serde_json::Map;

use super::ExecutionGraph;
use super::cause::CausedBy;
use super::inner::Inner;
use super::place::NodeId;
use super::scope::{Scope, scoped};
use super::work::{Outcome, Phases, Work, ends, named, outer};
use crate::event::{ProcessSubject, TraceLashlangMap};

const PHASES: Phases = Phases {
    started: "process_started",
    completed: "process_completed",
    failed: "process_failed",
    nested: false,
};

/// A durable process that runs. It belongs to its session and may outlive the turn that started it: what is recorded in it
/// names no turn. It ends once: with an outcome, as cancelled when dropped, as failed when a panic drops it.
///
/// # Examples
///
/// ```
/// use trace_core::Recorder;
///
/// # let recorder = Recorder::default();
/// # let turn = recorder.session("chat-1").turn("turn-0");
/// let process = turn.process("review-7");
/// turn.complete("assistant_message");
/// process.tool_call("notify", || "done".into()).succeed(|| true);
/// process.complete();
/// ```
#[derive(Debug)]
#[must_use = "a process that is dropped is recorded as cancelled"]
pub struct Process {
    work: Work,
    process_id: String,
}

scoped!(Process, |process| &process.work.scope);

impl Process {
    pub(super) fn start(scope: &Scope, process_id: impl Into<String>) -> Self {
        let Some(inner) = scope.inner() else {
            return Self { work: Work::silent(Scope::NOWHERE), process_id: String::new() };
        };
        let process_id = process_id.into();
        let node = NodeId::global("process", &process_id);
        if outer(scope).is_none() {
            let mut inner = inner.child(node);
            leave_turn(&mut inner, &process_id);
            return Self { work: Work::silent(Scope::new(inner)), process_id };
        }
        let payload = named("process_id", &process_id);
        let work = Work::start(inner, node, PHASES, &payload, |inner| leave_turn(inner, &process_id));
        Self { work, process_id }
    }

    /// The process's id; empty without a sink.
    pub fn id(&self) -> &str {
        &self.process_id
    }

    /// Starts the execution graph of this process.
    pub fn execution(&self, map: impl FnOnce() -> TraceLashlangMap) -> ExecutionGraph {
        ExecutionGraph::of_process(&self.work.scope, ProcessSubject::new(self.process_id.as_str()), map)
    }

    /// Ends the process: it did its work.
    pub fn complete(mut self) {
        self.work.end(Outcome::Completed, Map::new());
    }
}

ends!(Process, fail: "Ends the process as failed.", cancel: "Ends the process: it was stopped on purpose.");

/// Makes a scope the process's own: of the session, of no turn, no effect and no roll-up further out.
fn leave_turn(inner: &mut Inner, process_id: &str) {
    inner.turn = None;
    inner.context.turn_id = None;
    inner.context.turn_index = None;
    inner.context.protocol_iteration = None;
    inner.context.effect_id = None;
    inner.cause = Some(CausedBy::process(process_id));
}
