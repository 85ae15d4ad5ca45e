//! Spans on their way out: their ids, their parent, their links.

use super::open::{Closed, Open, Parent};
use super::{Assembler, Finished};
use crate::otel::TraceScope;
use crate::otel::ids::span_id;
use crate::otel::place::Place;
use crate::otel::span::{Built, Target};

/// How many parents are followed to see whether they lead back.
const MAX_DEPTH: usize = 1024;

impl Assembler {
    /// Sends a span.
    pub(super) fn emit(&mut self, mut open: Open) {
        super::stream::describe_stream(&mut open);
        self.place_span(&mut open);
        let id = self.hashes.of(open.key.bytes());
        open.span.end = open.span.end.max(open.span.start);
        let closed = Closed { above: open.above, begun_by: open.begun_by, end: open.span.end };
        self.closed.insert(id, closed);
        self.forget_pass(open.within, id);
        if let Some(lane) = self.lanes.get_mut(open.lane) {
            lane.open = lane.open.saturating_sub(1);
        }
        self.counts.built += 1;
        let finished = match (&mut self.live, open.live) {
            (Some(live), started) => {
                Finished::Started(Box::new(live.finish(started, open.span, &open.parent)))
            }
            (None, _) => Finished::Built(Built { span: open.span, style: self.style.clone() }),
        };
        self.out.push(finished);
    }

    /// Starts the span in the host's tracer, if there is one.
    pub(super) fn go_live(&mut self, open: &mut Open) {
        if self.live.is_some() && open.live.is_none() {
            self.place_span(open);
            let Some(live) = &mut self.live else { return };
            open.live = Some(live.start(&open.span, &open.parent));
        }
    }

    /// A parent that does not lead back to the span itself, and the hash of its key. Instead of one that does, the root of the
    /// lane or nothing.
    pub(super) fn settle(&mut self, id: u64, lane: u64, parent: Parent) -> (Parent, u64) {
        let above = self.above(lane, &parent);
        if above != 0 && !self.open.contains_key(&above) && !self.closed.contains(above) {
            self.awaited.insert(above, ());
        }
        // Only what others named as parent before it was there can be above itself.
        if above == 0 || !(above == id || self.awaited.contains(id)) || !self.leads_to(above, id) {
            return (parent, above);
        }
        let root = self.above(lane, &Parent::LaneRoot);
        if root != 0 && !self.leads_to(root, id) { (Parent::LaneRoot, root) } else { (Parent::Nothing, 0) }
    }

    /// The hash of a parent's key; 0 for none.
    fn above(&mut self, lane: u64, parent: &Parent) -> u64 {
        let lane = match parent {
            Parent::Nothing | Parent::Remote(_) => return 0,
            Parent::Node(cause) => return self.hashes.of(cause.node.bytes()),
            Parent::LaneRoot => Some(lane),
            Parent::Session | Parent::Linked(_) => self.session_lane(lane),
        };
        let lane = lane.and_then(|lane| self.lanes.get(lane));
        lane.map_or(0, |lane| self.hashes.of(lane.root.bytes()))
    }

    fn leads_to(&self, from: u64, id: u64) -> bool {
        let mut at = from;
        for _ in 0..MAX_DEPTH {
            if at == 0 || at == id {
                return at == id;
            }
            let open = self.open.get(&at).map(|open| open.above);
            at = open.or_else(|| self.closed.get(at).map(|closed| closed.above)).unwrap_or(0);
        }
        true
    }

    /// Gives a span its ids, its parent and the link that stands for a parent in another trace.
    fn place_span(&mut self, open: &mut Open) {
        let trace = self.lanes.trace(open.lane, &self.hashes, &mut self.scratch);
        open.span.at = Target { trace, span: span_id(trace, open.key.bytes()) };
        if let Parent::Linked(cause) = &open.parent
            && let Some(before) = self.target(open.lane, &Parent::Node(cause.clone()))
        {
            open.span.add_link(before, "started_by");
        }
        let parent = match &open.parent {
            Parent::Linked(_) if !self.has_session_spans() => None,
            Parent::Linked(_) => self.target(open.lane, &Parent::Session),
            parent => self.target(open.lane, parent),
        };
        let parent = parent.filter(|parent| *parent != open.span.at);
        open.span.parent = parent.filter(|parent| parent.trace == trace).map(|parent| parent.span);
        if let Some(elsewhere) = parent.filter(|parent| parent.trace != trace) {
            open.span.add_link(elsewhere, "parent");
            open.span.parent = self.session_around(open).map(|session| session.span);
        }
        if open.span.parent.is_none() && matches!(self.options.scope, TraceScope::Run) {
            open.span.parent = self.run_around(open).map(|run| run.span);
        }
    }

    /// The run that a session belongs to, if it has a span.
    fn run_around(&mut self, open: &Open) -> Option<Target> {
        let lane = self.lanes.get(open.lane).filter(|lane| lane.is_session() && lane.root == open.key)?;
        let run = lane.run.clone();
        let place = Place { run: &run, ..Place::default() };
        let lane = self.lanes.of(place, &self.hashes, &mut self.scratch);
        let has_root = self.lanes.get(lane).is_some_and(|lane| lane.has_root);
        let target = has_root.then(|| self.lanes.root(lane, &self.hashes, &mut self.scratch));
        target.filter(|target| target.trace == open.span.at.trace)
    }

    /// The session of a span outside turns: what hangs under another trace is at least a part of that.
    fn session_around(&mut self, open: &Open) -> Option<Target> {
        let is_outside =
            self.lanes.get(open.lane).is_some_and(|lane| lane.is_session() && lane.root != open.key);
        let session = if is_outside { self.target(open.lane, &Parent::Session) } else { None };
        session.filter(|session| session.trace == open.span.at.trace)
    }

    /// The span that a parent stands for; a session or a lane's root only if it has a span.
    fn target(&mut self, lane: u64, parent: &Parent) -> Option<Target> {
        match parent {
            Parent::Nothing => None,
            Parent::Remote(target) => Some(*target),
            Parent::LaneRoot => {
                let is_turn = self.lanes.get(lane).is_some_and(|lane| !lane.turn.is_empty() || lane.has_root);
                is_turn.then(|| self.lanes.root(lane, &self.hashes, &mut self.scratch))
            }
            Parent::Session => {
                let session = self.session_lane(lane)?;
                let has_root = self.lanes.get(session).is_some_and(|lane| lane.has_root);
                has_root.then(|| self.lanes.root(session, &self.hashes, &mut self.scratch))
            }
            Parent::Node(node) | Parent::Linked(node) => {
                self.lanes.get(node.lane)?;
                let trace = self.lanes.trace(node.lane, &self.hashes, &mut self.scratch);
                Some(Target { trace, span: span_id(trace, node.node.bytes()) })
            }
        }
    }
}
