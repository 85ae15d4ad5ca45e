//! The shape of a graph, known before any node runs.

use serde::{Deserialize, Serialize};

use crate::wire::null_as_default;

/// The shape of a graph.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangMap {
    /// The module.
    pub module_ref: String,
    /// The sort of entry point.
    pub entry_kind: String,
    /// A reference to the entry point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_ref: Option<String>,
    /// The entry point's name.
    pub entry_name: String,
    /// The nodes.
    #[serde(default, deserialize_with = "null_as_default")]
    pub nodes: Vec<TraceLashlangMapNode>,
    /// The edges.
    #[serde(default, deserialize_with = "null_as_default")]
    pub edges: Vec<TraceLashlangMapEdge>,
}

impl TraceLashlangMap {
    /// The map of a module's entry point.
    pub fn new(
        module_ref: impl Into<String>,
        entry_kind: impl Into<String>,
        entry_name: impl Into<String>,
        nodes: Vec<TraceLashlangMapNode>,
        edges: Vec<TraceLashlangMapEdge>,
    ) -> Self {
        Self {
            module_ref: module_ref.into(),
            entry_kind: entry_kind.into(),
            entry_ref: None,
            entry_name: entry_name.into(),
            nodes,
            edges,
        }
    }
}

/// A node of a map.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangMapNode {
    /// Its id.
    pub id: String,
    /// Its sort: `operation`, `branch`, `branch_arm`, `loop`, `start`, `await`, `finish` and so on.
    pub kind: String,
    /// Its generated label.
    pub label: String,
    /// What the author calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_metadata: Option<TraceLashlangLabel>,
}

impl TraceLashlangMapNode {
    /// A node.
    pub fn new(id: impl Into<String>, kind: impl Into<String>, label: impl Into<String>) -> Self {
        Self { id: id.into(), kind: kind.into(), label: label.into(), label_metadata: None }
    }

    /// The same node with the author's `@label` title.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.label_metadata = Some(TraceLashlangLabel { title: title.into(), description: None });
        self
    }
}

/// An author's `@label`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangLabel {
    /// The title.
    pub title: String,
    /// The description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// An edge of a map.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangMapEdge {
    /// Its id.
    pub id: String,
    /// Where it starts.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// Its label; `then` and `else` for the arms of a branch.
    pub label: String,
}

impl TraceLashlangMapEdge {
    /// An edge.
    pub fn new(
        id: impl Into<String>,
        from: impl Into<String>,
        to: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self { id: id.into(), from: from.into(), to: to.into(), label: label.into() }
    }
}
