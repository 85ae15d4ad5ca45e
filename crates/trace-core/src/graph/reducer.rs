//! From the observations of a graph to its snapshot.
//!
//! A pure function of the set of observations: they are sorted by their content first, so the order they came in is gone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Utc};

use super::edges::Edges;
use super::fact::{Child, Fact, Selection, Step, Visit};
use super::pass::{Node, Pass};
use super::registry::Reading;
use super::snapshot::{TraceLashlangGraph, TraceLashlangGraphChildLink};
use crate::event::{
    ExecutionFinished, TraceLashlangExecutionIdentity, TraceLashlangMap, TraceLashlangStatus,
};

/// The snapshot of a graph; `None` when nothing was observed of it.
pub(super) fn reduce(key: &str, mut reading: Reading) -> Option<TraceLashlangGraph> {
    reading.facts.sort_unstable();
    let mut graph = Reducer::new(key);
    for map in reading.facts.iter().filter_map(map_of) {
        graph.draw(map);
    }
    for fact in &reading.facts {
        graph.fold(fact.at, &fact.step);
    }
    let identity = &reading.facts.first()?.identity;
    let snapshot = graph.snapshot(identity);
    Some(TraceLashlangGraph { dropped_events: reading.dropped, parent: reading.parent, ..snapshot })
}

fn map_of(fact: &Fact) -> Option<&TraceLashlangMap> {
    if let Step::Started(map) = &fact.step { Some(map) } else { None }
}

/// A graph being put together.
struct Reducer<'a> {
    key: &'a str,
    mapped: bool,
    nodes: Vec<Node<'a>>,
    node_ids: HashMap<&'a str, usize>,
    edges: Edges<'a>,
    children: Vec<TraceLashlangGraphChildLink>,
    child_ids: HashMap<(&'a str, &'a str), usize>,
    end: Option<&'a ExecutionFinished>,
}

impl<'a> Reducer<'a> {
    fn new(key: &'a str) -> Self {
        Self {
            key,
            mapped: false,
            nodes: Vec::new(),
            node_ids: HashMap::new(),
            edges: Edges::default(),
            children: Vec::new(),
            child_ids: HashMap::new(),
            end: None,
        }
    }

    /// Adds what a map names. Of several maps of one graph the earliest comes first.
    fn draw(&mut self, map: &'a TraceLashlangMap) {
        self.mapped = true;
        for node in &map.nodes {
            self.node(&node.id, || {
                Node::new(&node.id, &node.kind, &node.label, node.label_metadata.as_ref())
            });
        }
        for edge in &map.edges {
            self.edges.add(edge);
        }
    }

    fn node(&mut self, id: &'a str, make: impl FnOnce() -> Node<'a>) -> &mut Node<'a> {
        let index = *self.node_ids.entry(id).or_insert_with(|| {
            self.nodes.push(make());
            self.nodes.len() - 1
        });
        &mut self.nodes[index]
    }

    fn pass(&mut self, visit: &'a Visit) -> &mut Pass<'a> {
        let node = self.node(&visit.node, || Node::new(&visit.node, &visit.kind, &visit.label, None));
        node.describe(&visit.kind, &visit.label);
        node.passes.entry(visit.occurrence).or_default()
    }

    fn fold(&mut self, at: DateTime<Utc>, step: &'a Step) {
        match step {
            Step::NodeStarted(visit) => self.pass(visit).start(at),
            Step::NodeCompleted(visit) => self.pass(visit).complete(at),
            Step::NodeFailed(visit, error) => self.pass(visit).fail(at, error),
            Step::Branch(selection) => self.select(at, selection),
            Step::Child(child) => self.link(child),
            Step::Finished(finished) if step.is_end() => self.end = Some(finished),
            Step::Finished(_) | Step::Started(_) | Step::Unknown => {}
        }
    }

    /// A branch completes its node, decides over its edges and enters the arm it chose.
    fn select(&mut self, at: DateTime<Utc>, selection: &'a Selection) {
        let node = self.node(&selection.node, || Node::undescribed(&selection.node, "branch"));
        node.passes.entry(selection.occurrence).or_default().select(at);
        let Some(target) = self.edges.choose(selection) else { return };
        let Some(&index) = self.node_ids.get(target) else { return };
        let target = &mut self.nodes[index];
        if target.kind == "branch_arm" {
            let pass = target.entered.entry(selection.occurrence).or_default();
            pass.start(at);
            pass.complete(at);
        }
    }

    /// A node links a graph once; what the first event does not say of the graph, a later one may.
    fn link(&mut self, child: &'a Child) {
        let execution = &*child.execution;
        match self.child_ids.entry((&child.node, &child.graph_key)) {
            Entry::Vacant(entry) => {
                entry.insert(self.children.len());
                self.children.push(TraceLashlangGraphChildLink {
                    parent_graph_key: self.key.to_owned(),
                    parent_node_id: child.node.as_ref().to_owned(),
                    child_graph_key: child.graph_key.as_ref().to_owned(),
                    child_module_ref: execution.module_ref.clone(),
                    child_entry_ref: execution.entry_ref.clone(),
                    child_entry_name: execution.entry_name.clone(),
                });
            }
            Entry::Occupied(entry) => {
                let link = &mut self.children[*entry.get()];
                fill(&mut link.child_module_ref, execution.module_ref.as_ref());
                fill(&mut link.child_entry_ref, execution.entry_ref.as_ref());
                fill(&mut link.child_entry_name, execution.entry_name.as_ref());
            }
        }
    }

    fn snapshot(self, identity: &TraceLashlangExecutionIdentity) -> TraceLashlangGraph {
        TraceLashlangGraph {
            graph_key: self.key.to_owned(),
            scope: identity.scope.clone(),
            subject: identity.subject.clone(),
            module_ref: identity.module_ref.clone(),
            entry_kind: identity.entry_kind.clone(),
            entry_ref: identity.entry_ref.clone(),
            entry_name: identity.entry_name.clone(),
            status: self.end.map_or(TraceLashlangStatus::Running, |end| end.status),
            error: self.end.and_then(|end| end.error.clone()),
            map_missing: !self.mapped,
            dropped_events: 0,
            parent: None,
            nodes: self.nodes.iter().map(|node| node.snapshot(self.end.is_some())).collect(),
            edges: self.edges.snapshot(),
            children: self.children,
        }
    }
}

fn fill(slot: &mut Option<String>, value: Option<&String>) {
    if slot.is_none() {
        *slot = value.cloned();
    }
}
