//! Execution graphs: a row for the graph, and one for each occurrence of a node.

use super::body;
use super::build::{Incoming, ModelBuilder};
use super::graphs::Choice;
use super::ids::NONE;
use super::lenient::read;
use super::node::{Moment, Node, Parent, Place};
use super::{RowFlags, RowKind, Status};

/// What started a child graph. Of several the earliest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    moment: Moment,
    node: u32,
    /// The id of the child's key, which a process goes by too.
    key: u32,
}

/// Longest label that a branch's name keeps beside the arm, in characters.
const LABEL_CHARS: usize = 160;

impl ModelBuilder {
    /// Takes one event of an execution. The same event under another record id is a replay.
    pub(super) fn take_execution(&mut self, incoming: &Incoming<'_>) -> u32 {
        let record: body::Execution<'_> = read(incoming.text);
        let event = &*record.event;
        let key = event.identity.graph_key();
        if key.is_empty() {
            return self.point(incoming, RowKind::Graph, 0);
        }
        let event_key = event.event_key.get();
        if let Some(node) = self.seen_before(&key, event_key).filter(|_| !event_key.is_empty()) {
            self.node(node).flag(RowFlags::REPEATED);
            return node;
        }
        let graph = self.graph(&key, &event.identity);
        self.place_graph(graph, incoming, &record);
        let node = self.take_event(graph, &key, event, incoming);
        self.remember(&key, event_key, node);
        node
    }

    fn take_event(
        &mut self,
        graph: u32,
        key: &str,
        event: &body::ExecutionEvent<'_>,
        incoming: &Incoming<'_>,
    ) -> u32 {
        let moment = incoming.moment;
        match event.kind.get() {
            "execution_started" => {
                self.node(graph).open(moment);
                let map = self.raw_map(event.execution_map);
                let number = self.graphs.number(graph, key);
                self.graphs.follow(number, moment, map);
                graph
            }
            "execution_finished" => {
                if self.node(graph).close(moment) {
                    self.node(graph).status = finished(event.status.get());
                    self.keep_error(graph, event.error.get());
                }
                graph
            }
            "node_started" | "node_completed" | "node_failed" | "branch_selected" => {
                self.take_node(graph, key, event, moment)
            }
            "child_started" => self.take_child(graph, key, event, moment),
            _ => {
                let name = self.name(event.kind.get());
                let node = self.point(incoming, RowKind::GraphNode, name);
                self.node(node).place.parent = Parent::Known(graph);
                node
            }
        }
    }

    fn take_node(&mut self, graph: u32, key: &str, event: &body::ExecutionEvent<'_>, moment: Moment) -> u32 {
        let node = self.graph_node(graph, key, event.node_id.get(), event.occurrence.or(0));
        let label = self.name(event.label.or(event.node_kind.get()));
        let row = self.node(node);
        row.call_it(label);
        let status = match event.kind.get() {
            "node_started" => {
                row.open(moment);
                return node;
            }
            "node_completed" => Status::Completed,
            "node_failed" => Status::Failed,
            _ => {
                row.touch(moment);
                self.take_arm(node, event, moment);
                return node;
            }
        };
        if row.close(moment) {
            row.status = status;
            self.keep_error(node, event.error.get());
        }
        node
    }

    fn keep_error(&mut self, node: u32, error: &str) {
        if error.is_empty() {
            self.graphs.errors.remove(&node);
        } else {
            let error = self.name(error);
            self.graphs.errors.insert(node, error);
        }
    }

    fn take_arm(&mut self, node: u32, event: &body::ExecutionEvent<'_>, moment: Moment) {
        let (arm, edge) = (event.selected.get(), event.edge_id.get());
        if !arm.is_empty() || !edge.is_empty() {
            let choice = Choice { moment, arm: self.name(arm), edge: self.id(&[edge]) };
            let latest = self.graphs.choices.entry(node).or_insert(choice);
            *latest = choice.max(*latest);
        }
    }

    /// Hangs the child's graph under the node that started it. Of several the earliest counts.
    fn take_child(&mut self, graph: u32, key: &str, event: &body::ExecutionEvent<'_>, moment: Moment) -> u32 {
        let node = self.graph_node(graph, key, event.parent_node_id.get(), event.occurrence.or(0));
        self.node(node).touch(moment);
        let child_key = event.child.graph_key();
        if child_key.is_empty() || child_key == key {
            return node;
        }
        let child = self.graph(&child_key, &event.child);
        let link = Link { moment, node, key: self.id(&[&child_key]) };
        let earliest = self.links.entry(child).or_insert(link);
        *earliest = link.min(*earliest);
        node
    }

    fn graph(&mut self, key: &str, identity: &body::Identity<'_>) -> u32 {
        let id = self.id(&[key]);
        let known = self.by_id.get(&(NONE, id)).copied();
        let node = known.unwrap_or_else(|| {
            let session = match identity.scope.session_id.get() {
                "" => NONE,
                session => self.session(session),
            };
            self.add(Node::new(RowKind::Graph, Place { session, ..Place::NOWHERE }))
        });
        self.by_id.insert((NONE, id), node);
        let name = self.name(identity.entry_name.get());
        self.node(node).call_it(name);
        node
    }

    /// Takes the place of a graph from one of its own records.
    fn place_graph(&mut self, graph: u32, incoming: &Incoming<'_>, record: &body::Execution<'_>) {
        self.node(graph).touch(incoming.moment);
        if self.nodes[graph as usize].place.parent != Parent::Unnamed {
            return;
        }
        let mut place = incoming.place;
        let effect = record.event.identity.subject.effect_id.get();
        if !effect.is_empty() {
            let alias = self.id(&["effect:", effect]);
            self.aliases.insert((place.session, alias), graph);
            if place.parent == Parent::Unnamed {
                let iteration = record.context.protocol_iteration.or(-1);
                place.parent = Parent::Likely(self.code_id(place, iteration, RowKind::CodeBlock));
            }
        }
        self.node(graph).place = place;
        if let Some(own) = self.node_id(incoming) {
            self.graph_owners.push((graph, own));
        }
    }

    fn graph_node(&mut self, graph: u32, key: &str, node_id: &str, occurrence: i64) -> u32 {
        let number = self.graphs.number(graph, key);
        let id = self.id(&[node_id]);
        if let Some(&node) = self.graphs.passes.get(&(number, id, occurrence)) {
            return node;
        }
        let session = self.nodes[graph as usize].place.session;
        let place = Place { session, parent: Parent::Known(graph), ..Place::NOWHERE };
        let node = self.add(Node::new(RowKind::GraphNode, place));
        self.graphs.pass(number, id, occurrence, node);
        node
    }

    /// Completes graphs and their nodes once everything is there.
    pub(super) fn settle_graphs(&mut self) {
        self.draw_graphs();
        self.name_arms();
        // The records of a process's graph carry the process's own node id.
        for (graph, own) in std::mem::take(&mut self.graph_owners) {
            let session = self.nodes[graph as usize].place.session;
            if let Some(&owner) = self.by_id.get(&(session, own)) {
                self.node(graph).place.parent = Parent::Known(owner);
            }
        }
        for (child, link) in std::mem::take(&mut self.links) {
            self.place_child(child, link);
        }
    }

    /// Hangs a child under the node that started it: its graph, or for want of that its process.
    fn place_child(&mut self, child: u32, link: Link) {
        let graph = &self.nodes[child as usize];
        if graph.start.or(graph.end).or(graph.other).is_some() {
            self.node(child).place.parent = Parent::Known(link.node);
            return;
        }
        let session = graph.place.session;
        let graph = self.node(child);
        graph.gone = true;
        graph.place = Place::NOWHERE;
        self.by_id.remove(&(NONE, link.key));
        let process = self.by_id.get(&(session, link.key)).copied();
        if let Some(process) = process.filter(|&node| self.nodes[node as usize].kind == RowKind::Process) {
            self.by_id.insert((NONE, link.key), process);
            self.node(process).place.parent = Parent::Known(link.node);
        }
    }

    /// Adds to each branch's name the arm it took.
    fn name_arms(&mut self) {
        let mut choices: Vec<_> = std::mem::take(&mut self.graphs.choices).into_iter().collect();
        choices.sort_unstable_by_key(|&(node, _)| node);
        for (node, choice) in choices.into_iter().filter(|(_, choice)| choice.arm != 0) {
            let label = self.names.get(self.nodes[node as usize].name);
            let name = chosen(label, self.names.get(choice.arm));
            self.node(node).name = self.name(&name);
        }
    }
}

/// `if empty(paths) → else`: room for the arm is left beside a long label.
fn chosen(label: &str, arm: &str) -> String {
    let label = if label.is_empty() { "branch" } else { label };
    let end = label.char_indices().nth(LABEL_CHARS).map_or(label.len(), |(end, _)| end);
    let cut = if end < label.len() { "…" } else { "" };
    format!("{}{cut} → {arm}", &label[..end])
}

fn finished(status: &str) -> Status {
    match status {
        "completed" => Status::Completed,
        "failed" => Status::Failed,
        "cancelled" => Status::Cancelled,
        "running" => Status::Unfinished,
        _ => Status::None,
    }
}
