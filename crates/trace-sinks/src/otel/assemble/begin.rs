//! Spans that begin: at their start, at the first that is heard of them, or again.

use super::open::{At, Open};
use super::{Assembler, Family, Incoming};
use crate::otel::span::{Name, Span};

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
        let begun_by = self.record_hash(incoming);
        if self.closed.contains(id) {
            return match self.suspended.remove(id) {
                Some(open) if open.ended => self.begin_late(incoming, *open, family, name, fill),
                open => self.begin_again(id, begun_by, open),
            };
        }
        let mut open = match self.take_open(id) {
            Some(mut open) if open.started => {
                open.span.start = open.span.start.min(incoming.time);
                self.counts.repeated += 1;
                return self.put_open(id, open);
            }
            Some(mut open) => {
                open.span.name = name;
                (open.parent, open.above) = self.settle(id, incoming.lane, at.parent);
                open.span.start = incoming.time;
                open
            }
            None => self.new_open(incoming, at, family, name),
        };
        open.started = true;
        open.begun_by = begun_by;
        open.last = open.last.max(incoming.time);
        self.describe_start(incoming, family, &mut open.span.attributes);
        fill(self, &mut open);
        self.go_live(&mut open);
        self.note_place(&open);
        self.put_open(id, open);
    }

    /// A start of what was sent already: another record than the first opens what may still be revised.
    fn begin_again(&mut self, id: u64, begun_by: u64, suspended: Option<Box<Open>>) {
        match suspended {
            Some(open) if open.begun_by != begun_by => {
                let open = self.resume(*open);
                self.put_open(id, open);
            }
            Some(open) => {
                self.counts.repeated += 1;
                self.suspended.insert(id, open);
            }
            None => self.counts.repeated += 1,
        }
    }

    /// A start that comes after the end: the span is sent again, with what the start says.
    fn begin_late(
        &mut self,
        incoming: Incoming<'_>,
        open: Open,
        family: Family,
        name: Name,
        fill: impl FnOnce(&mut Self, &mut Open),
    ) {
        let mut open = self.resume(open);
        open.span.name = name;
        open.span.start = incoming.time.min(open.span.end);
        (open.started, open.begun_by) = (true, self.record_hash(incoming));
        self.describe_start(incoming, family, &mut open.span.attributes);
        fill(self, &mut open);
        self.emit(open);
    }

    pub(super) fn new_open(&mut self, incoming: Incoming<'_>, at: At, family: Family, name: Name) -> Open {
        let id = self.hashes.of(at.key.bytes());
        let (parent, above) = self.settle(id, incoming.lane, at.parent);
        if let Some(lane) = self.lanes.get_mut(incoming.lane) {
            lane.open += 1;
        }
        Open {
            key: at.key,
            lane: incoming.lane,
            span: Span::new(name, family.kind(), incoming.time, self.style.spare.take()),
            parent,
            started: false,
            last: incoming.time,
            stream: None,
            above,
            within: 0,
            begun_by: 0,
            ended: false,
            revised: false,
            live: None,
            weight: 0,
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
            self.put_open(id, open);
        }
        let open = self.open.get_mut(&id)?;
        open.last = open.last.max(incoming.time);
        Some(open)
    }
}
