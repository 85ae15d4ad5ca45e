//! One record a thread, whose strings are used again from record to record.

use std::cell::Cell;
use std::mem;

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

use super::place::Place;
use crate::event::TurnStarted;
use crate::{TraceContext, TraceEvent, TraceRecord};

thread_local! {
    static SPARE: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

pub(super) struct Scratch {
    record: TraceRecord,
    /// The tail of the next id: random to begin with, one more each time.
    tail: u64,
}

impl Scratch {
    /// Runs `work` with this thread's record; with a new one where a sink records in turn, or the thread ends.
    pub(super) fn with<R>(work: impl FnOnce(&mut Self) -> R) -> R {
        let spare = SPARE.try_with(Cell::take).ok().flatten();
        let mut scratch = spare.unwrap_or_else(|| Box::new(Self::new()));
        let result = work(&mut scratch);
        let _ = SPARE.try_with(|spare| spare.set(Some(scratch)));
        result
    }

    fn new() -> Self {
        let record =
            TraceRecord::new_with_timestamp(TraceContext::default(), blank(), DateTime::<Utc>::UNIX_EPOCH);
        Self { record, tail: Uuid::now_v7().as_u64_pair().1 }
    }

    /// Lends a record of this content to `take`, and gives the event back.
    pub(super) fn lend(
        &mut self,
        at: DateTime<Utc>,
        id: Option<String>,
        place: &Place<'_>,
        event: TraceEvent,
        take: impl FnOnce(&TraceRecord),
    ) -> TraceEvent {
        self.record.timestamp = at;
        match id {
            Some(id) => self.record.id = id,
            None => self.stamp_id(at),
        }
        self.record.event = event;
        place.write_to(&mut self.record.context, &self.record.event);
        take(&self.record);
        mem::replace(&mut self.record.event, blank())
    }

    /// Sets a fresh UUID v7 of a time: milliseconds, 4096ths of one, and the thread's tail, so that ids of one thread rise
    /// with its clock and those of two threads differ in what was random.
    fn stamp_id(&mut self, at: DateTime<Utc>) {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        let fraction = u64::from(at.timestamp_subsec_nanos() % 1_000_000) * 4096 / 1_000_000;
        let mut rest = [0; 10];
        rest[..2].copy_from_slice(&u16::try_from(fraction).unwrap_or(0).to_be_bytes());
        rest[2..].copy_from_slice(&self.tail.to_be_bytes());
        self.tail = self.tail.wrapping_add(1);
        let id = Builder::from_unix_timestamp_millis(millis, &rest).into_uuid();
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        self.record.id.clear();
        self.record.id.push_str(id.hyphenated().encode_lower(&mut text));
    }
}

/// An event that owns nothing.
fn blank() -> TraceEvent {
    TurnStarted::default().into()
}
