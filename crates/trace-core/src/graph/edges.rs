//! Edges of one graph and the branches that decide over them.

use std::collections::HashMap;

use super::fact::Selection;
use super::snapshot::{TraceLashlangEdgeSelection, TraceLashlangGraphEdge};
use crate::event::{TraceLashlangBranch, TraceLashlangMapEdge};

/// Edges in the order of the map.
#[derive(Debug, Default)]
pub(super) struct Edges<'a> {
    all: Vec<Edge<'a>>,
    by_id: HashMap<&'a str, usize>,
    /// The first edge of a node with the label of an arm.
    by_arm: HashMap<(&'a str, &'a str), usize>,
    /// The latest choice of each node.
    choices: HashMap<&'a str, Choice>,
}

#[derive(Debug)]
struct Edge<'a> {
    edge: &'a TraceLashlangMapEdge,
    /// Whether it was ever chosen.
    chosen: bool,
}

#[derive(Debug)]
struct Choice {
    occurrence: u64,
    index: usize,
}

impl<'a> Edges<'a> {
    /// Adds an edge of a map, unless one with its id is there.
    pub(super) fn add(&mut self, edge: &'a TraceLashlangMapEdge) {
        if self.by_id.contains_key(edge.id.as_str()) {
            return;
        }
        let index = self.all.len();
        self.all.push(Edge { edge, chosen: false });
        self.by_id.insert(&edge.id, index);
        if is_arm(&edge.label) {
            self.by_arm.entry((&edge.from, &edge.label)).or_insert(index);
        }
    }

    /// Notes a choice, folded in order of time, and says where it leads.
    ///
    /// Not every producer names in its events the ids of its map, so an unknown id falls back to the node's arm.
    pub(super) fn choose(&mut self, selection: &Selection) -> Option<&'a str> {
        let by_arm = || self.by_arm.get(&(&*selection.node, selection.label));
        let index = *self.by_id.get(&*selection.edge).or_else(by_arm)?;
        let edge = &mut self.all[index];
        edge.chosen = true;
        let edge = edge.edge;
        let latest = self.choices.get(edge.from.as_str());
        if latest.is_none_or(|latest| latest.occurrence <= selection.occurrence) {
            self.choices.insert(&edge.from, Choice { occurrence: selection.occurrence, index });
        }
        Some(&edge.to)
    }

    pub(super) fn snapshot(&self) -> Vec<TraceLashlangGraphEdge> {
        let edges = self.all.iter().enumerate();
        edges
            .map(|(index, edge)| TraceLashlangGraphEdge {
                id: edge.edge.id.clone(),
                from: edge.edge.from.clone(),
                to: edge.edge.to.clone(),
                label: edge.edge.label.clone(),
                selection: self.selection(index, edge),
            })
            .collect()
    }

    fn selection(&self, index: usize, edge: &Edge<'_>) -> TraceLashlangEdgeSelection {
        match self.choices.get(edge.edge.from.as_str()) {
            Some(choice) if choice.index == index => TraceLashlangEdgeSelection::Selected,
            Some(_) if edge.chosen || is_arm(&edge.edge.label) => TraceLashlangEdgeSelection::Rejected,
            Some(_) | None => TraceLashlangEdgeSelection::Unknown,
        }
    }
}

fn is_arm(label: &str) -> bool {
    label == TraceLashlangBranch::Then.label() || label == TraceLashlangBranch::Else.label()
}
