//! Calls without an id: a start and the next end of the same name in the same turn are taken for one call.

use std::collections::{BTreeMap, VecDeque};

use super::RowKind;
use super::build::ModelBuilder;
use super::node::Moment;

impl ModelBuilder {
    /// Pairs what has no id, in order of time.
    pub(super) fn pair_nameless(&mut self) {
        let mut pending: Vec<(Moment, u32)> =
            self.nameless.iter().map(|&node| (self.nodes[node as usize].order(), node)).collect();
        pending.sort_unstable();
        let mut open: BTreeMap<(RowKind, u32, u32, u32), VecDeque<u32>> = BTreeMap::new();
        let mut moved = BTreeMap::new();
        for (_, node) in pending {
            let half = &self.nodes[node as usize];
            let place = half.place;
            let name = if half.kind == RowKind::LlmCall { 0 } else { half.name };
            let starts = open.entry((half.kind, place.session, place.turn, name)).or_default();
            if half.start.is_some() {
                starts.push_back(node);
            } else if let Some(start) = starts.pop_front() {
                self.absorb(start, node);
                moved.insert(node, start);
            }
        }
        if !moved.is_empty() {
            for record in &mut self.records {
                record.row = moved.get(&record.row).copied().unwrap_or(record.row);
            }
        }
    }

    fn absorb(&mut self, start: u32, end: u32) {
        self.spending.moved(end, start);
        self.faults.moved(end, start);
        if let Some(after_ms) = self.first_tokens.remove(&end) {
            self.first_tokens.insert(start, after_ms);
        }
        let end = &mut self.nodes[end as usize];
        end.gone = true;
        let end = end.clone();
        let start = self.node(start);
        start.end = end.end;
        start.status = end.status;
        start.stated_us = end.stated_us;
        start.usage = end.usage;
        start.flag(end.flags.0);
    }
}
