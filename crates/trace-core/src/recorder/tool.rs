//! Tool calls.

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::cause::CausedBy;
use super::clock::Moment;
use super::inner::Inner;
use super::place::{NodeId, Place};
use super::scope::{Scope, scoped};
use crate::event::{ToolCallCompleted, ToolCallStarted, TraceToolCallOutput};
use crate::{TraceEvent, TraceLevel};

/// A tool call that runs. It ends once: with an output, as cancelled when dropped, as failed when a panic drops it.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use trace_core::Recorder;
/// use trace_core::event::TraceToolCallOutput;
///
/// # let recorder = Recorder::default();
/// # let turn = recorder.session("chat-1").turn("turn-0");
/// let tool = turn.tool_call_with_id("call-9", "read_file", || json!({"path": "src/lib.rs"}));
/// tool.complete(TraceToolCallOutput::success("pub mod event;"));
/// # turn.complete("assistant_message");
/// ```
#[derive(Debug)]
#[must_use = "a tool call that is dropped is recorded as cancelled"]
pub struct ToolCall {
    open: Option<Open>,
}

struct Open {
    outer: Arc<Inner>,
    call: ToolCallStarted,
    started: Moment,
    scope: OnceLock<Scope>,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.call.fmt(f)
    }
}

scoped!(ToolCall, |tool| tool.open.as_ref().map_or(&Scope::NOWHERE, Open::scope));

impl ToolCall {
    pub(super) fn start(
        outer: &Scope,
        call_id: Option<impl Into<String>>,
        name: impl Into<String>,
        args: impl FnOnce() -> Value,
    ) -> Self {
        let Some(outer) = outer.at(TraceLevel::Standard) else { return Self { open: None } };
        let call_id = call_id.map_or_else(|| outer.core.new_id(), Into::into);
        let call = ToolCallStarted::new(Some(call_id), name, args());
        let started = outer.core.moment();
        let mut open = Open { outer: Arc::clone(outer), call, started, scope: OnceLock::new() };
        open.write_start();
        Self { open: Some(open) }
    }

    /// The call's id; `None` without a sink.
    pub fn call_id(&self) -> Option<&str> {
        self.open.as_ref()?.call.call_id.as_deref()
    }

    /// Ends the call with its output.
    pub fn complete(mut self, output: TraceToolCallOutput) {
        self.end(|| output);
    }

    /// Ends the call: it did its work.
    pub fn succeed<P: Into<Value>>(mut self, payload: impl FnOnce() -> P) {
        self.end(|| TraceToolCallOutput::success(payload()));
    }

    /// Ends the call as failed.
    pub fn fail(mut self, payload: impl Into<Value>) {
        self.end(|| TraceToolCallOutput::failure(payload));
    }

    /// Ends the call: it was stopped on purpose.
    pub fn cancel(mut self, payload: impl Into<Value>) {
        self.end(|| TraceToolCallOutput::cancelled(payload));
    }

    fn end(&mut self, output: impl FnOnce() -> TraceToolCallOutput) {
        if self.open.is_none() {
            return;
        }
        // Before the call is taken: when this panics, the drop still has an end to write.
        let output = output();
        if let Some(open) = self.open.take() {
            open.write_end(output);
        }
    }
}

impl Drop for ToolCall {
    fn drop(&mut self) {
        self.end(|| {
            if std::thread::panicking() {
                TraceToolCallOutput::failure(message("the runtime panicked"))
            } else {
                TraceToolCallOutput::cancelled(message("dropped without an outcome"))
            }
        });
    }
}

fn message(text: &str) -> Value {
    serde_json::json!({ "message": text })
}

impl Open {
    fn scope(&self) -> &Scope {
        self.scope.get_or_init(|| {
            let call_id = self.call.call_id.as_deref().unwrap_or_default();
            let mut inner = self.outer.child(NodeId::in_session("tool", self.outer.session_id(), call_id));
            let turn_id = inner.context.turn_id.as_deref();
            inner.cause = Some(CausedBy::tool_call(self.outer.session_id(), turn_id, call_id));
            Scope::new(inner)
        })
    }

    /// Writes the start; the payload comes back for the end.
    fn write_start(&mut self) {
        let call = std::mem::replace(&mut self.call, ToolCallStarted::new(None, "", Value::Null));
        let place = Place::tool_call(&self.outer.context);
        let event = self.outer.core.write(self.started.wall, &place, call.into());
        if let TraceEvent::ToolCallStarted(call) = event {
            self.call = call;
        }
    }

    fn write_end(self, output: TraceToolCallOutput) {
        let Self { outer, call, started, scope: _ } = self;
        let now = outer.core.moment();
        let end = ToolCallCompleted::new(call, output, started.millis_until(now));
        if let Some(roll_up) = &outer.roll_up {
            roll_up.enter(&end);
        }
        outer.core.write(now.wall, &Place::tool_call(&outer.context), end.into());
    }
}
