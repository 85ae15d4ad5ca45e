//! One record a thread, whose strings are used again from record to record.

use std::cell::Cell;
use std::mem;

use chrono::{DateTime, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

use super::place::Place;
use crate::event::TurnStarted;
use crate::{TraceContext, TraceEvent, TraceRecord};

thread_local! {
    static SPARE: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

pub(super) struct Scratch {
    record: TraceRecord,
    counter: ContextV7,
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
        Self { record, counter: ContextV7::new() }
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
        place.write_to(&mut self.record.context);
        self.record.event = event;
        take(&self.record);
        mem::replace(&mut self.record.event, blank())
    }

    /// Sets a fresh UUID v7 of a time.
    fn stamp_id(&mut self, at: DateTime<Utc>) {
        let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
        let time = Timestamp::from_unix(&self.counter, seconds, at.timestamp_subsec_nanos());
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        self.record.id.clear();
        self.record.id.push_str(Uuid::new_v7(time).hyphenated().encode_lower(&mut text));
    }
}

/// An event that owns nothing.
fn blank() -> TraceEvent {
    TurnStarted::default().into()
}
