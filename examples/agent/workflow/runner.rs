//! Statements of a program: tool calls and the passes through nodes around them.

use std::sync::atomic::{AtomicUsize, Ordering};

use facade::tracing::event::TraceLashlangBranch;
use facade::tracing::recorder::{ExecutionGraph, Scope, ToolCall};
use serde_json::{Value, json};

use super::super::tools::{ToolRequest, Tools};

/// Runs statements under a scope and marks them in a graph.
#[derive(Debug)]
pub(super) struct Runner<'a> {
    pub(super) id: &'a str,
    pub(super) scope: &'a Scope,
    pub(super) graph: &'a ExecutionGraph,
    pub(super) tools: &'a Tools,
    calls: AtomicUsize,
}

impl<'a> Runner<'a> {
    pub(super) fn new(id: &'a str, scope: &'a Scope, graph: &'a ExecutionGraph, tools: &'a Tools) -> Self {
        Self { id, scope, graph, tools, calls: AtomicUsize::new(0) }
    }

    /// Passes through a node: what is done there decides how the pass ends.
    pub(super) fn pass<T>(
        &self,
        node_id: &str,
        work: impl FnOnce() -> Result<T, String>,
    ) -> Result<T, String> {
        let node = self.graph.node(node_id);
        let result = work();
        match &result {
            Ok(_) => node.complete(),
            Err(error) => node.fail(error.as_str()),
        }
        result
    }

    /// Passes through a node that is one tool call.
    pub(super) fn operation(&self, node_id: &str, tool: &str, args: Value) -> Result<Value, String> {
        self.pass(node_id, || {
            let output = self.tools.call(self.scope, &ToolRequest::new(self.next_id(), tool, args));
            if output.is_success() { Ok(output.payload().clone()) } else { Err(message(output.payload())) }
        })
    }

    /// Begins a tool call that the host carries out itself.
    pub(super) fn call(&self, tool: &str, args: &Value) -> ToolCall {
        self.scope.tool_call_with_id(self.next_id(), tool, || args.clone())
    }

    /// Takes an arm of a branch.
    pub(super) fn choose(&self, node_id: &str, then: bool) -> bool {
        let arm = if then { TraceLashlangBranch::Then } else { TraceLashlangBranch::Else };
        self.graph.branch(node_id, arm);
        then
    }

    /// Ends the program with a value.
    pub(super) fn finish(&self, node_id: &str, value: Value) -> Result<Value, String> {
        self.pass(node_id, || Ok(value))
    }

    fn next_id(&self) -> String {
        format!("{}.{}", self.id, self.calls.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// What a tool that failed says.
fn message(payload: &Value) -> String {
    payload.get("message").and_then(Value::as_str).map_or_else(|| payload.to_string(), str::to_owned)
}

/// The texts of a JSON array.
pub(super) fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The hits of a search.
pub(super) fn hits(found: &Value) -> Vec<Value> {
    found.get("hits").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// The arguments of a tool that works on one file.
pub(super) fn of_path(path: &str) -> Value {
    json!({ "path": path })
}
