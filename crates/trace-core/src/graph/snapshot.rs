//! What a reader of the graph store gets.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::instant;
use crate::event::{TraceLashlangLabel, TraceLashlangStatus, TraceRuntimeScope, TraceRuntimeSubject};

/// One execution graph as far as it was observed.
///
/// Nodes and edges stand in the order of the execution map; nodes the map does not name follow in the order they were first
/// observed in. Children stand in the order they were started in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangGraph {
    /// The graph's key.
    pub graph_key: String,
    /// Where it runs.
    pub scope: TraceRuntimeScope,
    /// What runs it.
    pub subject: TraceRuntimeSubject,
    /// The module.
    pub module_ref: String,
    /// The sort of entry point.
    pub entry_kind: String,
    /// A reference to the entry point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_ref: Option<String>,
    /// The entry point's name.
    pub entry_name: String,
    /// The state of the graph.
    pub status: TraceLashlangStatus,
    /// Why it ended as it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether no execution map was observed, so that only what ran is known and not what could have run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub map_missing: bool,
    /// Events that were not kept because the graph had reached the store's bound; see
    /// [`TraceLashlangGraphStore::with_max_events`](crate::TraceLashlangGraphStore::with_max_events).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped_events: u64,
    /// The node of another graph that started this one; the first, when several did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<TraceLashlangGraphParentLink>,
    /// The nodes.
    #[serde(default)]
    pub nodes: Vec<TraceLashlangGraphNode>,
    /// The edges.
    #[serde(default)]
    pub edges: Vec<TraceLashlangGraphEdge>,
    /// The graphs that its nodes started.
    #[serde(default)]
    pub children: Vec<TraceLashlangGraphChildLink>,
}

impl TraceLashlangGraph {
    /// The node with an id.
    pub fn node(&self, id: &str) -> Option<&TraceLashlangGraphNode> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// The edge with an id.
    pub fn edge(&self, id: &str) -> Option<&TraceLashlangGraphEdge> {
        self.edges.iter().find(|edge| edge.id == id)
    }

    /// The nodes that were still running when the graph ended.
    pub fn interrupted(&self) -> impl Iterator<Item = &TraceLashlangGraphNode> {
        self.nodes.iter().filter(|node| node.interrupted)
    }
}

/// One node of a graph and what was observed of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangGraphNode {
    /// Its id.
    pub id: String,
    /// Its sort.
    pub kind: String,
    /// Its generated label; empty when only a branch selection named the node.
    pub label: String,
    /// What the author calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_metadata: Option<TraceLashlangLabel>,
    /// The state of its latest pass.
    pub status: TraceLashlangNodeStatus,
    /// Whether its latest pass was still running when the graph ended.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    /// The number of its latest pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<u64>,
    /// How many passes were observed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pass_count: u64,
    /// When a pass first began.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "instant")]
    pub first_timestamp: Option<DateTime<Utc>>,
    /// When something was last observed of it.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "instant")]
    pub last_timestamp: Option<DateTime<Utc>>,
    /// How long its latest pass took, in milliseconds; absent while it runs and when its start or end is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// How long all passes took whose start and end are known, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_duration_ms: Option<i64>,
    /// Why it failed; absent when the latest pass that ended did not fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_error: Option<String>,
}

/// The state of a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TraceLashlangNodeStatus {
    /// Nothing was observed of it.
    #[default]
    Unobserved,
    /// It began and did not end.
    Running,
    /// It did its work.
    Completed,
    /// It failed.
    Failed,
}

/// One edge of a graph and whether a branch took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangGraphEdge {
    /// Its id.
    pub id: String,
    /// The node it leaves.
    pub from: String,
    /// The node it leads to.
    pub to: String,
    /// Its label; `then` and `else` for the arms of a branch.
    pub label: String,
    /// Whether the latest pass through the branch took it.
    pub selection: TraceLashlangEdgeSelection,
}

/// Whether a branch took an edge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TraceLashlangEdgeSelection {
    /// No branch decided over it.
    #[default]
    Unknown,
    /// Its branch took it.
    Selected,
    /// Its branch took another one.
    Rejected,
}

/// From a node to a graph it started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangGraphChildLink {
    /// The graph of the node.
    pub parent_graph_key: String,
    /// The node.
    pub parent_node_id: String,
    /// The graph it started.
    pub child_graph_key: String,
    /// The module of that graph.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child_module_ref: Option<String>,
    /// A reference to its entry point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child_entry_ref: Option<String>,
    /// Its entry point's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child_entry_name: Option<String>,
}

/// From a graph to the node that started it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangGraphParentLink {
    /// The graph of the node.
    pub graph_key: String,
    /// The node.
    pub node_id: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
