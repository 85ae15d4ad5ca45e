//! From nodes and their parents to rows in display order.

use std::collections::HashMap;

use chrono::DateTime;

use super::build::ModelBuilder;
use super::ids::{Map, NONE, Names, index};
use super::links::Resolved;
use super::node::Node;
use super::time::Instant;
use super::tokens::Spot;
use super::{
    Beyond, Link, LinkKind, Model, Notes, Row, RowFlags, RowKind, Status, Usage, critical, extent, idle,
};

impl ModelBuilder {
    /// Puts everything in order and counts it.
    pub(super) fn arrange(mut self) -> Model {
        let prompts = std::mem::take(&mut self.prompts).compare();
        for &(node, _) in &prompts.changed {
            self.node(node).flag(RowFlags::DRIFT);
        }
        self.spending.settle();
        let parents = self.parents();
        let order = depth_first(&self.nodes, &parents);
        let Resolved { links, outside: mut told } = self.resolve_links();
        told.extend(prompts.changed.into_iter().map(|(node, names)| (node, self.changed(&names))));
        let beyond = self.places_beyond();
        self.by_id = Map::default();
        self.by_id_alone = Map::default();
        let mut row_of = vec![NONE; self.nodes.len()];
        let mut rows = Vec::with_capacity(order.len());
        for (row, &(node, depth)) in order.iter().enumerate() {
            row_of[node as usize] = index(row);
            rows.push(self.row(node, depth, parents[node as usize]));
        }
        for record in &mut self.records {
            record.row = row_of[record.row as usize];
        }
        let turns = order.iter().zip(&rows).filter(|(_, row)| row.kind == RowKind::Turn);
        let turn_numbers = turns.map(|((node, _), _)| self.turn_numbers.get(node).copied()).collect();
        let (totals, sessions) = self.count(&order, &rows);
        let (graphs, maps) = self.finish_graphs(&rows, &row_of, &parents);
        let ends = extent::ends(&rows);
        let critical_us = critical::mark(&mut rows, &ends);
        let idle = idle::gaps(&rows, &ends, self.span.length_us());
        drop(order);
        let is_failed = |row: u32| rows[row as usize].status == Status::Failed;
        let (faults, messages) = std::mem::take(&mut self.faults).settle(&row_of, is_failed);
        let time = |instant: Option<Instant>| DateTime::from_timestamp_micros(instant?.micros);
        Model {
            start: time(self.span.first()),
            end: time(self.span.last()),
            names: self.names.into_list(),
            rows,
            records: self.records,
            usages: self.usages,
            sessions,
            graphs,
            maps,
            turn_numbers,
            totals,
            links: linked_rows(links, &row_of),
            notes: notes(told, &row_of),
            faults,
            messages,
            drift: prompts.drift,
            beyond: beyond
                .into_iter()
                .map(|(node, tokens)| Beyond { row: row_at(&row_of, node), tokens })
                .collect(),
            first_tokens: sorted_rows(&self.first_tokens, &row_of),
            runs: std::mem::take(&mut self.runs).settle(&row_of),
            inputs: Vec::new(),
            idle,
            critical_us,
        }
    }

    /// What changed in a prompt, in words.
    fn changed(&self, names: &[u32]) -> String {
        let names: Vec<&str> =
            names.iter().map(|&name| self.names.get(name)).filter(|name| !name.is_empty()).collect();
        if names.is_empty() { "changed".to_owned() } else { format!("changed: {}", names.join(", ")) }
    }

    /// Tokens beyond those of calls, and the turn or session that they were reported for.
    fn places_beyond(&self) -> Vec<(u32, Usage)> {
        let place = |spot: &Spot| {
            let turn = self.by_id.get(&(spot.session, spot.turn)).filter(|_| spot.turn != NONE);
            turn.or_else(|| self.session_nodes.get(spot.session as usize)).copied().unwrap_or(NONE)
        };
        self.spending.beyond().iter().map(|(spot, usage)| (place(spot), *usage)).collect()
    }

    fn row(&self, node: u32, depth: u32, parent: u32) -> Row {
        let node = &self.nodes[node as usize];
        let mut flags = node.flags;
        if node.is_call() && node.end.is_some() && node.start.is_none() {
            flags.0 |= RowFlags::ENDED_WITHOUT_START;
        }
        let (start, end) = self.extent(node, parent);
        let zero = self.span.first().map_or(0, |first| first.micros);
        let record = |moment: Option<super::node::Moment>| {
            moment.map(|moment| moment.record).filter(|&record| record != NONE)
        };
        let first = record(node.start).or(record(node.end)).or(record(node.other));
        let start = start.max(zero);
        Row {
            depth,
            kind: node.kind,
            status: status(node),
            flags,
            name: node.name,
            start_us: start.saturating_sub(zero),
            duration_us: end.saturating_sub(start).max(0),
            first,
            last: record(node.end).filter(|&last| Some(last) != first),
            usage: Some(node.usage).filter(|&usage| usage != NONE),
        }
    }

    /// From when to when a row reaches, in microseconds since 1970.
    fn extent(&self, node: &Node, parent: u32) -> (i64, i64) {
        let start = node.order().time.micros;
        if node.kind == RowKind::Session {
            let span = self.session_spans.get(node.place.session as usize);
            return (start, span.and_then(|span| span.last()).map_or(start, |last| last.micros));
        }
        if let Some(end) = node.end {
            return (start, end.time.micros);
        }
        if status(node) != Status::Unfinished {
            return (start, start);
        }
        // A node of a finished graph was interrupted with it.
        let graph = self.nodes.get(parent as usize).filter(|graph| graph.kind == RowKind::Graph);
        let bound = graph.filter(|_| node.kind == RowKind::GraphNode).and_then(|graph| graph.end);
        let last = bound.map(|end| end.time).or(self.span.last());
        (start, last.map_or(start, |last| last.micros))
    }
}

fn row_at(row_of: &[u32], node: u32) -> Option<u32> {
    row_of.get(node as usize).copied().filter(|&row| row != NONE)
}

fn linked_rows(links: Vec<(u32, u32, LinkKind)>, row_of: &[u32]) -> Vec<Link> {
    let link =
        |(node, cause, kind)| Some(Link { row: row_at(row_of, node)?, cause: row_at(row_of, cause)?, kind });
    let mut links: Vec<Link> = links.into_iter().filter_map(link).collect();
    links.sort_unstable();
    links
}

fn notes(told: Vec<(u32, String)>, row_of: &[u32]) -> Notes {
    let mut texts = Names::default();
    let note = |(node, text): (u32, String)| Some((row_at(row_of, node)?, texts.number(&text)));
    let mut rows: Vec<(u32, u32)> = told.into_iter().filter_map(note).collect();
    rows.sort_unstable();
    Notes { rows, texts: texts.into_list() }
}

fn sorted_rows(values: &HashMap<u32, u32>, row_of: &[u32]) -> Vec<(u32, u32)> {
    let mut rows: Vec<_> =
        values.iter().filter_map(|(&node, &value)| Some((row_at(row_of, node)?, value))).collect();
    rows.sort_unstable();
    rows
}

fn status(node: &Node) -> Status {
    let has_records = node.other.is_some_and(|other| other.record != NONE);
    let open = node.start.is_some() || (node.kind == RowKind::Graph && has_records);
    if node.is_call() && open && node.end.is_none() { Status::Unfinished } else { node.status }
}

/// Nodes with their depth, parents before children, siblings by time.
fn depth_first(nodes: &[Node], parents: &[u32]) -> Vec<(u32, u32)> {
    let mut by_time: Vec<u32> = (0..index(nodes.len())).filter(|&node| !nodes[node as usize].gone).collect();
    // Nearly in order already, and a list of keys would be larger than all rows.
    by_time.sort_by_key(|&node| (nodes[node as usize].order(), node));
    // Lists of siblings, linked; filled from the back so that each begins with its earliest.
    let mut first_child = vec![NONE; nodes.len()];
    let mut next = vec![NONE; nodes.len()];
    let mut first_root = NONE;
    for &node in by_time.iter().rev() {
        let head = match parents[node as usize] {
            NONE => &mut first_root,
            parent => &mut first_child[parent as usize],
        };
        next[node as usize] = *head;
        *head = node;
    }
    let mut order = Vec::with_capacity(by_time.len());
    drop(by_time);
    let mut path = vec![first_root];
    while let Some(node) = path.pop() {
        if node == NONE {
            continue;
        }
        order.push((node, index(path.len())));
        path.push(next[node as usize]);
        path.push(first_child[node as usize]);
    }
    order
}
