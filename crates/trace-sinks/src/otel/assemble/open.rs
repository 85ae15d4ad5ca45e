//! Spans between their start and their end.

use opentelemetry::trace::Status;

use super::{Assembler, Family, Finished, Incoming};
use crate::otel::convention;
use crate::otel::ids::{NodeKey, span_id};
use crate::otel::lanes::Cause;
use crate::otel::live::LiveSpan;
use crate::otel::span::{Built, Name, Span, SpanEvent, Target};
use crate::otel::time::Time;

/// A span whose end was not recorded yet.
#[derive(Debug)]
pub(in crate::otel) struct Open {
    pub(super) key: NodeKey,
    pub(super) lane: u64,
    pub(super) span: Span,
    pub(super) parent: Parent,
    /// Whether its start was recorded; what streams may come before.
    pub(super) started: bool,
    pub(super) last: Time,
    pub(super) stream: Option<Box<super::llm::Stream>>,
    /// Open spans within it that end with it: nodes of a graph.
    pub(super) inner: usize,
    /// Whether it was sent as incomplete before.
    revised: bool,
    live: Option<LiveSpan>,
}

/// What a span hangs under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::otel) enum Parent {
    /// Nothing.
    Nothing,
    /// The span at the root of its lane.
    LaneRoot,
    /// The session that its lane belongs to.
    Session,
    /// Another span.
    Node(Cause),
    /// Nothing; but another span came before, and a link says so.
    Linked(Cause),
    /// A span of another system.
    Remote(Target),
}

/// Where a span that begins or ends stands.
pub(super) struct At {
    pub(super) key: NodeKey,
    pub(super) parent: Parent,
}

impl Assembler {
    /// Begins a span; a start that was seen before is counted and otherwise ignored.
    pub(super) fn begin(
        &mut self,
        incoming: Incoming<'_>,
        at: At,
        family: Family,
        name: Name,
        fill: impl FnOnce(&mut Self, &mut Open),
    ) {
        let id = self.hashes.of(at.key.bytes());
        if self.closed.contains(id) {
            self.counts.repeated += 1;
            return;
        }
        let mut open = match self.open.remove(&id) {
            Some(mut open) if open.started => {
                open.span.start = open.span.start.min(incoming.time);
                self.counts.repeated += 1;
                self.open.insert(id, open);
                return;
            }
            Some(mut open) => {
                open.span.name = name;
                open.parent = at.parent;
                open.span.start = incoming.time;
                open
            }
            None => self.new_open(incoming, at, family, name),
        };
        open.started = true;
        open.last = open.last.max(incoming.time);
        self.describe_start(incoming, family, &mut open.span.attributes);
        fill(self, &mut open);
        self.go_live(&mut open);
        self.open.insert(id, open);
    }

    fn new_open(&mut self, incoming: Incoming<'_>, at: At, family: Family, name: Name) -> Open {
        if let Some(lane) = self.lanes.get_mut(incoming.lane) {
            lane.open += 1;
        }
        Open {
            key: at.key,
            lane: incoming.lane,
            span: Span::new(name, family.kind(), incoming.time),
            parent: at.parent,
            started: false,
            last: incoming.time,
            stream: None,
            inner: 0,
            revised: false,
            live: None,
        }
    }

    /// The open span of a key, made without a start where there is none; nothing if it was closed already.
    pub(super) fn touch(
        &mut self,
        incoming: Incoming<'_>,
        at: At,
        family: Family,
        name: Name,
    ) -> Option<&mut Open> {
        let id = self.hashes.of(at.key.bytes());
        if !self.open.contains_key(&id) {
            if self.closed.contains(id) {
                self.counts.repeated += 1;
                return None;
            }
            let mut open = self.new_open(incoming, at, family, name);
            self.describe_start(incoming, family, &mut open.span.attributes);
            self.open.insert(id, open);
        }
        let open = self.open.get_mut(&id)?;
        open.last = open.last.max(incoming.time);
        Some(open)
    }

    /// Ends a span, and says whether it did: not if it was ended before. Without a start it began `millis` before its end; one
    /// that was sent as incomplete is sent again.
    pub(super) fn finish(
        &mut self,
        incoming: Incoming<'_>,
        at: At,
        family: Family,
        name: Name,
        millis: Option<u64>,
        fill: impl FnOnce(&mut Self, &mut Open),
    ) -> bool {
        let id = self.hashes.of(at.key.bytes());
        let mut open = match (self.open.remove(&id), self.suspended.remove(id)) {
            (Some(open), _) => open,
            (None, Some(open)) => self.resume(*open),
            (None, None) if self.closed.contains(id) => {
                self.counts.repeated += 1;
                return false;
            }
            (None, None) => {
                let mut open = self.new_open(incoming, at, family, name);
                self.describe_start(incoming, family, &mut open.span.attributes);
                open
            }
        };
        if !open.started {
            let start = millis.map(|millis| incoming.time.minus_millis(millis));
            open.span.start = start.unwrap_or(incoming.time).min(open.span.start);
        }
        open.span.end = incoming.time;
        self.describe_end(incoming, &mut open);
        fill(self, &mut open);
        self.emit(open);
        true
    }

    fn resume(&mut self, mut open: Open) -> Open {
        open.revised = true;
        open.span.attributes.bool("lash.span.revised", true);
        if let Some(lane) = self.lanes.get_mut(open.lane) {
            lane.open += 1;
        }
        open
    }

    /// Sends a span of a moment.
    pub(super) fn instant(
        &mut self,
        incoming: Incoming<'_>,
        at: At,
        family: Family,
        name: Name,
        fill: impl FnOnce(&mut Self, &mut Open),
    ) {
        let id = self.hashes.of(at.key.bytes());
        if self.closed.contains(id) || self.open.contains_key(&id) {
            self.counts.repeated += 1;
            return;
        }
        let mut open = self.new_open(incoming, at, family, name);
        self.describe_start(incoming, family, &mut open.span.attributes);
        fill(self, &mut open);
        self.emit(open);
    }

    /// Closes a span without an end record, at the time of its last one.
    pub(super) fn give_up(&mut self, id: u64) {
        let Some(mut open) = self.open.remove(&id) else { return };
        let lane_end = self.lanes.get(open.lane).filter(|lane| lane.root == open.key).map(|lane| lane.last);
        open.span.end = lane_end.unwrap_or(open.last).max(open.last);
        let is_session = matches!(open.parent, Parent::Nothing | Parent::Session)
            && open.key.bytes() == NodeKey::new(&["session", &self.session_of(open.lane)]).bytes();
        if is_session {
            return self.emit(open);
        }
        self.counts.incomplete += 1;
        if !open.revised && open.live.is_none() {
            self.suspended.insert(id, Box::new(open.copy()));
        }
        open.span.attributes.bool("lash.span.incomplete", true);
        self.emit(open);
    }

    fn session_of(&self, lane: u64) -> String {
        self.lanes.get(lane).map(|lane| lane.session.to_string()).unwrap_or_default()
    }

    /// Sends a span.
    pub(super) fn emit(&mut self, mut open: Open) {
        super::llm::describe_stream(&mut open);
        self.place_span(&mut open);
        let id = self.hashes.of(open.key.bytes());
        self.closed.insert(id, ());
        if let Some(lane) = self.lanes.get_mut(open.lane) {
            lane.open = lane.open.saturating_sub(1);
        }
        open.span.end = open.span.end.max(open.span.start);
        self.counts.built += 1;
        let finished = match (&mut self.live, open.live) {
            (Some(live), started) => {
                Finished::Started(Box::new(live.finish(started, open.span, &open.parent)))
            }
            (None, _) => Finished::Built(Box::new(Built { span: open.span, style: self.style.clone() })),
        };
        self.out.push(finished);
    }

    /// Starts the span in the host's tracer, if there is one.
    fn go_live(&mut self, open: &mut Open) {
        if self.live.is_some() && open.live.is_none() {
            self.place_span(open);
            let Some(live) = &mut self.live else { return };
            open.live = Some(live.start(&open.span, &open.parent));
        }
    }

    /// Gives a span its ids, its parent and the link that stands for a parent in another trace.
    fn place_span(&mut self, open: &mut Open) {
        let trace = self.lanes.trace(open.lane, &self.hashes, &mut self.scratch);
        open.span.at = Target { trace, span: span_id(trace, open.key.bytes()) };
        let parent = self.target(open.lane, &open.parent);
        let is_linked = matches!(open.parent, Parent::Linked(_));
        match parent {
            Some(parent) if parent == open.span.at => open.span.parent = None,
            Some(parent) if parent.trace == trace && !is_linked => open.span.parent = Some(parent.span),
            Some(parent) => {
                open.span.parent = None;
                open.span.add_link(parent);
            }
            None => open.span.parent = None,
        }
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
                let trace = self.lanes.trace(node.lane, &self.hashes, &mut self.scratch);
                Some(Target { trace, span: span_id(trace, node.node.bytes()) })
            }
        }
    }

    /// Adds an event to an open span.
    pub(super) fn add_event(&mut self, id: u64, event: SpanEvent) -> bool {
        let limit = self.options.limits.events;
        let Some(open) = self.open.get_mut(&id) else { return false };
        open.last = open.last.max(event.time);
        open.span.add_event(event, limit);
        true
    }

    /// Lets the records' time pass: what is idle for too long, or too much, is closed.
    pub(super) fn advance(&mut self, time: Time) {
        self.now = self.now.max(time);
        if self.open.len() > self.options.open.limit {
            self.give_up_idle(self.options.open.limit - self.options.open.limit / 16);
        }
        if let Some(limit) = self.options.open.time_to_live
            && self.now >= self.next_sweep
        {
            self.next_sweep = self.now.plus(limit / 4);
            self.give_up_expired(limit);
        }
        self.lanes.prune();
    }

    fn give_up_expired(&mut self, limit: std::time::Duration) {
        let activity = self.lanes.activity();
        let latest = |open: &Open| activity.get(&open.lane).copied().unwrap_or(open.last).max(open.last);
        let expired = self.open.iter().filter(|(_, open)| self.now.since(latest(open)) > limit);
        self.give_up_all(expired.map(|(id, _)| *id).collect());
    }

    fn give_up_idle(&mut self, keep: usize) {
        let mut ids: Vec<(Time, u64)> = self.open.iter().map(|(id, open)| (open.last, *id)).collect();
        let excess = ids.len().saturating_sub(keep);
        if excess > 0 && excess < ids.len() {
            ids.select_nth_unstable(excess);
        }
        ids.truncate(excess);
        self.give_up_all(ids.into_iter().map(|(_, id)| id).collect());
    }

    /// Closes all that is open, as when nothing more will come.
    pub(in crate::otel) fn close(&mut self, out: &mut Vec<Finished>) {
        self.give_up_all(self.open.keys().copied().collect());
        out.append(&mut self.out);
    }

    /// Closes spans in the order in which they began.
    fn give_up_all(&mut self, mut ids: Vec<u64>) {
        ids.sort_by_key(|id| {
            self.open.get(id).map(|open| (open.span.start, open.lane_order(), open.key.bytes().to_vec()))
        });
        for id in ids {
            self.give_up(id);
        }
    }
}

impl Open {
    fn lane_order(&self) -> usize {
        self.key.bytes().len()
    }

    /// The same open span, for an end that may still come.
    fn copy(&self) -> Self {
        Self {
            key: self.key.clone(),
            lane: self.lane,
            span: self.span.clone(),
            parent: self.parent.clone(),
            started: self.started,
            last: self.last,
            stream: self.stream.clone(),
            inner: self.inner,
            revised: self.revised,
            live: None,
        }
    }

    /// Marks the span as failed. Its error type is a word, whatever stands in the record; so it tells something without a message.
    pub(super) fn fail(&mut self, error_type: &str, message: &str) {
        let error_type = convention::error_word(error_type);
        self.span.attributes.text(convention::ERROR_TYPE, error_type);
        let message = if message.trim().is_empty() { error_type } else { message };
        self.span.status = Status::error(message.to_owned());
    }
}
