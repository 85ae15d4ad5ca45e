//! Execution maps: the shape of a graph's code, each distinct one once.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::body;
use super::build::ModelBuilder;
use super::ids::{NONE, index};
use super::lenient::read;

/// Nodes of one map that are kept.
const NODES: usize = 5_000;
/// Edges of one map that are kept.
const EDGES: usize = 10_000;

/// The shape of a graph: what could run, and in which order.
///
/// Graphs whose code is drawn alike share one map, whatever their nodes' ids are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct GraphMap {
    /// The nodes: those of the execution map, then those that were seen and are not in it.
    pub nodes: Vec<MapNode>,
    /// The edges, by index into `nodes`.
    pub edges: Vec<MapEdge>,
    /// How many of the nodes the execution map names, or its edges do.
    pub known: u32,
    /// Whether no execution map was recorded, so that this is only what ran, in order of time.
    pub observed: bool,
    /// Nodes and edges beyond what one map may hold.
    pub cut: u32,
}

/// A node of a map. Texts are indices into [`Model::names`](super::Model::names).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct MapNode {
    /// Its sort.
    pub kind: u32,
    /// Its generated label.
    pub label: u32,
    /// What its author calls it.
    pub title: u32,
    /// What its author says of it.
    pub description: u32,
}

/// An edge of a map.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct MapEdge {
    /// Where it starts.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// Index into [`Model::names`](super::Model::names).
    pub label: u32,
}

/// Execution maps as they were recorded, found by their text.
#[derive(Debug, Default)]
pub(super) struct RawMaps {
    pub(super) list: Vec<RawMap>,
    by_text: HashMap<u64, u32>,
}

/// One recorded map, with ids.
#[derive(Debug, Default)]
pub(super) struct RawMap {
    pub(super) nodes: Vec<(u32, MapNode)>,
    pub(super) edges: Vec<RawEdge>,
    pub(super) cut: u32,
    /// How many graphs follow it.
    pub(super) graphs: u32,
}

/// An edge between nodes by id.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawEdge {
    pub(super) id: u32,
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) label: u32,
}

/// A map being put together, and where things are in it.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    pub(super) map: GraphMap,
    pub(super) by_id: HashMap<u32, u32>,
    edges: HashMap<u32, u32>,
    arms: HashMap<(u32, u32), u32>,
}

impl ModelBuilder {
    /// The number of a recorded map. A text that was seen before is not read again.
    pub(super) fn raw_map(&mut self, text: Option<&RawValue>) -> u32 {
        let text = text.map_or("", RawValue::get);
        let hash = self.hash_text(text);
        if let Some(&known) = self.graphs.maps.by_text.get(&hash) {
            return known;
        }
        let map = self.read_map(text);
        let number = index(self.graphs.maps.list.len());
        self.graphs.maps.list.push(map);
        self.graphs.maps.by_text.insert(hash, number);
        number
    }

    fn read_map(&mut self, text: &str) -> RawMap {
        let map: body::Map<'_> = read(text);
        let (nodes, edges) = (map.nodes.as_deref().unwrap_or(&[]), map.edges.as_deref().unwrap_or(&[]));
        let cut = nodes.len().saturating_sub(NODES) + edges.len().saturating_sub(EDGES);
        let mut raw = RawMap { cut: index(cut), ..RawMap::default() };
        for node in nodes.iter().take(NODES) {
            let id = self.id(&[node.id.get()]);
            raw.nodes.push((id, self.map_node(node)));
        }
        let mut known: std::collections::HashSet<u32> = raw.nodes.iter().map(|&(id, _)| id).collect();
        for edge in edges.iter().take(EDGES) {
            let ends = [edge.from.get(), edge.to.get()];
            for end in ends {
                let id = self.id(&[end]);
                if raw.nodes.len() < NODES && known.insert(id) {
                    let label = self.name(end);
                    raw.nodes.push((id, MapNode { label, ..MapNode::default() }));
                }
            }
            let [from, to] = ends.map(|end| self.id(&[end]));
            let (id, label) = (self.id(&[edge.id.get()]), self.name(edge.label.get()));
            raw.edges.push(RawEdge { id, from, to, label });
        }
        raw
    }

    fn map_node(&mut self, node: &body::MapNode<'_>) -> MapNode {
        MapNode {
            kind: self.name(node.kind.get()),
            label: self.name(node.label.get()),
            title: self.name(node.label_metadata.title.get()),
            description: self.name(node.label_metadata.description.get()),
        }
    }
}

impl Drawing {
    /// Adds what a recorded map names. What is there already stays.
    pub(super) fn add(&mut self, raw: &RawMap) {
        self.map.cut = self.map.cut.saturating_add(raw.cut);
        for &(id, node) in &raw.nodes {
            self.node(id, node);
        }
        self.map.known = index(self.map.nodes.len());
        for edge in &raw.edges {
            self.edge(*edge);
        }
    }

    /// The index of a node; [`NONE`] when the map is full.
    pub(super) fn node(&mut self, id: u32, node: MapNode) -> u32 {
        if let Some(&known) = self.by_id.get(&id) {
            return known;
        }
        if self.map.nodes.len() >= NODES {
            self.by_id.insert(id, NONE);
            self.map.cut = self.map.cut.saturating_add(1);
            return NONE;
        }
        let number = index(self.map.nodes.len());
        self.map.nodes.push(node);
        self.by_id.insert(id, number);
        number
    }

    pub(super) fn edge(&mut self, edge: RawEdge) {
        let find = |id: &u32| self.by_id.get(id).copied().filter(|&node| node != NONE);
        let (Some(from), Some(to)) = (find(&edge.from), find(&edge.to)) else {
            self.map.cut = self.map.cut.saturating_add(1);
            return;
        };
        if self.edges.contains_key(&edge.id) {
            return;
        }
        if self.map.edges.len() >= EDGES {
            self.map.cut = self.map.cut.saturating_add(1);
            return;
        }
        let number = index(self.map.edges.len());
        self.edges.insert(edge.id, number);
        self.arms.entry((edge.from, edge.label)).or_insert(number);
        self.map.edges.push(MapEdge { from, to, label: edge.label });
    }

    /// The edge that a branch took: by its id, or for want of that the node's arm of that label.
    pub(super) fn chosen(&self, edge: u32, node: u32, arm: u32) -> Option<u32> {
        self.edges.get(&edge).or_else(|| self.arms.get(&(node, arm))).copied()
    }
}
