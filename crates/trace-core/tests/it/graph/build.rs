//! Records of one graph.

use chrono::{DateTime, TimeDelta, Utc};
use trace_core::event::{
    BranchSelected, ChildStarted, EffectSubject, ExecutionFinished, ExecutionStarted, ExecutionStep,
    LashlangExecution, NodeCompleted, NodeFailed, NodeStarted, ProcessSubject, TraceLashlangBranch,
    TraceLashlangChildExecution, TraceLashlangExecutionEvent, TraceLashlangExecutionIdentity,
    TraceLashlangMap, TraceLashlangMapEdge, TraceLashlangMapNode, TraceLashlangStatus, TraceRuntimeScope,
};
use trace_core::{
    TraceContext, TraceEvent, TraceLashlangGraph, TraceLashlangGraphStore, TraceRecord, TraceSink,
};

/// So many milliseconds after a fixed instant.
pub(super) fn ms(offset: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_778_500_000, 0).unwrap() + TimeDelta::milliseconds(offset)
}

/// The graph of a process.
pub(super) fn process(id: &str) -> TraceLashlangExecutionIdentity {
    TraceLashlangExecutionIdentity::new(
        TraceRuntimeScope::new("s"),
        ProcessSubject::new(id).into(),
        "module:1",
        "process",
        "review",
    )
}

/// The graph of an effect of turn-7 of session-1.
pub(super) fn effect(id: &str) -> TraceLashlangExecutionIdentity {
    let mut scope = TraceRuntimeScope::new("session-1");
    scope.turn_id = Some("turn-7".to_owned());
    let subject = EffectSubject::new(id, "exec_code").into();
    TraceLashlangExecutionIdentity::new(scope, subject, "module:1", "main", "main")
}

pub(super) fn record(
    identity: &TraceLashlangExecutionIdentity,
    at: i64,
    step: impl Into<ExecutionStep>,
) -> TraceRecord {
    let event = TraceLashlangExecutionEvent::new(identity.clone(), step);
    TraceRecord::new_with_timestamp(TraceContext::default(), LashlangExecution::new(event), ms(at))
}

/// The same record under another event key.
pub(super) fn keyed(key: &str, mut record: TraceRecord) -> TraceRecord {
    if let TraceEvent::LashlangExecution(execution) = &mut record.event {
        key.clone_into(&mut execution.event.event_key);
    }
    record
}

pub(super) fn op(id: &str) -> TraceLashlangMapNode {
    TraceLashlangMapNode::new(id, "operation", format!("do {id}"))
}

pub(super) fn start(id: &str, occurrence: u64) -> ExecutionStep {
    NodeStarted::new(&op(id), occurrence).into()
}

pub(super) fn complete(id: &str, occurrence: u64) -> ExecutionStep {
    NodeCompleted::new(&op(id), occurrence).into()
}

pub(super) fn fail(id: &str, occurrence: u64, error: &str) -> ExecutionStep {
    NodeFailed::new(&op(id), occurrence, error).into()
}

pub(super) fn branch(id: &str, occurrence: u64, edge: &str, arm: TraceLashlangBranch) -> ExecutionStep {
    BranchSelected::new(id, occurrence, edge, arm).into()
}

pub(super) fn child(parent: &str, occurrence: u64, process: &str) -> ExecutionStep {
    let mut child =
        TraceLashlangChildExecution::new(TraceRuntimeScope::new("s"), ProcessSubject::new(process).into());
    child.entry_name = Some("review_one".to_owned());
    ChildStarted::new(parent, occurrence, child).into()
}

pub(super) fn finish(status: TraceLashlangStatus, error: Option<&str>) -> ExecutionStep {
    ExecutionFinished::new(status, error.map(str::to_owned)).into()
}

pub(super) fn map(nodes: Vec<TraceLashlangMapNode>, edges: Vec<TraceLashlangMapEdge>) -> ExecutionStep {
    ExecutionStarted::new(TraceLashlangMap::new("module:1", "main", "main", nodes, edges)).into()
}

/// A branch `b` with the arms `yes` and `no`.
pub(super) fn fork() -> ExecutionStep {
    let arm = |id: &str| TraceLashlangMapNode::new(id, "branch_arm", id);
    let edge = |id: &str, to: &str, label: &str| TraceLashlangMapEdge::new(id, "b", to, label);
    map(
        vec![TraceLashlangMapNode::new("b", "branch", "if x"), arm("yes"), arm("no"), op("after")],
        vec![
            edge("e-then", "yes", "then"),
            edge("e-else", "no", "else"),
            edge("e-next", "after", "sequence"),
        ],
    )
}

pub(super) fn store<'r>(records: impl IntoIterator<Item = &'r TraceRecord>) -> TraceLashlangGraphStore {
    let store = TraceLashlangGraphStore::default();
    for record in records {
        store.append(record).unwrap();
    }
    store
}

/// The only graph of these records, the same in this order and backwards.
pub(super) fn only(records: &[TraceRecord]) -> TraceLashlangGraph {
    let mut graphs = store(records).graphs();
    assert_eq!(graphs, store(records.iter().rev()).graphs(), "the order of arrival shows");
    assert_eq!(graphs.len(), 1);
    graphs.remove(0)
}
