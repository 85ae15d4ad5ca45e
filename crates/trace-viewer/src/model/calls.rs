//! Pairing: the one row of a call, from its start and its end in any order.

use super::build::{Incoming, ModelBuilder};
use super::ids::NONE;
use super::node::{Node, Parent};
use super::{RowKind, Status};

/// Which end of a call a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    Start,
    End {
        /// How it ended.
        status: Status,
        /// The duration it states, in milliseconds.
        duration_ms: Option<i64>,
    },
}

impl Edge {
    /// The same edge; a failure for this reason may be a stop on purpose.
    pub(super) fn stopped_by(self, reason: &str) -> Self {
        match self {
            Self::End { status: Status::Failed, duration_ms } if reason == "cancelled" => {
                Self::End { status: Status::Cancelled, duration_ms }
            }
            other => other,
        }
    }
}

impl ModelBuilder {
    /// The row of a call that goes by `id`, by the node id its record carries, or by both.
    ///
    /// The same id in another turn of the session is another call: some providers count anew in every turn.
    pub(super) fn call(&mut self, incoming: &Incoming<'_>, kind: RowKind, id: u32, edge: Edge) -> u32 {
        let own = self.node_id(incoming).unwrap_or(NONE);
        let Some(&name) = [own, id].iter().find(|&&id| id != NONE) else {
            return self.nameless(incoming, kind, edge);
        };
        let session = incoming.place.session;
        let in_turn = self.in_turn(name, incoming.place.turn);
        let known = [own, id, in_turn].iter().find_map(|&id| self.known_call(incoming, kind, id));
        let node = known.unwrap_or_else(|| self.add(Node::new(kind, incoming.place)));
        for id in [id, own, in_turn] {
            if id != NONE {
                self.register(session, id, node);
            }
        }
        self.register_own(incoming, node);
        self.take_edge(node, incoming, edge);
        node
    }

    /// What an id goes by within a turn.
    pub(super) fn in_turn(&mut self, id: u32, turn: u32) -> u32 {
        self.id(&["\u{1f}", &id.to_string(), "\u{1f}", &turn.to_string()])
    }

    fn known_call(&self, incoming: &Incoming<'_>, kind: RowKind, id: u32) -> Option<u32> {
        let node = *self.by_id.get(&(incoming.place.session, id))?;
        let known = &self.nodes[node as usize];
        let (turn, other) = (known.place.turn, incoming.place.turn);
        (known.kind == kind && (turn == other || turn == NONE || other == NONE)).then_some(node)
    }

    /// A start or an end of a call that has no id; [`pair_nameless`](Self::pair_nameless) finds its other half.
    fn nameless(&mut self, incoming: &Incoming<'_>, kind: RowKind, edge: Edge) -> u32 {
        let node = self.add(Node::new(kind, incoming.place));
        self.nameless.push(node);
        self.take_edge(node, incoming, edge);
        node
    }

    pub(super) fn take_edge(&mut self, node: u32, incoming: &Incoming<'_>, edge: Edge) {
        let (place, moment) = (incoming.place, incoming.moment);
        let node = self.node(node);
        if node.place.parent == Parent::Unnamed || (edge == Edge::Start && place.parent != Parent::Unnamed) {
            node.place = place;
        }
        match edge {
            Edge::Start => node.open(moment),
            Edge::End { status, duration_ms } => {
                if node.close(moment) {
                    node.status = status;
                    node.stated_us = duration_ms.map(super::time::micros);
                }
            }
        }
    }
}
