//! A list of graphs.

use serde::Serialize;
use trace_core::event::TraceLashlangStatus;
use trace_core::{TraceLashlangGraph, TraceLashlangNodeStatus};
use trace_viewer::diagram::status;
use trace_viewer::plain::harmless;

/// A graph in a line.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    graph_key: &'a str,
    entry_name: &'a str,
    status: TraceLashlangStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    nodes: Nodes,
    children: usize,
}

/// How many nodes are in which state.
#[derive(Serialize, Default)]
struct Nodes {
    total: usize,
    completed: usize,
    failed: usize,
    running: usize,
    unobserved: usize,
}

impl<'a> Summary<'a> {
    pub(super) fn new(graph: &'a TraceLashlangGraph) -> Self {
        let mut nodes = Nodes { total: graph.nodes.len(), ..Nodes::default() };
        for node in &graph.nodes {
            *match node.status {
                TraceLashlangNodeStatus::Completed => &mut nodes.completed,
                TraceLashlangNodeStatus::Failed => &mut nodes.failed,
                TraceLashlangNodeStatus::Running => &mut nodes.running,
                _ => &mut nodes.unobserved,
            } += 1;
        }
        Self {
            graph_key: &graph.graph_key,
            entry_name: &graph.entry_name,
            status: graph.status,
            error: graph.error.as_deref(),
            parent: graph.parent.as_ref().map(|parent| parent.graph_key.as_str()),
            nodes,
            children: graph.children.len(),
        }
    }
}

/// The list for a person: one line a graph, the key last.
pub(super) fn table(graphs: &[TraceLashlangGraph]) -> String {
    let rows: Vec<[String; 6]> = graphs.iter().map(|graph| row(&Summary::new(graph))).collect();
    let head = ["status", "nodes", "failed", "children", "entry", "key"].map(str::to_owned);
    let width = |column: usize| {
        let cells = rows.iter().chain([&head]).map(|row| row[column].chars().count());
        cells.max().unwrap_or(0).min(40)
    };
    let widths: [usize; 5] = std::array::from_fn(width);
    let mut text = String::new();
    for row in [&head].into_iter().chain(&rows) {
        for (cell, width) in row.iter().zip(widths) {
            let padding = width.saturating_sub(cell.chars().count()) + 2;
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', padding));
        }
        text.push_str(&row[5]);
        text.push('\n');
    }
    text
}

fn row(graph: &Summary<'_>) -> [String; 6] {
    let Nodes { total, completed, failed, running, unobserved: _ } = graph.nodes;
    let zero = |count: usize| if count == 0 { String::new() } else { count.to_string() };
    [
        status(graph.status).to_owned(),
        format!("{} of {total}", completed + failed + running),
        zero(failed),
        zero(graph.children),
        harmless(graph.entry_name),
        harmless(graph.graph_key),
    ]
}
