//! What is observed of a graph.

use serde::{Deserialize, Serialize};

use super::{TraceLashlangChildExecution, TraceLashlangMap, TraceLashlangMapNode, TraceRuntimeSubject};
use crate::wire::tagged_enum;

tagged_enum! {
    /// What was observed of a graph.
    pub enum ExecutionStep, tag = "kind" {
        /// It began; here is its map.
        ExecutionStarted(ExecutionStarted) = "execution_started",
        /// It ended.
        ExecutionFinished(ExecutionFinished) = "execution_finished",
        /// A node began.
        NodeStarted(NodeStarted) = "node_started",
        /// A node did its work.
        NodeCompleted(NodeCompleted) = "node_completed",
        /// A node failed.
        NodeFailed(NodeFailed) = "node_failed",
        /// A branch was taken.
        BranchSelected(BranchSelected) = "branch_selected",
        /// A node started another graph.
        ChildStarted(ChildStarted in Box) = "child_started",
    }
}

impl ExecutionStep {
    /// Whether this reports a failure.
    pub fn is_failed(&self) -> bool {
        match self {
            Self::NodeFailed(_) => true,
            Self::ExecutionFinished(finished) => finished.status == TraceLashlangStatus::Failed,
            Self::ExecutionStarted(_)
            | Self::NodeStarted(_)
            | Self::NodeCompleted(_)
            | Self::BranchSelected(_)
            | Self::ChildStarted(_)
            | Self::Unknown(_) => false,
        }
    }

    pub(super) fn key_suffix(&self) -> String {
        match self {
            Self::ExecutionStarted(_) => "started".to_owned(),
            Self::ExecutionFinished(_) => "finished".to_owned(),
            Self::NodeStarted(node) => format!("node:{}:{}:started", node.node_id, node.occurrence),
            Self::NodeCompleted(node) => format!("node:{}:{}:completed", node.node_id, node.occurrence),
            Self::NodeFailed(node) => format!("node:{}:{}:failed", node.node_id, node.occurrence),
            Self::BranchSelected(branch) => {
                format!("branch:{}:{}:{}", branch.node_id, branch.occurrence, branch.edge_id)
            }
            Self::ChildStarted(child) => {
                let target = match &child.child.subject {
                    TraceRuntimeSubject::Process(process) => process.process_id.clone(),
                    TraceRuntimeSubject::Effect(_) | TraceRuntimeSubject::Unknown(_) => {
                        child.child.graph_key()
                    }
                };
                format!("child:{}:{}:{target}", child.parent_node_id, child.occurrence)
            }
            Self::Unknown(unknown) => unknown.tag.clone(),
        }
    }
}

/// A graph began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExecutionStarted {
    /// Its shape, known before any node runs.
    pub execution_map: TraceLashlangMap,
}

impl ExecutionStarted {
    /// The beginning of a graph of this shape.
    pub fn new(execution_map: TraceLashlangMap) -> Self {
        Self { execution_map }
    }
}

/// A graph ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExecutionFinished {
    /// How.
    pub status: TraceLashlangStatus,
    /// Why, when it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl ExecutionFinished {
    /// The end of a graph.
    pub fn new(status: TraceLashlangStatus, error: Option<String>) -> Self {
        Self { status, error }
    }
}

/// A node began.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NodeStarted {
    /// The node.
    pub node_id: String,
    /// Its sort.
    pub node_kind: String,
    /// Its generated label.
    pub label: String,
    /// Which pass through the node this is.
    pub occurrence: u64,
}

/// A node did its work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NodeCompleted {
    /// The node.
    pub node_id: String,
    /// Its sort.
    pub node_kind: String,
    /// Its generated label.
    pub label: String,
    /// Which pass through the node this is.
    pub occurrence: u64,
}

/// A node failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NodeFailed {
    /// The node.
    pub node_id: String,
    /// Its sort.
    pub node_kind: String,
    /// Its generated label.
    pub label: String,
    /// Which pass through the node this is.
    pub occurrence: u64,
    /// Why.
    pub error: String,
}

macro_rules! node_constructors {
    ($($type:ident { $($error:ident)? }),*) => { $(
        impl $type {
            /// A pass through a node of the map.
            pub fn new(node: &TraceLashlangMapNode, occurrence: u64 $(, $error: impl Into<String>)?) -> Self {
                Self {
                    node_id: node.id.clone(),
                    node_kind: node.kind.clone(),
                    label: node.label.clone(),
                    occurrence,
                    $($error: $error.into(),)?
                }
            }
        }
    )* };
}
node_constructors!(NodeStarted {}, NodeCompleted {}, NodeFailed { error });

/// A branch was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BranchSelected {
    /// The branching node.
    pub node_id: String,
    /// Which pass through the node this is.
    pub occurrence: u64,
    /// The edge taken.
    pub edge_id: String,
    /// Which arm it leads to.
    pub selected: TraceLashlangBranch,
}

impl BranchSelected {
    /// A pass through a branch, and the edge it took.
    pub fn new(
        node_id: impl Into<String>,
        occurrence: u64,
        edge_id: impl Into<String>,
        selected: TraceLashlangBranch,
    ) -> Self {
        Self { node_id: node_id.into(), occurrence, edge_id: edge_id.into(), selected }
    }
}

/// An arm of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceLashlangBranch {
    /// The condition held.
    Then,
    /// It did not.
    Else,
}

impl TraceLashlangBranch {
    /// The label of the edge to this arm.
    pub fn label(self) -> &'static str {
        match self {
            Self::Then => "then",
            Self::Else => "else",
        }
    }
}

/// A node started another graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChildStarted {
    /// The node that started it.
    pub parent_node_id: String,
    /// Which pass through the node this is.
    pub occurrence: u64,
    /// The other graph.
    pub child: TraceLashlangChildExecution,
}

impl ChildStarted {
    /// A graph started by a pass through a node.
    pub fn new(
        parent_node_id: impl Into<String>,
        occurrence: u64,
        child: TraceLashlangChildExecution,
    ) -> Self {
        Self { parent_node_id: parent_node_id.into(), occurrence, child }
    }
}

/// The state of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceLashlangStatus {
    /// It runs.
    Running,
    /// It did its work.
    Completed,
    /// It failed.
    Failed,
    /// It was stopped on purpose.
    Cancelled,
}
