//! Execution graphs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::core::Channel;
use super::inner::Inner;
use super::ledger::lock;
use super::place::{NodeId, Place};
use super::scope::Scope;
use super::{ExecutionNode, work};
use crate::event::{
    BranchSelected, EffectSubject, ExecutionFinished, ExecutionStarted, ExecutionStep, LashlangExecution,
    NodeStarted, ProcessSubject, TraceLashlangBranch, TraceLashlangExecutionEvent,
    TraceLashlangExecutionIdentity, TraceLashlangMap, TraceLashlangMapNode, TraceLashlangStatus,
    TraceRuntimeScope, TraceRuntimeSubject,
};
use crate::{TraceContext, TraceEvent};

/// An execution graph that runs. Its records go to the execution sink alone.
///
/// It ends once: with an outcome, as cancelled when dropped, as failed when a panic drops it. Passes through each node are
/// counted from 1, so that a replay of the same run writes the same event keys.
///
/// # Examples
///
/// ```
/// use trace_core::Recorder;
/// use trace_core::event::{TraceLashlangBranch, TraceLashlangMap, TraceLashlangMapEdge, TraceLashlangMapNode};
/// use trace_core::recorder::CodeOutput;
///
/// # let recorder = Recorder::default();
/// # let turn = recorder.session("chat-1").turn("turn-0");
/// let block = turn.code_block_with_id("exec-0", || "if empty(paths) { … }");
/// let graph = block.execution(|| {
///     let nodes = vec![
///         TraceLashlangMapNode::new("n1", "operation", "workspace.glob").with_title("Find candidates"),
///         TraceLashlangMapNode::new("n2", "branch", "if empty(paths)"),
///     ];
///     let edges = vec![
///         TraceLashlangMapEdge::new("e-then", "n2", "n3", "then"),
///         TraceLashlangMapEdge::new("e-else", "n2", "n4", "else"),
///     ];
///     TraceLashlangMap::new("module:1", "main", "main", nodes, edges)
/// });
/// graph.node("n1").complete();
/// graph.branch("n2", TraceLashlangBranch::Else);
/// graph.complete();
/// block.complete(CodeOutput::new(""));
/// # turn.complete("assistant_message");
/// ```
#[derive(Debug)]
#[must_use = "an execution graph that is dropped is recorded as cancelled"]
pub struct ExecutionGraph {
    scope: Scope,
    open: Option<Arc<Graph>>,
}

/// What a graph and its nodes share.
pub(super) struct Graph {
    scope: Arc<Inner>,
    context: TraceContext,
    identity: TraceLashlangExecutionIdentity,
    map: TraceLashlangMap,
    passes: Mutex<BTreeMap<String, Passes>>,
    /// The identity that the last record carried, for the next one.
    spare: Mutex<Option<TraceLashlangExecutionIdentity>>,
}

/// The passes through one node.
#[derive(Debug, Default)]
struct Passes {
    count: u64,
    /// Those whose guard has not ended, in the order they started.
    open: Vec<u64>,
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Graph").field(&self.identity.graph_key()).finish()
    }
}

impl ExecutionGraph {
    pub(super) fn of_effect(
        scope: &Scope,
        effect: EffectSubject,
        map: impl FnOnce() -> TraceLashlangMap,
    ) -> Self {
        Self::start(scope, map, |inner| {
            let node = NodeId::global("effect", &effect.effect_id);
            let mut context = Place::child(&inner.context, node).to_context();
            context.effect_id = Some(effect.effect_id.clone());
            (context, effect.into())
        })
    }

    /// The graph of a process, at the process's own node.
    pub(super) fn of_process(
        scope: &Scope,
        process: ProcessSubject,
        map: impl FnOnce() -> TraceLashlangMap,
    ) -> Self {
        Self::start(scope, map, |inner| (inner.context.clone(), process.into()))
    }

    fn start(
        scope: &Scope,
        map: impl FnOnce() -> TraceLashlangMap,
        place: impl FnOnce(&Inner) -> (TraceContext, TraceRuntimeSubject),
    ) -> Self {
        let Some(inner) = scope.inner().filter(|inner| inner.core.is_open(Channel::Execution)) else {
            return Self { scope: scope.clone(), open: None };
        };
        let (context, subject) = place(inner);
        let mut graph = Graph::new(inner, context, subject, map());
        graph.write_start();
        Self { scope: scope.clone(), open: Some(Arc::new(graph)) }
    }

    /// The graph's key; `None` without an execution sink.
    pub fn graph_key(&self) -> Option<String> {
        Some(self.open.as_ref()?.identity.graph_key())
    }

    /// Starts a pass through a node of the map. A node that the map does not have takes its id as label.
    pub fn node(&self, node_id: &str) -> ExecutionNode {
        ExecutionNode::start(&self.scope, self.open.as_ref(), |graph| graph.start_of(node_id))
    }

    /// Starts a pass through a node that need not be in the map.
    pub fn node_of(&self, node: &TraceLashlangMapNode) -> ExecutionNode {
        ExecutionNode::start(&self.scope, self.open.as_ref(), |graph| {
            NodeStarted::new(node, graph.open_pass(&node.id))
        })
    }

    /// Records which arm a branch took: in the latest pass through the node whose guard is still held, else in a pass of
    /// its own. The edge is the one that the map labels so; without one in the map its id is made of the node's id and the
    /// arm.
    pub fn branch(&self, node_id: &str, selected: TraceLashlangBranch) {
        let Some(graph) = &self.open else { return };
        let edge_id = graph.arm(node_id, selected);
        self.branch_edge(node_id, edge_id, selected);
    }

    /// Records which edge a branch took, in the pass that [`branch`](Self::branch) takes.
    pub fn branch_edge(&self, node_id: &str, edge_id: impl Into<String>, selected: TraceLashlangBranch) {
        let Some(graph) = &self.open else { return };
        graph.write(BranchSelected::new(node_id, graph.branching_pass(node_id), edge_id, selected));
    }

    /// Ends the graph: it did its work.
    pub fn complete(mut self) {
        self.end(work::Outcome::Completed);
    }

    /// Ends the graph as failed.
    pub fn fail(mut self, error: impl Into<String>) {
        self.end(work::Outcome::Failed(error.into()));
    }

    /// Ends the graph: it was stopped on purpose. Nodes still open were interrupted.
    pub fn cancel(mut self) {
        self.end(work::Outcome::Cancelled);
    }

    fn end(&mut self, outcome: work::Outcome) {
        let Some(graph) = self.open.take() else { return };
        let (status, error) = match outcome {
            work::Outcome::Completed => (TraceLashlangStatus::Completed, None),
            work::Outcome::Failed(error) => (TraceLashlangStatus::Failed, Some(error)),
            work::Outcome::Cancelled => (TraceLashlangStatus::Cancelled, None),
        };
        graph.write(ExecutionFinished::new(status, error));
    }
}

impl Drop for ExecutionGraph {
    fn drop(&mut self) {
        if self.open.is_some() {
            self.end(work::Outcome::of_drop());
        }
    }
}

impl Graph {
    fn new(
        scope: &Arc<Inner>,
        context: TraceContext,
        subject: TraceRuntimeSubject,
        map: TraceLashlangMap,
    ) -> Self {
        let mut runtime = TraceRuntimeScope::new(scope.session_id());
        runtime.turn_id.clone_from(&context.turn_id);
        runtime.turn_index = context.turn_index;
        runtime.protocol_iteration = context.protocol_iteration;
        let mut identity = TraceLashlangExecutionIdentity::new(
            runtime,
            subject,
            map.module_ref.as_str(),
            map.entry_kind.as_str(),
            map.entry_name.as_str(),
        );
        identity.entry_ref.clone_from(&map.entry_ref);
        Self {
            scope: Arc::clone(scope),
            context,
            identity,
            map,
            passes: Mutex::default(),
            spare: Mutex::default(),
        }
    }

    /// Writes the start; the map comes back.
    fn write_start(&mut self) {
        let map = std::mem::take(&mut self.map);
        if let Some(ExecutionStep::ExecutionStarted(started)) = self.write(ExecutionStarted::new(map)) {
            self.map = started.execution_map;
        }
    }

    /// Writes a record and gives its step back.
    pub(super) fn write(&self, step: impl Into<ExecutionStep>) -> Option<ExecutionStep> {
        let core = &self.scope.core;
        let spare = lock(&self.spare).take();
        let identity = spare.unwrap_or_else(|| self.identity.clone());
        let event = LashlangExecution::new(TraceLashlangExecutionEvent::new(identity, step));
        let written = core.write(core.now(), &Place::here(&self.context), event.into());
        let TraceEvent::LashlangExecution(written) = written else { return None };
        let TraceLashlangExecutionEvent { identity, step, event_key: _ } = written.event;
        *lock(&self.spare) = Some(identity);
        Some(step)
    }

    /// The number of a pass that starts, from 1.
    fn open_pass(&self, node_id: &str) -> u64 {
        self.with_passes(node_id, |passes| {
            passes.count += 1;
            passes.open.push(passes.count);
            passes.count
        })
    }

    /// The pass that a branch belongs to: the latest that is open, else one of its own.
    fn branching_pass(&self, node_id: &str) -> u64 {
        self.with_passes(node_id, |passes| {
            passes.open.last().copied().unwrap_or_else(|| {
                passes.count += 1;
                passes.count
            })
        })
    }

    /// Takes note that the guard of a pass is gone.
    pub(super) fn close_pass(&self, node_id: &str, pass: u64) {
        self.with_passes(node_id, |passes| passes.open.retain(|open| *open != pass));
    }

    fn with_passes<T>(&self, node_id: &str, work: impl FnOnce(&mut Passes) -> T) -> T {
        let mut nodes = lock(&self.passes);
        match nodes.get_mut(node_id) {
            Some(passes) => work(passes),
            None => work(nodes.entry(node_id.to_owned()).or_default()),
        }
    }

    /// The start of the next pass through a node of the map.
    fn start_of(&self, node_id: &str) -> NodeStarted {
        let pass = self.open_pass(node_id);
        match self.map.nodes.iter().find(|node| node.id == node_id) {
            Some(node) => NodeStarted::new(node, pass),
            None => NodeStarted::new(&TraceLashlangMapNode::new(node_id, "", node_id), pass),
        }
    }

    /// The id of the edge that the map labels as an arm.
    pub(super) fn arm(&self, node_id: &str, selected: TraceLashlangBranch) -> String {
        let mut edges = self.map.edges.iter().filter(|edge| edge.from == node_id);
        let edge = edges.find(|edge| edge.label == selected.label());
        edge.map_or_else(|| format!("{node_id}:{}", selected.label()), |edge| edge.id.clone())
    }
}
