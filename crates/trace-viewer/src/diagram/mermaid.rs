//! Mermaid's flow charts.

use std::fmt::{self, Write as _};

use trace_core::TraceLashlangGraph;

use super::{Course, Diagram, Edge, Node, State};

/// A graph as a Mermaid flow chart.
pub fn mermaid(graph: &TraceLashlangGraph) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut out, &Diagram::new(graph));
    out
}

fn write(out: &mut String, diagram: &Diagram) -> fmt::Result {
    // The head is YAML.
    let title = diagram.title.replace('\\', "\\\\").replace('"', "\\\"");
    writeln!(out, "---\ntitle: \"{title}\"\n---\nflowchart TD")?;
    for (number, node) in diagram.nodes.iter().enumerate() {
        write_node(out, number, node)?;
    }
    for edge in &diagram.edges {
        write_edge(out, edge)?;
    }
    for state in State::ALL.into_iter().filter(|&state| diagram.nodes.iter().any(|node| node.state == state))
    {
        let [fill, border, text] = state.colours();
        let dash = if state.is_dashed() { ",stroke-dasharray:4 3" } else { "" };
        writeln!(out, "  classDef {} fill:{fill},stroke:{border},color:{text}{dash}", class(state))?;
    }
    let rejected = diagram.edges.iter().enumerate().filter(|(_, edge)| edge.course == Course::Rejected);
    let rejected: Vec<String> = rejected.map(|(number, _)| number.to_string()).collect();
    if rejected.is_empty() {
        return Ok(());
    }
    writeln!(out, "  linkStyle {} stroke:#b8bcc4,color:#6b7079", rejected.join(","))
}

fn write_node(out: &mut String, number: usize, node: &Node) -> fmt::Result {
    let lines: Vec<String> = node.lines.iter().map(|line| coded(line)).collect();
    let (open, close) = if node.state == State::Graph { ("[[", "]]") } else { ("(", ")") };
    writeln!(out, "  n{number}{open}\"{}\"{close}:::{}", lines.join("<br/>"), class(node.state))
}

fn write_edge(out: &mut String, edge: &Edge) -> fmt::Result {
    let arrow = match edge.course {
        Course::Open => "-->",
        Course::Taken => "==>",
        Course::Rejected | Course::Starts => "-.->",
    };
    let label = if edge.label.is_empty() { String::new() } else { format!("|\"{}\"|", coded(&edge.label)) };
    writeln!(out, "  n{} {arrow}{label} n{}", edge.from, edge.to)
}

/// The class of a state. `graph` is a word of the language.
fn class(state: State) -> &'static str {
    if state == State::Graph { "childGraph" } else { state.name() }
}

/// Text in which everything that could mean something is written as its number.
fn coded(text: &str) -> String {
    let mut coded = String::with_capacity(text.len());
    for character in text.chars() {
        if !character.is_ascii() || character.is_ascii_alphanumeric() || " .,_".contains(character) {
            coded.push(character);
        } else {
            let _ = write!(coded, "#{};", u32::from(character));
        }
    }
    coded
}
