//! The summary of tool calls that a code block or a batch writes as it ends.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::ledger::lock;
use crate::event::ToolCallCompleted;

/// The tool calls that ended within a code block or a batch, at any depth, in the order they ended.
#[derive(Debug, Default)]
pub(super) struct RollUp {
    calls: Mutex<Vec<Value>>,
    outer: Option<Arc<RollUp>>,
}

impl RollUp {
    pub(super) fn within(outer: Option<Arc<Self>>) -> Self {
        Self { calls: Mutex::default(), outer }
    }

    /// Enters a call that ended, here and further out.
    pub(super) fn enter(&self, call: &ToolCallCompleted) {
        let line = json!({
            "call_id": call.call_id,
            "name": call.name,
            "duration_ms": call.duration_ms,
            "status": call.output.status(),
        });
        let mut next = self.outer.as_deref();
        while let Some(outer) = next {
            lock(&outer.calls).push(line.clone());
            next = outer.outer.as_deref();
        }
        lock(&self.calls).push(line);
    }

    /// Takes the calls entered so far.
    pub(super) fn take(&self) -> Vec<Value> {
        std::mem::take(&mut *lock(&self.calls))
    }
}
