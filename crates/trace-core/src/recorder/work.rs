//! What a code block, a batch and a process have in common: a node that starts and ends with a diagnostic, and a roll-up.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::clock::Moment;
use super::inner::Inner;
use super::place::NodeId;
use super::roll_up::RollUp;
use super::scope::Scope;
use crate::TraceLevel;
use crate::event::ProtocolStep;

/// The `error` of work that was stopped on purpose.
const CANCELLED: &str = "cancelled";

/// Work that runs and ends once.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) scope: Scope,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    phases: Phases,
    started: Moment,
    roll_up: Arc<RollUp>,
}

/// The names of a sort of work's diagnostics.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phases {
    pub(super) started: &'static str,
    pub(super) completed: &'static str,
    pub(super) failed: &'static str,
    /// Whether its tool calls count for the work around it as well.
    pub(super) nested: bool,
}

/// How work ended.
#[derive(Debug)]
pub(super) enum Outcome {
    Completed,
    Failed(String),
    Cancelled,
}

impl Outcome {
    /// The outcome of work whose guard is dropped.
    pub(super) fn of_drop() -> Self {
        if std::thread::panicking() {
            Self::Failed("the runtime panicked".to_owned())
        } else {
            Self::Cancelled
        }
    }
}

impl Work {
    /// Work that is not recorded itself; what happens in it may be.
    pub(super) fn silent(scope: Scope) -> Self {
        Self { scope, running: None }
    }

    /// Starts work at a node under a scope; `arrange` completes the node's scope.
    pub(super) fn start(
        outer: &Inner,
        node: NodeId<'_>,
        phases: Phases,
        payload: &Value,
        arrange: impl FnOnce(&mut Inner),
    ) -> Self {
        let roll_up = Arc::new(RollUp::within(outer.roll_up.clone().filter(|_| phases.nested)));
        let mut inner = outer.child(node);
        inner.roll_up = Some(Arc::clone(&roll_up));
        arrange(&mut inner);
        let started = inner.core.moment();
        let step = ProtocolStep::diagnostic(phases.started, payload);
        inner.core.write(started.wall, &inner.here(), step.into());
        Self { scope: Scope::new(inner), running: Some(Running { phases, started, roll_up }) }
    }

    /// Ends the work, unless it has ended; `payload` is what its end says beside outcome, duration and roll-up.
    pub(super) fn end(&mut self, outcome: Outcome, mut payload: Map<String, Value>) {
        let (Some(running), Some(inner)) = (self.running.take(), self.scope.inner()) else { return };
        let now = inner.core.moment();
        payload.insert("duration_ms".to_owned(), running.started.millis_until(now).into());
        running.roll_up.take().write_to(&mut payload);
        let phase = match outcome {
            Outcome::Completed => running.phases.completed,
            Outcome::Failed(error) => {
                payload.insert("error".to_owned(), error.into());
                running.phases.failed
            }
            Outcome::Cancelled => {
                payload.insert("error".to_owned(), CANCELLED.into());
                payload.insert("terminal_reason".to_owned(), CANCELLED.into());
                running.phases.failed
            }
        };
        let step = ProtocolStep::diagnostic(phase, &Value::Object(payload));
        inner.core.write(now.wall, &inner.here(), step.into());
    }

    /// Ends the work as what a drop makes of it.
    pub(super) fn end_dropped(&mut self) {
        self.end(Outcome::of_drop(), Map::new());
    }
}

/// A scope under which work is recorded, if it is.
pub(super) fn outer(scope: &Scope) -> Option<&Arc<Inner>> {
    scope.at(TraceLevel::Standard)
}

/// The payload of a start that says nothing but an id.
pub(super) fn named(key: &str, id: &str) -> Value {
    json!({ key: id })
}

/// Gives a guard over [`Work`] the ends that say nothing of their own: failed, cancelled, dropped.
macro_rules! ends {
    ($guard:ident, fail: $failed:literal, cancel: $cancelled:literal) => {
        impl $guard {
            #[doc = $failed]
            pub fn fail(mut self, error: impl Into<String>) {
                self.work.end(Outcome::Failed(error.into()), Map::new());
            }

            #[doc = $cancelled]
            pub fn cancel(mut self) {
                self.work.end(Outcome::Cancelled, Map::new());
            }
        }

        impl Drop for $guard {
            fn drop(&mut self) {
                self.work.end_dropped();
            }
        }
    };
}
pub(super) use ends;
