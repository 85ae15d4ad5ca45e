//! What the program prints at the end.

use std::fmt::Write;

use facade::tracing::{TraceLashlangEdgeSelection, TraceLashlangGraph, TraceLashlangGraphNode};

use super::agent::Outcome;
use super::host::Run;

/// What a run did, and how to look at its trace.
pub(crate) fn of(run: &Run, out: &str) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, run, out);
    text
}

fn write(text: &mut String, run: &Run, out: &str) -> std::fmt::Result {
    for (task, outcome) in &run.turns {
        writeln!(text, "> {task}\n")?;
        match outcome {
            Outcome::Answered(answer) => writeln!(text, "{answer}\n")?,
            Outcome::Stopped => writeln!(text, "(stopped by the user)\n")?,
            Outcome::Failed(reason) => writeln!(text, "(failed: {reason})\n")?,
        }
    }
    for graph in run.graphs.graphs() {
        write_graph(text, &graph)?;
    }
    let usage = run.usage;
    writeln!(text, "tokens: {} in all, {} from the cache", usage.total(), usage.cache_read_input_tokens)?;
    writeln!(text, "trace: {out}\nlook at it: cargo run -p trace-viewer -- {out}")
}

fn write_graph(text: &mut String, graph: &TraceLashlangGraph) -> std::fmt::Result {
    writeln!(text, "{} ({})", graph.graph_key, word(graph.status))?;
    for node in graph.nodes.iter().filter(|node| node.kind != "branch_arm") {
        write_node(text, node)?;
        let edges = graph.edges.iter().filter(|edge| edge.from == node.id);
        for edge in edges.filter(|edge| edge.selection != TraceLashlangEdgeSelection::Unknown) {
            writeln!(text, "    {:<26} {}", edge.label, word(edge.selection))?;
        }
        let children = graph.children.iter().filter(|child| child.parent_node_id == node.id);
        for child in children {
            writeln!(text, "    started {}", child.child_graph_key)?;
        }
    }
    writeln!(text)
}

fn write_node(text: &mut String, node: &TraceLashlangGraphNode) -> std::fmt::Result {
    let title = node.label_metadata.as_ref().map_or(&node.label, |label| &label.title);
    write!(text, "  {title:<28} {}", word(node.status))?;
    if node.pass_count > 1 {
        write!(text, ", {} passes", node.pass_count)?;
    }
    if let Some(millis) = node.total_duration_ms {
        write!(text, ", {millis} ms")?;
    }
    if let Some(error) = &node.latest_error {
        write!(text, ": {error}")?;
    }
    writeln!(text)
}

fn word(state: impl std::fmt::Debug) -> String {
    format!("{state:?}").to_lowercase()
}
