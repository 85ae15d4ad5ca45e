//! What the page draws graphs from: maps with their layout, and which rows are passes through their nodes.
//!
//! One JSON text beside the columns, opened when the first graph is shown. Lists of equal length instead of lists of
//! objects keep it small.

use std::collections::{BTreeMap, HashMap};
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use trace_core::event::TraceLashlangBranch;

use super::blocks::deflate;
use super::text::{duration, visible};
use super::words;
use crate::layout::{Layout, Shape, layout};
use crate::model::{Graph, GraphChoice, GraphMap, GraphStep, MapEdge, MapNode, Model};

/// Height of a node's box: a line for its name, one for what it is.
const HEIGHT: i32 = 44;
/// Least and greatest width of a node's box.
const WIDTHS: (i32, i32) = (120, 260);
/// Room beside the name: padding, icon, the number of passes.
const PADDING: i32 = 64;
/// Characters of a listed graph's name.
const NAME: usize = 60;
/// Characters of a name that fill the widest box.
const WIDEST: usize = 40;
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
    /// What each node is called: its author's title, its label, or its kind.
    name: Vec<u32>,
    /// Its label, where it is called otherwise.
    label: Vec<u32>,
    kind: Vec<u32>,
    description: Vec<u32>,
    /// A character for each node's kind.
    sign: String,
    /// 1 for a node that its branch enters, without a pass of its own.
    entered: Vec<u8>,
    /// Left, top, width and height of each node.
    rect: Vec<[i32; 4]>,
    from: Vec<u32>,
    to: Vec<u32>,
    edge: Vec<u32>,
    /// 1 for an edge that is the arm of a branch.
    arm: Vec<u8>,
    /// Points of each edge: x and y, one after the other.
    points: Vec<Vec<i32>>,
    /// 1 for an edge that runs against the order.
    back: Vec<u8>,
}

/// A graph.
#[derive(Serialize)]
struct Entry<'a> {
    row: u32,
    key: &'a str,
    map: u32,
    #[serde(skip_serializing_if = "is_zero")]
    error: u32,
    /// Row, node or -1, pass and error of each pass through a node, in row order.
    steps: Vec<(u32, i64, u64, u32)>,
    /// Pass, edge and time of each branch taken.
    choices: Vec<(u64, u32, i64)>,
    /// Nodes, and the graphs that their passes started.
    kids: BTreeMap<u32, Vec<u32>>,
}

/// Graphs that the page's list names; the others are found by their rows.
const LISTED: usize = 300;

/// A graph in the page's list.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) row: u32,
    pub(super) text: String,
}

/// The graphs that the page lists: name, outcome, start.
pub(super) fn listed(model: &Model) -> Vec<Listed> {
    let graphs = model.graphs.iter().take(LISTED).map(|graph| {
        let row = &model.rows[graph.row as usize];
        let name = model.names.get(row.name as usize).filter(|name| !name.is_empty()).unwrap_or(&graph.key);
        let name = visible(name, NAME);
        let outcome = words::status(row.status);
        Listed { row: graph.row, text: format!("{name} · {outcome} · at {}", duration(row.start_us)) }
    });
    graphs.collect()
}

/// The page's `graphs` element: JSON, deflated and base64.
pub(super) fn graphs(model: &Model) -> io::Result<String> {
    let graphs =
        Graphs { maps: model.maps.iter().map(|map| drawn(model, map)).collect(), graphs: entries(model) };
    Ok(STANDARD.encode(deflate(&serde_json::to_vec(&graphs)?, 6)?))
}

fn drawn(model: &Model, map: &GraphMap) -> Map {
    let Layout { boxes, routes, width, height } = layout(&shape(model, map));
    let text = |name: u32| model.names.get(name as usize).map_or("", String::as_str);
    // That one node follows another needs no words.
    let label = |edge: &MapEdge| if text(edge.label) == "sequence" { 0 } else { edge.label };
    Map {
        size: [width, height],
        known: map.known,
        observed: map.observed,
        cut: map.cut,
        name: map.nodes.iter().map(called).collect(),
        label: map.nodes.iter().map(|node| if node.label == called(node) { 0 } else { node.label }).collect(),
        kind: map.nodes.iter().map(|node| node.kind).collect(),
        sign: map.nodes.iter().map(|node| sign(text(node.kind))).collect(),
        entered: map.nodes.iter().map(|node| u8::from(text(node.kind) == "branch_arm")).collect(),
        description: map.nodes.iter().map(|node| node.description).collect(),
        rect: boxes.iter().map(|rect| [rect.x, rect.y, rect.w, rect.h]).collect(),
        from: map.edges.iter().map(|edge| edge.from).collect(),
        to: map.edges.iter().map(|edge| edge.to).collect(),
        edge: map.edges.iter().map(label).collect(),
        arm: map.edges.iter().map(|edge| u8::from(is_arm(text(edge.label)))).collect(),
        back: routes.iter().map(|route| u8::from(route.back)).collect(),
        points: routes.iter().map(|route| route.points.iter().flat_map(|&(x, y)| [x, y]).collect()).collect(),
    }
}

fn called(node: &MapNode) -> u32 {
    [node.title, node.label, node.kind].into_iter().find(|&name| name != 0).unwrap_or(0)
}

fn is_arm(label: &str) -> bool {
    label == TraceLashlangBranch::Then.label() || label == TraceLashlangBranch::Else.label()
}

fn sign(kind: &str) -> char {
    match kind {
        "branch" => '◇',
        "branch_arm" => '↳',
        "loop" => '↻',
        "start" => '▷',
        "await" => '◷',
        "finish" => '■',
        "entry" => '●',
        _ => '▪',
    }
}

/// The boxes that a map's names need, and its edges.
fn shape(model: &Model, map: &GraphMap) -> Shape {
    let text = |name: u32| model.names.get(name as usize).map_or("", String::as_str);
    let sizes = map.nodes.iter().map(|node| (width(text(called(node))).max(width(text(node.kind))), HEIGHT));
    Shape { sizes: sizes.collect(), edges: map.edges.iter().map(|edge| (edge.from, edge.to)).collect() }
}

/// About the width of a box with this name.
fn width(name: &str) -> i32 {
    let name = visible(name, WIDEST);
    let characters =
        name.chars().map(|character| if character < '\u{1100}' { CHARACTER } else { 2 * CHARACTER });
    let width: i32 = characters.sum::<i32>() + PADDING;
    (width + width % 2).clamp(WIDTHS.0, WIDTHS.1)
}

fn entries(model: &Model) -> Vec<Entry<'_>> {
    let mut nodes: HashMap<u32, (usize, u32)> = HashMap::new();
    for (number, graph) in model.graphs.iter().enumerate() {
        nodes.extend(graph.steps.iter().filter_map(|step| Some((step.row, (number, step.node?)))));
    }
    let mut entries: Vec<Entry<'_>> = model.graphs.iter().map(entry).collect();
    for (number, graph) in (0..).zip(&model.graphs) {
        if let Some(&(parent, node)) = graph.parent.and_then(|row| nodes.get(&row)) {
            entries[parent].kids.entry(node).or_default().push(number);
        }
    }
    entries
}

fn entry(graph: &Graph) -> Entry<'_> {
    let step = |step: &GraphStep| (step.row, step.node.map_or(-1, i64::from), step.occurrence, step.error);
    let pass = |choice: &GraphChoice| graph.steps.get(choice.step as usize).map_or(0, |step| step.occurrence);
    Entry {
        row: graph.row,
        key: &graph.key,
        map: graph.map,
        error: graph.error,
        steps: graph.steps.iter().map(step).collect(),
        choices: graph.choices.iter().map(|choice| (pass(choice), choice.edge, choice.at_us)).collect(),
        kids: BTreeMap::new(),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}
