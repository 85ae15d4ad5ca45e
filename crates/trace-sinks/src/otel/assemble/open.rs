//! Spans between their start and their end.

use opentelemetry::trace::Status;

use super::{Assembler, Family, Incoming};
use crate::otel::convention;
use crate::otel::ids::NodeKey;
use crate::otel::lanes::Cause;
use crate::otel::live::LiveSpan;
use crate::otel::span::{Name, Span, SpanEvent, Target};
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
    pub(super) stream: Option<Box<super::stream::Stream>>,
    /// The hash of its parent's key; 0 for none.
    pub(super) above: u64,
    /// The hash of the key of the execution that it ends with, if it is a pass; 0 for none.
    pub(super) within: u64,
    /// The hash of the record that began it; 0 for none.
    pub(super) begun_by: u64,
    /// Whether its end was recorded, and its start was not.
    pub(super) ended: bool,
    /// Whether it was sent before.
    pub(super) revised: bool,
    pub(super) live: Option<LiveSpan>,
    /// About how many bytes it took when it began.
    pub(super) weight: usize,
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
    /// The session, if it has a span; another span came before, and a link says so.
    Linked(Cause),
    /// A span of another system.
    Remote(Target),
}

/// What is remembered of a span that was sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closed {
    pub(super) above: u64,
    pub(super) begun_by: u64,
    pub(super) end: Time,
}

/// Where a span that begins or ends stands.
pub(super) struct At {
    pub(super) key: NodeKey,
    pub(super) parent: Parent,
}

impl Assembler {
    pub(super) fn put_open(&mut self, id: u64, mut open: Open) {
        open.weight = open.span.bytes();
        self.open_bytes += open.weight;
        self.open.insert(id, open);
    }

    pub(super) fn take_open(&mut self, id: u64) -> Option<Open> {
        let open = self.open.remove(&id)?;
        self.open_bytes = self.open_bytes.saturating_sub(open.weight);
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
        if self.suspended.get(id).is_some_and(|open| open.ended) {
            self.counts.repeated += 1;
            return false;
        }
        let suspended = self.suspended.remove(id);
        let mut open = match (self.take_open(id), suspended) {
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
        if !open.started && self.live.is_none() {
            open.ended = true;
            self.suspended.insert(id, Box::new(open.copy()));
        }
        self.emit(open);
        true
    }

    pub(super) fn resume(&mut self, mut open: Open) -> Open {
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
        open.begun_by = self.record_hash(incoming);
        self.describe_start(incoming, family, &mut open.span.attributes);
        fill(self, &mut open);
        self.emit(open);
    }

    /// Adds an event to an open span.
    pub(super) fn add_event(&mut self, id: u64, event: SpanEvent) -> bool {
        let limit = self.options.limits.events;
        let Some(open) = self.open.get_mut(&id) else { return false };
        open.last = open.last.max(event.time);
        open.span.add_event(event, limit);
        true
    }
}

impl Open {
    /// The same open span, for an end that may still come. Large texts are not kept.
    pub(super) fn copy(&self) -> Self {
        Self {
            key: self.key.clone(),
            lane: self.lane,
            span: Span { attributes: self.span.attributes.without_large(), ..self.span.clone() },
            parent: self.parent.clone(),
            started: self.started,
            last: self.last,
            stream: self.stream.clone(),
            above: self.above,
            within: self.within,
            begun_by: self.begun_by,
            ended: self.ended,
            revised: self.revised,
            live: None,
            weight: 0,
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
