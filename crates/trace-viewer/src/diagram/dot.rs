//! DOT, the language of Graphviz.

use std::fmt::{self, Write as _};

use trace_core::TraceLashlangGraph;

use super::{Course, Diagram, Edge, Node};

/// A graph in DOT.
pub fn dot(graph: &TraceLashlangGraph) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut out, &Diagram::new(graph));
    out
}

fn write(out: &mut String, diagram: &Diagram) -> fmt::Result {
    writeln!(out, "digraph execution {{")?;
    writeln!(out, "  graph [label={}, labelloc=t, fontname=\"sans-serif\"];", quoted(&diagram.title))?;
    writeln!(out, "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];")?;
    writeln!(out, "  edge [fontname=\"sans-serif\", fontsize=11];")?;
    for (number, node) in diagram.nodes.iter().enumerate() {
        write_node(out, number, node)?;
    }
    for edge in &diagram.edges {
        write_edge(out, edge)?;
    }
    writeln!(out, "}}")
}

fn write_node(out: &mut String, number: usize, node: &Node) -> fmt::Result {
    let lines: Vec<String> = node.lines.iter().map(|line| escaped(line)).collect();
    let [fill, border, text] = node.state.colours();
    let style = if node.state.is_dashed() { "rounded,filled,dashed" } else { "rounded,filled" };
    write!(out, "  n{number} [label=\"{}\", class=\"{}\", ", lines.join("\\n"), node.state.name())?;
    write!(out, "style=\"{style}\", fillcolor=\"{fill}\", color=\"{border}\", fontcolor=\"{text}\"")?;
    if !node.tooltip.is_empty() {
        write!(out, ", tooltip={}", quoted(&node.tooltip))?;
    }
    writeln!(out, "];")
}

fn write_edge(out: &mut String, edge: &Edge) -> fmt::Result {
    let look = match edge.course {
        Course::Open => "class=\"open\"",
        Course::Taken => "class=\"selected\", penwidth=2",
        Course::Rejected => "class=\"rejected\", style=dashed, color=\"#b8bcc4\", fontcolor=\"#6b7079\"",
        Course::Starts => "class=\"starts\", style=dotted",
    };
    writeln!(out, "  n{} -> n{} [label={}, {look}];", edge.from, edge.to, quoted(&edge.label))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// Neither the end of a string nor an escape of DOT's, nor an entity.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;")
}
