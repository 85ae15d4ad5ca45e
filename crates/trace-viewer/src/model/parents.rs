//! Who hangs under whom.

use std::collections::HashMap;

use super::build::ModelBuilder;
use super::ids::{NONE, index};
use super::node::{Moment, Node, Parent};
use super::{RowFlags, RowKind};

impl ModelBuilder {
    /// The parent of every node, [`NONE`] at the root. No cycles are left.
    pub(super) fn parents(&mut self) -> Vec<u32> {
        self.make_sessions();
        let mut parents: Vec<u32> = Vec::with_capacity(self.nodes.len());
        for node in 0..index(self.nodes.len()) {
            let parent = self.parent_of(node);
            parents.push(parent);
        }
        self.hang_sessions(&mut parents);
        self.cut_cycles(&mut parents);
        parents
    }

    /// Makes up a row for each session that has rows or is named as a parent, and has no record of its own.
    fn make_sessions(&mut self) {
        let mut needed = vec![false; self.sessions.len()];
        for node in &self.nodes {
            let named = match node.place.parent {
                Parent::Session(session) => session,
                Parent::Unnamed | Parent::Node { .. } | Parent::Likely(_) | Parent::Known(_) => NONE,
            };
            for session in [node.place.session, named] {
                if let Some(needed) = needed.get_mut(session as usize) {
                    *needed = true;
                }
            }
        }
        for session in (0..index(needed.len())).filter(|&session| needed[session as usize]) {
            let place = super::node::Place { session, ..super::node::Place::NOWHERE };
            let known = self.session_nodes[session as usize];
            let node = if known == NONE { self.add(Node::new(RowKind::Session, place)) } else { known };
            self.session_nodes[session as usize] = node;
            let id = self.sessions.get(session).to_owned();
            let name = self.name(&id);
            self.node(node).name = name;
            if let Some(time) = self.session_spans[session as usize].first() {
                self.node(node).touch(Moment { time, record: NONE });
            }
        }
    }

    fn parent_of(&mut self, node: u32) -> u32 {
        let row = &self.nodes[node as usize];
        let place = row.place;
        let session_node = self.session_nodes.get(place.session as usize).copied().unwrap_or(NONE);
        let named = match place.parent {
            Parent::Unnamed => NONE,
            Parent::Session(session) => self.session_nodes[session as usize],
            Parent::Known(known) => known,
            Parent::Likely(id) => self.find(place.session, id),
            Parent::Node { id, session } => self.find_parent(node, id, session),
        };
        if named == node {
            self.node(node).flag(RowFlags::CYCLE);
        } else if named != NONE {
            return named;
        }
        let row = &self.nodes[node as usize];
        let beside_call = !row.is_call() && place.llm_call != NONE;
        let llm_call = if beside_call { self.find(place.session, place.llm_call) } else { NONE };
        let near = match row.kind {
            RowKind::Session | RowKind::Run => NONE,
            RowKind::Turn => session_node,
            _ => {
                let near = [llm_call, self.find(place.session, place.turn), session_node];
                near.into_iter().find(|&near| near != NONE && near != node).unwrap_or(NONE)
            }
        };
        let is_lost = match place.parent {
            Parent::Node { .. } => named == NONE,
            Parent::Unnamed => beside_call && llm_call == NONE,
            Parent::Session(_) | Parent::Likely(_) | Parent::Known(_) => false,
        };
        if is_lost {
            self.node(node).flag(RowFlags::ORPHAN);
        }
        near
    }

    fn find(&self, session: u32, id: u32) -> u32 {
        if id == NONE {
            return NONE;
        }
        self.by_id.get(&(session, id)).copied().unwrap_or(NONE)
    }

    /// The node that `node` names as its parent: in the session that the cause names, in its own, or wherever it is unique.
    fn find_parent(&self, node: u32, id: u32, cause: u32) -> u32 {
        let place = self.nodes[node as usize].place;
        if cause != NONE && cause != place.session {
            let found = self.find(cause, id);
            return if found == NONE { self.find_anywhere(id) } else { found };
        }
        let own = self.find(place.session, id);
        let is_turn = self.nodes[node as usize].kind == RowKind::Turn;
        let inside = |found: u32| is_turn && self.nodes[found as usize].place.turn == place.turn;
        if own != NONE && (own == node || !inside(own)) {
            return own;
        }
        let alias = self.aliases.get(&(place.session, id)).copied().unwrap_or(NONE);
        [self.find(NONE, id), alias, self.find_anywhere(id)]
            .into_iter()
            .find(|&found| found != NONE)
            .unwrap_or(own)
    }

    fn find_anywhere(&self, id: u32) -> u32 {
        self.by_id_alone.get(&id).copied().unwrap_or(NONE)
    }

    /// Hangs each session under the call of another session that caused its first turn, and its turns of that cause
    /// under the session.
    fn hang_sessions(&mut self, parents: &mut [u32]) {
        let mut causes: HashMap<u32, (Moment, u32)> = HashMap::new();
        for (node, row) in self.nodes.iter().enumerate().filter(|(_, row)| row.kind == RowKind::Turn) {
            let parent = parents[node];
            if let Some(cause) = self.nodes.get(parent as usize)
                && cause.kind != RowKind::Session
                && cause.place.session != row.place.session
            {
                let first = causes.entry(row.place.session).or_insert((row.order(), parent));
                *first = (row.order(), parent).min(*first);
            }
        }
        for (&session, &(_, cause)) in &causes {
            if let Some(&node) = self.session_nodes.get(session as usize)
                && node != NONE
                && parents[node as usize] == NONE
            {
                parents[node as usize] = cause;
            }
        }
        for (node, row) in self.nodes.iter().enumerate().filter(|(_, row)| row.kind == RowKind::Turn) {
            let session = self.session_nodes.get(row.place.session as usize).copied().unwrap_or(NONE);
            if session != NONE
                && parents[session as usize] != NONE
                && parents[session as usize] == parents[node]
            {
                parents[node] = session;
            }
        }
    }

    /// Cuts rows loose that are their own ancestors: sessions where there are any, otherwise all rows of the cycle.
    fn cut_cycles(&mut self, parents: &mut [u32]) {
        loop {
            let cycles = cycles(parents);
            if cycles.is_empty() {
                return;
            }
            for cycle in cycles {
                let is_session = |node: &&u32| self.nodes[**node as usize].kind == RowKind::Session;
                let sessions: Vec<u32> = cycle.iter().filter(is_session).copied().collect();
                for node in if sessions.is_empty() { cycle } else { sessions } {
                    let row = &mut self.nodes[node as usize];
                    let again = row.flags.0 & RowFlags::CYCLE != 0 || row.kind == RowKind::Session;
                    let session = self.session_nodes.get(row.place.session as usize).copied().unwrap_or(NONE);
                    row.flag(RowFlags::CYCLE);
                    parents[node as usize] = if again || session == node { NONE } else { session };
                }
            }
        }
    }
}

/// The members of each cycle.
fn cycles(parents: &[u32]) -> Vec<Vec<u32>> {
    const NEW: u32 = NONE;
    let mut walks = vec![NEW; parents.len()];
    let mut found = Vec::new();
    for start in 0..parents.len() {
        let walk = index(start);
        let mut at = walk;
        while at != NONE && walks[at as usize] == NEW {
            walks[at as usize] = walk;
            at = parents[at as usize];
        }
        if at != NONE && walks[at as usize] == walk {
            let next = |&node: &u32| Some(parents[node as usize]).filter(|&next| next != at);
            found.push(std::iter::successors(Some(at), next).collect());
        }
    }
    found
}
