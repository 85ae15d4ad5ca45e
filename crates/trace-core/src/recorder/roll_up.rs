//! The summary of tool calls that a code block or a batch writes as it ends.

use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use super::ledger::lock;
use crate::event::ToolCallCompleted;

/// How many tool calls a summary lists; more are counted.
const MAX_LISTED: usize = 1_000;

/// The tool calls that ended within a code block or a batch, at any depth.
#[derive(Debug, Default)]
pub(super) struct RollUp {
    calls: Mutex<Calls>,
    outer: Option<Arc<RollUp>>,
}

/// Tool calls that ended.
#[derive(Debug, Default)]
pub(super) struct Calls {
    count: u64,
    /// The first of them, in the order they ended.
    listed: Vec<Value>,
}

impl RollUp {
    pub(super) fn within(outer: Option<Arc<Self>>) -> Self {
        Self { calls: Mutex::default(), outer }
    }

    /// Enters a call that ended, here and further out.
    pub(super) fn enter(&self, call: &ToolCallCompleted) {
        let mut next = Some(self);
        while let Some(roll_up) = next {
            lock(&roll_up.calls).enter(call);
            next = roll_up.outer.as_deref();
        }
    }

    /// Takes the calls entered so far.
    pub(super) fn take(&self) -> Calls {
        std::mem::take(&mut *lock(&self.calls))
    }
}

impl Calls {
    fn enter(&mut self, call: &ToolCallCompleted) {
        self.count += 1;
        if self.listed.len() < MAX_LISTED {
            self.listed.push(json!({
                "call_id": call.call_id,
                "name": call.name,
                "duration_ms": call.duration_ms,
                "status": call.output.status(),
            }));
        }
    }

    /// Writes the summary into a payload.
    pub(super) fn write_to(self, payload: &mut Map<String, Value>) {
        if self.count > self.listed.len() as u64 {
            payload.insert("tool_calls_truncated".to_owned(), true.into());
        }
        payload.insert("tool_call_count".to_owned(), self.count.into());
        payload.insert("tool_calls".to_owned(), self.listed.into());
    }
}
