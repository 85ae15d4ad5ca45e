//! Snapshots of execution graphs as diagrams for other programs: Mermaid and DOT.
//!
//! Both carry states as colours, branches taken as thick edges and rejected ones as dashed, and what the author calls each
//! node. Text of a trace is data in them, whatever it holds.

mod dot;
mod mermaid;

use std::collections::HashMap;

use trace_core::event::TraceLashlangStatus;
use trace_core::{
    TraceLashlangEdgeSelection, TraceLashlangGraph, TraceLashlangGraphNode, TraceLashlangNodeStatus,
};

pub use dot::dot;
pub use mermaid::mermaid;

use crate::plain::harmless;

/// Longest text of a line, in characters.
const LINE: usize = 120;

/// What both formats draw.
struct Diagram {
    title: String,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

struct Node {
    /// Its name, what it is, and why it failed.
    lines: Vec<String>,
    tooltip: String,
    state: State,
}

struct Edge {
    from: usize,
    to: usize,
    label: String,
    course: Course,
}

/// How a node is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unobserved,
    Running,
    Completed,
    Failed,
    Interrupted,
    /// Another graph.
    Graph,
}

/// How an edge is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Open,
    Taken,
    Rejected,
    /// To another graph.
    Starts,
}

impl State {
    const ALL: [Self; 6] =
        [Self::Unobserved, Self::Running, Self::Completed, Self::Failed, Self::Interrupted, Self::Graph];

    fn name(self) -> &'static str {
        match self {
            Self::Unobserved => "unobserved",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
            Self::Graph => "graph",
        }
    }

    /// Fill, border and text.
    fn colours(self) -> [&'static str; 3] {
        match self {
            Self::Unobserved => ["#ffffff", "#b8bcc4", "#6b7079"],
            Self::Running => ["#e6f0fd", "#2f6fc4", "#173a68"],
            Self::Completed => ["#e7f4ea", "#3d8b55", "#1b4428"],
            Self::Failed => ["#fdeaea", "#c4303a", "#6d1016"],
            Self::Interrupted => ["#f3f3f5", "#6b7079", "#3a3e45"],
            Self::Graph => ["#fdf3e0", "#a97412", "#5a3d06"],
        }
    }

    fn is_dashed(self) -> bool {
        matches!(self, Self::Unobserved | Self::Interrupted)
    }
}

impl Diagram {
    fn new(graph: &TraceLashlangGraph) -> Self {
        let mut diagram = Self { title: title(graph), nodes: Vec::new(), edges: Vec::new() };
        let mut places: HashMap<&str, usize> = HashMap::new();
        for node in &graph.nodes {
            places.insert(&node.id, diagram.nodes.len());
            diagram.nodes.push(drawn(node));
        }
        for edge in &graph.edges {
            let from = diagram.place(&mut places, &edge.from);
            let to = diagram.place(&mut places, &edge.to);
            let course = match edge.selection {
                TraceLashlangEdgeSelection::Selected => Course::Taken,
                TraceLashlangEdgeSelection::Rejected => Course::Rejected,
                _ => Course::Open,
            };
            // That one node follows another needs no words.
            let label = if edge.label == "sequence" { String::new() } else { line(&edge.label) };
            diagram.edges.push(Edge { from, to, label, course });
        }
        for child in &graph.children {
            let from = diagram.place(&mut places, &child.parent_node_id);
            let to = diagram.nodes.len();
            let name = child.child_entry_name.as_deref().unwrap_or("graph");
            let lines = vec![line(name), line(&child.child_graph_key)];
            diagram.nodes.push(Node { lines, tooltip: String::new(), state: State::Graph });
            diagram.edges.push(Edge { from, to, label: "starts".to_owned(), course: Course::Starts });
        }
        diagram
    }

    /// Where a node is; one that only an edge names is added.
    fn place<'a>(&mut self, places: &mut HashMap<&'a str, usize>, id: &'a str) -> usize {
        *places.entry(id).or_insert_with(|| {
            let node = Node { lines: vec![line(id)], tooltip: String::new(), state: State::Unobserved };
            self.nodes.push(node);
            self.nodes.len() - 1
        })
    }
}

fn title(graph: &TraceLashlangGraph) -> String {
    let status = status(graph.status);
    let error = graph.error.as_deref().map_or(String::new(), |error| format!(": {error}"));
    line(&format!("{} {status}{error} ({})", graph.entry_name, graph.graph_key))
}

/// A graph's state in a word.
pub fn status(status: TraceLashlangStatus) -> &'static str {
    match status {
        TraceLashlangStatus::Running => "running",
        TraceLashlangStatus::Completed => "completed",
        TraceLashlangStatus::Failed => "failed",
        TraceLashlangStatus::Cancelled => "cancelled",
    }
}

fn drawn(node: &TraceLashlangGraphNode) -> Node {
    let title = node.label_metadata.as_ref().map(|label| label.title.as_str());
    let label = Some(node.label.as_str()).filter(|label| !label.is_empty());
    let name = title.filter(|title| !title.is_empty()).or(label).unwrap_or(&node.id);
    let mut facts = vec![node.kind.clone()];
    facts.extend(label.filter(|&label| label != name).map(str::to_owned));
    facts.extend((node.pass_count > 1).then(|| format!("×{}", node.pass_count)));
    facts.extend(node.duration_ms.map(|millis| format!("{millis} ms")));
    facts.extend(node.interrupted.then(|| "interrupted".to_owned()));
    facts.retain(|fact| !fact.is_empty() && fact != name);
    let mut lines = vec![line(name)];
    lines.extend(Some(line(&facts.join(" · "))).filter(|facts| !facts.is_empty()));
    lines.extend(node.latest_error.as_deref().map(line));
    let description = node.label_metadata.as_ref().and_then(|label| label.description.as_deref());
    Node { lines, tooltip: description.map(harmless).unwrap_or_default(), state: state(node) }
}

fn state(node: &TraceLashlangGraphNode) -> State {
    match node.status {
        TraceLashlangNodeStatus::Completed => State::Completed,
        TraceLashlangNodeStatus::Failed => State::Failed,
        TraceLashlangNodeStatus::Running if node.interrupted => State::Interrupted,
        TraceLashlangNodeStatus::Running => State::Running,
        _ => State::Unobserved,
    }
}

/// Text as one line of bounded length.
fn line(text: &str) -> String {
    match text.char_indices().nth(LINE) {
        Some((end, _)) => format!("{}…", harmless(&text[..end])),
        None => harmless(text),
    }
}
