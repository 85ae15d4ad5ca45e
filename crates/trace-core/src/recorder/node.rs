//! Passes through the nodes of an execution graph.

use std::sync::Arc;

use super::Process;
use super::execution::Graph;
use super::scope::Scope;
use crate::event::{
    BranchSelected, ChildStarted, ExecutionStep, NodeCompleted, NodeFailed, NodeStarted, ProcessSubject,
    TraceLashlangBranch, TraceLashlangChildExecution, TraceLashlangMap, TraceRuntimeScope,
};

/// A pass through a node of an execution graph.
///
/// A panic that drops it records it as failed. Dropped otherwise it stays open: the schema has no cancelled node, and one
/// that is still open when its graph ends reads as interrupted.
#[derive(Debug)]
#[must_use = "a node that is dropped stays open until its graph ends"]
pub struct ExecutionNode {
    scope: Scope,
    open: Option<Pass>,
}

#[derive(Debug)]
struct Pass {
    graph: Arc<Graph>,
    node: NodeStarted,
}

impl Pass {
    /// The graph and what its end says; no more branches belong to this pass.
    fn close(self) -> (Arc<Graph>, NodeStarted) {
        self.graph.close_pass(&self.node.node_id, self.node.occurrence);
        (self.graph, self.node)
    }
}

impl ExecutionNode {
    pub(super) fn start(
        scope: &Scope,
        graph: Option<&Arc<Graph>>,
        node: impl FnOnce(&Graph) -> NodeStarted,
    ) -> Self {
        let scope = scope.clone();
        let Some(graph) = graph else { return Self { scope, open: None } };
        let written = graph.write(node(graph));
        let Some(ExecutionStep::NodeStarted(node)) = written else { return Self { scope, open: None } };
        Self { scope, open: Some(Pass { graph: Arc::clone(graph), node }) }
    }

    /// Which pass through the node this is, from 1; `None` without an execution sink.
    pub fn occurrence(&self) -> Option<u64> {
        Some(self.open.as_ref()?.node.occurrence)
    }

    /// Ends the pass: the node did its work.
    pub fn complete(mut self) {
        if let Some(pass) = self.open.take() {
            let (graph, NodeStarted { node_id, node_kind, label, occurrence }) = pass.close();
            graph.write(NodeCompleted { node_id, node_kind, label, occurrence });
        }
    }

    /// Ends the pass as failed.
    pub fn fail(mut self, error: impl Into<String>) {
        self.end_failed(|| error.into());
    }

    /// Records which arm this pass took; the edge as in [`ExecutionGraph::branch`](super::ExecutionGraph::branch).
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_core::Recorder;
    /// use trace_core::event::{EffectSubject, TraceLashlangBranch, TraceLashlangMap};
    ///
    /// # let recorder = Recorder::default();
    /// # let turn = recorder.session("chat-1").turn("turn-0");
    /// let graph = turn.effect_execution(EffectSubject::new("exec-0", "exec_code"), TraceLashlangMap::default);
    /// let node = graph.node("n2");
    /// node.branch(TraceLashlangBranch::Else);
    /// node.complete();
    /// graph.complete();
    /// # turn.complete("assistant_message");
    /// ```
    pub fn branch(&self, selected: TraceLashlangBranch) {
        if let Some(pass) = &self.open {
            self.branch_edge(pass.graph.arm(&pass.node.node_id, selected), selected);
        }
    }

    /// Records which edge this pass took.
    pub fn branch_edge(&self, edge_id: impl Into<String>, selected: TraceLashlangBranch) {
        if let Some(pass) = &self.open {
            let NodeStarted { node_id, occurrence, .. } = &pass.node;
            pass.graph.write(BranchSelected::new(node_id.as_str(), *occurrence, edge_id, selected));
        }
    }

    /// Links a graph that this node started and that is recorded elsewhere.
    pub fn child(&self, child: TraceLashlangChildExecution) {
        if let Some(pass) = &self.open {
            pass.graph.write(ChildStarted::new(pass.node.node_id.as_str(), pass.node.occurrence, child));
        }
    }

    /// Starts a process and links its graph, which [`Process::execution`] records; `map` names its module and entry.
    pub fn process(&self, process_id: impl Into<String>, map: Option<&TraceLashlangMap>) -> Process {
        let process = self.scope.process(process_id);
        if self.open.is_some() {
            self.child(child_of(&process, map));
        }
        process
    }

    fn end_failed(&mut self, error: impl FnOnce() -> String) {
        if self.open.is_none() {
            return;
        }
        // Before the pass is taken: when this panics, the drop still has an end to write.
        let error = error();
        if let Some(pass) = self.open.take() {
            let (graph, NodeStarted { node_id, node_kind, label, occurrence }) = pass.close();
            graph.write(NodeFailed { node_id, node_kind, label, occurrence, error });
        }
    }
}

/// What a process's graph is to the node that started it.
fn child_of(process: &Process, map: Option<&TraceLashlangMap>) -> TraceLashlangChildExecution {
    let session_id = process.context().and_then(|context| context.session_id.clone()).unwrap_or_default();
    let scope = TraceRuntimeScope::new(session_id);
    let mut child = TraceLashlangChildExecution::new(scope, ProcessSubject::new(process.id()).into());
    if let Some(map) = map {
        child.module_ref = Some(map.module_ref.clone());
        child.entry_ref.clone_from(&map.entry_ref);
        child.entry_name = Some(map.entry_name.clone());
    }
    child
}

impl Drop for ExecutionNode {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.end_failed(|| "the runtime panicked".to_owned());
        } else if let Some(pass) = self.open.take() {
            pass.close();
        }
    }
}
