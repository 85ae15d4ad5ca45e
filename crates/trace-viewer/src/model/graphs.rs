//! Execution graphs: which map each follows, and which rows are passes through its nodes.
//!
//! A graph's state is that of its rows: their status, times and errors are not kept twice.

use std::collections::HashMap;

use super::build::ModelBuilder;
use super::ids::{NONE, index};
use super::map::{Drawing, GraphMap, MapNode, RawEdge, RawMaps};
use super::node::Moment;
use super::{Row, RowKind, Status};

/// An execution graph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    /// Index into [`Model::rows`](super::Model::rows).
    pub row: u32,
    /// Its key.
    pub key: String,
    /// Index into [`Model::maps`](super::Model::maps).
    pub map: u32,
    /// The row of the pass that started it.
    pub parent: Option<u32>,
    /// Why it failed: index into [`Model::names`](super::Model::names), 0 when it did not or does not say.
    pub error: u32,
    /// Passes through its nodes, in row order.
    pub steps: Vec<GraphStep>,
    /// Branches taken, in the order of `steps`.
    pub choices: Vec<GraphChoice>,
}

/// One pass through a node of a graph.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GraphStep {
    /// Index into [`Model::rows`](super::Model::rows).
    pub row: u32,
    /// Index into the map's nodes; `None` when the map was full.
    pub node: Option<u32>,
    /// Which pass it is.
    pub occurrence: u64,
    /// Why it failed: index into [`Model::names`](super::Model::names), 0 when it did not.
    pub error: u32,
}

/// An edge that a pass through a branch took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GraphChoice {
    /// Index into [`Graph::steps`].
    pub step: u32,
    /// Index into the map's edges.
    pub edge: u32,
    /// When, in microseconds after [`Model::start`](super::Model::start).
    pub at_us: i64,
}

/// Graphs in the making.
#[derive(Debug, Default)]
pub(super) struct Graphs {
    pub(super) maps: RawMaps,
    list: Vec<Draft>,
    by_node: HashMap<u32, u32>,
    /// Rows of graph nodes, by graph, node id and occurrence.
    pub(super) passes: HashMap<(u32, u32, i64), u32>,
    /// The latest choice of each branch row.
    pub(super) choices: HashMap<u32, Choice>,
    /// Errors of rows.
    pub(super) errors: HashMap<u32, u32>,
    shapes: Vec<GraphMap>,
}

/// A branch taken. Of several the latest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Choice {
    pub(super) moment: Moment,
    /// The name of the arm.
    pub(super) arm: u32,
    /// The id of the edge.
    pub(super) edge: u32,
}

#[derive(Debug)]
struct Draft {
    node: u32,
    key: Box<str>,
    maps: Vec<(Moment, u32)>,
    steps: Vec<Pass>,
    map: u32,
    choices: Vec<(u32, u32, Moment)>,
}

#[derive(Debug, Clone, Copy)]
struct Pass {
    row: u32,
    /// The node's id, and where it is in the map once that is known.
    id: u32,
    at: u32,
    occurrence: i64,
}

impl Graphs {
    /// The number of the graph that `node` stands for.
    pub(super) fn number(&mut self, node: u32, key: &str) -> u32 {
        let next = index(self.list.len());
        let number = *self.by_node.entry(node).or_insert(next);
        if number == next {
            let (maps, steps, choices) = (Vec::new(), Vec::new(), Vec::new());
            self.list.push(Draft { node, key: key.into(), maps, steps, map: 0, choices });
        }
        number
    }

    /// Notes that a graph follows a recorded map.
    pub(super) fn follow(&mut self, graph: u32, moment: Moment, map: u32) {
        let maps = &mut self.list[graph as usize].maps;
        if maps.iter().all(|&(_, known)| known != map) {
            maps.push((moment, map));
            self.maps.list[map as usize].graphs += 1;
        }
    }

    /// Notes a row that stands for a pass through a node.
    pub(super) fn pass(&mut self, graph: u32, id: u32, occurrence: i64, row: u32) {
        self.passes.insert((graph, id, occurrence), row);
        self.list[graph as usize].steps.push(Pass { row, id, at: NONE, occurrence });
    }
}

impl ModelBuilder {
    /// Names the graphs' nodes by their maps, and draws what each graph shows.
    pub(super) fn draw_graphs(&mut self) {
        let mut list = std::mem::take(&mut self.graphs.list);
        self.graphs.passes = HashMap::new();
        self.graphs.by_node = HashMap::new();
        // Maps of recorded ones alone: most graphs see nothing else.
        let mut plain: HashMap<u32, (Drawing, u32)> = HashMap::new();
        let mut shapes: HashMap<GraphMap, u32> = HashMap::new();
        for graph in &mut list {
            graph.maps.sort_unstable();
            self.name_steps(graph);
            let shared = |map: u32| self.graphs.maps.list[map as usize].graphs > 1;
            let only = match graph.maps[..] {
                [(_, map)] if shared(map) => Some(map),
                _ => None,
            };
            if let Some((drawing, shape)) = only.and_then(|map| plain.get(&map))
                && graph.locate(drawing)
            {
                graph.map = *shape;
                self.resolve(graph, drawing);
                continue;
            }
            let mut drawing = Drawing::default();
            for &(_, map) in &graph.maps {
                drawing.add(&self.graphs.maps.list[map as usize]);
            }
            drawing.map.observed = graph.maps.is_empty();
            let whole = graph.locate(&drawing);
            if !whole {
                self.add_seen(graph, &mut drawing);
            }
            let next = index(shapes.len());
            graph.map = *shapes.entry(drawing.map.clone()).or_insert(next);
            self.resolve(graph, &drawing);
            if let Some(map) = only.filter(|_| whole) {
                drawing.map = GraphMap::default();
                plain.insert(map, (drawing, graph.map));
            }
        }
        self.graphs.maps = RawMaps::default();
        self.graphs.list = list;
        let mut shapes: Vec<(GraphMap, u32)> = shapes.into_iter().collect();
        shapes.sort_unstable_by_key(|&(_, number)| number);
        self.graphs.shapes = shapes.into_iter().map(|(map, _)| map).collect();
    }

    /// A node's title in the map names its rows; its label those that have no other name.
    fn name_steps(&mut self, graph: &Draft) {
        let mut labels: HashMap<u32, MapNode> = HashMap::new();
        for &(_, map) in &graph.maps {
            for &(id, node) in &self.graphs.maps.list[map as usize].nodes {
                labels.entry(id).or_insert(node);
            }
        }
        for step in &graph.steps {
            let label = labels.get(&step.id).copied().unwrap_or_default();
            let row = self.node(step.row);
            if label.title != 0 {
                row.name = label.title;
            }
            row.call_it(label.label);
            if row.start.is_none() && row.end.is_none() {
                row.status = Status::Completed;
            }
        }
    }

    /// Draws the nodes that were seen and are in no map, in order of time. Without a map their order is all that is known.
    fn add_seen(&mut self, graph: &mut Draft, drawing: &mut Drawing) {
        let mut order: Vec<u32> = (0..index(graph.steps.len())).collect();
        order.sort_by_key(|&step| self.nodes[graph.steps[step as usize].row as usize].order());
        let mut previous = None;
        for step in order {
            let step = &mut graph.steps[step as usize];
            let label = self.nodes[step.row as usize].name;
            let label = if label == 0 { self.name("node") } else { label };
            step.at = drawing.node(step.id, MapNode { label, ..MapNode::default() });
            if let Some(from) = previous.replace(step.id).filter(|_| drawing.map.observed) {
                let id = self.id(&["\u{1f}then:", &from.to_string(), ":", &step.id.to_string()]);
                drawing.edge(RawEdge { id, from, to: step.id, label: 0 });
            }
        }
    }

    /// Finds the edges that the graph's branches took.
    fn resolve(&self, graph: &mut Draft, drawing: &Drawing) {
        let Draft { steps, choices, .. } = graph;
        for (number, step) in (0..).zip(&*steps) {
            if let Some(choice) = self.graphs.choices.get(&step.row)
                && let Some(edge) = drawing.chosen(choice.edge, step.id, choice.arm)
            {
                choices.push((number, edge, choice.moment));
            }
        }
    }

    /// The graphs in row order, and their maps, once the rows have their places.
    pub(super) fn finish_graphs(
        &mut self,
        rows: &[Row],
        row_of: &[u32],
        parents: &[u32],
    ) -> (Vec<Graph>, Vec<GraphMap>) {
        let zero = self.span.first().map_or(0, |first| first.micros);
        let list = std::mem::take(&mut self.graphs.list);
        let shown = list.into_iter().filter(|graph| !self.nodes[graph.node as usize].gone);
        let mut graphs: Vec<Graph> = shown
            .map(|graph| Graph {
                row: row_of[graph.node as usize],
                map: graph.map,
                parent: self.starter(graph.node, parents).map(|node| row_of[node as usize]),
                error: self.error(graph.node),
                ..self.passes(&graph, row_of, zero)
            })
            .collect();
        graphs.sort_unstable_by_key(|graph| graph.row);
        debug_assert!(graphs.iter().all(|graph| rows[graph.row as usize].kind == RowKind::Graph));
        (graphs, std::mem::take(&mut self.graphs.shapes))
    }

    /// A graph's key, its passes in row order, and the branches they took.
    fn passes(&self, graph: &Draft, row_of: &[u32], zero: i64) -> Graph {
        let mut order: Vec<usize> = (0..graph.steps.len()).collect();
        order.sort_unstable_by_key(|&step| row_of[graph.steps[step].row as usize]);
        let mut place = vec![0; order.len()];
        for (at, &step) in (0..).zip(&order) {
            place[step] = at;
        }
        let choice = |&(step, edge, moment): &(u32, u32, Moment)| {
            let at_us = moment.time.micros.saturating_sub(zero).max(0);
            GraphChoice { step: place[step as usize], edge, at_us }
        };
        let mut choices: Vec<GraphChoice> = graph.choices.iter().map(choice).collect();
        choices.sort_unstable_by_key(|choice| choice.step);
        let steps = order.iter().map(|&step| self.step(&graph.steps[step], row_of)).collect();
        Graph { key: graph.key.to_string(), steps, choices, ..Graph::default() }
    }

    fn step(&self, pass: &Pass, row_of: &[u32]) -> GraphStep {
        GraphStep {
            row: row_of[pass.row as usize],
            node: Some(pass.at).filter(|&node| node != NONE),
            occurrence: u64::try_from(pass.occurrence).unwrap_or(0),
            error: self.error(pass.row),
        }
    }

    fn error(&self, node: u32) -> u32 {
        self.graphs.errors.get(&node).copied().unwrap_or(0)
    }

    /// The pass that started a graph: the row it hangs under, or the one its process does.
    fn starter(&self, graph: u32, parents: &[u32]) -> Option<u32> {
        let up = |node: &u32| Some(parents[*node as usize]).filter(|&parent| parent != NONE);
        let mut above = std::iter::successors(up(&graph), up);
        above
            .find(|&node| self.nodes[node as usize].kind != RowKind::Process)
            .filter(|&node| self.nodes[node as usize].kind == RowKind::GraphNode)
    }
}

impl Draft {
    /// Finds each pass's node; `false` when there are some that the map does not have, or no map.
    fn locate(&mut self, drawing: &Drawing) -> bool {
        let mut whole = !drawing.map.observed;
        for step in &mut self.steps {
            step.at = drawing.by_id.get(&step.id).copied().unwrap_or(NONE);
            whole &= step.at != NONE;
        }
        whole
    }
}
