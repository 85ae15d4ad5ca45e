//! What the page draws graphs from: maps with their layout, and which rows are passes through their nodes.
//!
//! One JSON text beside the columns, opened when the first graph is shown. Lists of equal length instead of lists of
//! objects keep it small.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::blocks::deflate;
use crate::layout::{Layout, Shape, layout};
use crate::model::{Graph, GraphMap, Model};

/// Height of a node's box: a line for its name, one for what it is.
const HEIGHT: i32 = 44;
/// Least and greatest width of a node's box.
const WIDTHS: (i32, i32) = (96, 260);
/// Room beside the name: padding, icon, the number of passes.
const PADDING: i32 = 62;
/// About the width of a character.
const CHARACTER: i32 = 7;

#[derive(Serialize)]
struct Graphs<'a> {
    maps: Vec<Map>,
    graphs: Vec<Entry<'a>>,
}

/// Nodes and edges, each as lists of equal length. Texts are numbers of names.
#[derive(Serialize)]
struct Map {
    size: [i32; 2],
    /// How many nodes the recorded map has; the rest was only seen.
    known: u32,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    observed: bool,
    #[serde(skip_serializing_if = "is_zero")]
    cut: u32,
    kind: Vec<u32>,
    label: Vec<u32>,
    title: Vec<u32>,
    description: Vec<u32>,
    /// Left, top, width and height of each node, one after the other.
    rect: Vec<i32>,
    from: Vec<u32>,
    to: Vec<u32>,
    edge: Vec<u32>,
    /// Points of each edge: x and y, one after the other.
    points: Vec<Vec<i32>>,
    /// Edges that run against the order.
    back: Vec<usize>,
}

/// A graph. Its steps are in row order: rows as distances, nodes plus one, occurrences.
#[derive(Serialize)]
struct Entry<'a> {
    row: u32,
    key: &'a str,
    map: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<u32>,
    #[serde(skip_serializing_if = "is_zero")]
    error: u32,
    rows: Vec<u32>,
    nodes: Vec<u32>,
    passes: Vec<u64>,
    /// Step, edge and time of each branch taken, one after the other.
    choices: Vec<i64>,
    /// Step and name of each error, one after the other.
    errors: Vec<u32>,
}

/// The page's `graphs` element: JSON, deflated and base64.
pub(super) fn graphs(model: &Model) -> io::Result<String> {
    let graphs = Graphs {
        maps: model.maps.iter().map(|map| drawn(model, map)).collect(),
        graphs: model.graphs.iter().map(entry).collect(),
    };
    Ok(STANDARD.encode(deflate(&serde_json::to_vec(&graphs)?, 6)?))
}

fn drawn(model: &Model, map: &GraphMap) -> Map {
    let Layout { boxes, routes, width, height } = layout(&shape(model, map));
    Map {
        size: [width, height],
        known: map.known,
        observed: map.observed,
        cut: map.cut,
        kind: map.nodes.iter().map(|node| node.kind).collect(),
        label: map.nodes.iter().map(|node| node.label).collect(),
        title: map.nodes.iter().map(|node| node.title).collect(),
        description: map.nodes.iter().map(|node| node.description).collect(),
        rect: boxes.iter().flat_map(|rect| [rect.x, rect.y, rect.w, rect.h]).collect(),
        from: map.edges.iter().map(|edge| edge.from).collect(),
        to: map.edges.iter().map(|edge| edge.to).collect(),
        edge: map.edges.iter().map(|edge| edge.label).collect(),
        back: (0..routes.len()).filter(|&edge| routes[edge].back).collect(),
        points: routes.iter().map(|route| route.points.iter().flat_map(|&(x, y)| [x, y]).collect()).collect(),
    }
}

/// The boxes that a map's names need, and its edges.
fn shape(model: &Model, map: &GraphMap) -> Shape {
    let text = |name: u32| model.names.get(name as usize).map_or("", String::as_str);
    let sizes = map.nodes.iter().map(|node| {
        let name = [node.title, node.label, node.kind].into_iter().find(|&name| name != 0).unwrap_or(0);
        (width(text(name)).max(width(text(node.kind)) - CHARACTER), HEIGHT)
    });
    Shape { sizes: sizes.collect(), edges: map.edges.iter().map(|edge| (edge.from, edge.to)).collect() }
}

/// About the width of a box with this name.
fn width(name: &str) -> i32 {
    let characters =
        name.chars().take(80).map(|character| if character < '\u{1100}' { CHARACTER } else { 2 * CHARACTER });
    let width: i32 = characters.sum::<i32>() + PADDING;
    (width + width % 2).clamp(WIDTHS.0, WIDTHS.1)
}

fn entry(graph: &Graph) -> Entry<'_> {
    let mut previous = graph.row;
    let mut rows = Vec::with_capacity(graph.steps.len());
    for step in &graph.steps {
        rows.push(step.row.wrapping_sub(std::mem::replace(&mut previous, step.row)));
    }
    let errors = (0..).zip(&graph.steps).filter(|(_, step)| step.error != 0);
    let choices = graph
        .choices
        .iter()
        .flat_map(|choice| [i64::from(choice.step), i64::from(choice.edge), choice.at_us]);
    Entry {
        row: graph.row,
        key: &graph.key,
        map: graph.map,
        parent: graph.parent,
        error: graph.error,
        rows,
        nodes: graph.steps.iter().map(|step| step.node.map_or(0, |node| node.wrapping_add(1))).collect(),
        passes: graph.steps.iter().map(|step| step.occurrence).collect(),
        choices: choices.collect(),
        errors: errors.flat_map(|(number, step)| [number, step.error]).collect(),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}
