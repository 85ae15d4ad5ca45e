//! Arrows between calls.

use super::tracks::Tracks;
use crate::model::{LinkKind, Model, RowKind};

/// An arrow from one call to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Flow {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) kind: LinkKind,
}

/// Arrows, to be looked up from both ends; an arrow's id is its place in `by_origin`, from 1.
#[derive(Debug)]
pub(super) struct Flows {
    by_origin: Vec<Flow>,
    /// Ends of arrows, and their places in `by_origin`.
    by_end: Vec<(u32, u32)>,
}

impl Flows {
    /// The arrows that can be drawn: between two calls, forward in time.
    pub(super) fn new(model: &Model, tracks: &Tracks) -> Self {
        let flow = |link: &crate::model::Link| {
            let (from, to) = (tracks.call(link.cause)?, call_in(model, link.row)?);
            let is_forward = model.rows[from as usize].start_us <= model.rows[to as usize].start_us;
            (from != to && is_forward).then_some(Flow { from, to, kind: link.kind })
        };
        let mut by_origin: Vec<Flow> = model.links.iter().filter_map(flow).collect();
        by_origin.sort_unstable();
        by_origin.dedup();
        let mut by_end: Vec<(u32, u32)> =
            (0..).zip(&by_origin).map(|(place, flow)| (flow.to, place)).collect();
        by_end.sort_unstable();
        Self { by_origin, by_end }
    }

    /// The arrows that begin at a row, with their ids.
    pub(super) fn from(&self, row: u32) -> impl Iterator<Item = (u32, LinkKind)> {
        let first = self.by_origin.partition_point(|flow| flow.from < row);
        let flows = (1_u32..).zip(&self.by_origin).skip(first);
        flows.take_while(move |(_, flow)| flow.from == row).map(|(id, flow)| (id, flow.kind))
    }

    /// The arrows that end at a row, with their ids.
    pub(super) fn to(&self, row: u32) -> impl Iterator<Item = (u32, LinkKind)> {
        let first = self.by_end.partition_point(|&(to, _)| to < row);
        let ends = self.by_end[first..].iter().take_while(move |&&(to, _)| to == row);
        ends.map(|&(_, place)| (place + 1, self.by_origin[place as usize].kind))
    }
}

/// The row if it is a call; the first turn of a session.
fn call_in(model: &Model, row: u32) -> Option<u32> {
    let (first, inside) = model.rows.get(row as usize..)?.split_first()?;
    if first.kind.is_call() {
        return Some(row);
    }
    let mut inside = (row + 1..).zip(inside).take_while(|(_, other)| other.depth > first.depth);
    inside
        .find(|(_, other)| other.kind == RowKind::Turn && first.kind == RowKind::Session)
        .map(|(row, _)| row)
}

/// How an arrow of a kind is called.
pub(super) fn word(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Cause => "cause",
        LinkKind::Retry => "retry",
        LinkKind::Request => "request",
    }
}
