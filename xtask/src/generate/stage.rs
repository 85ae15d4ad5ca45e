//! Many sessions at once, as one sequence of records.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use trace_core::TraceRecord;

use super::Profile;
use super::noise;
use super::script::Script;
use super::session::Session;

/// When the first record happens: 2026-01-05T08:00:00Z, in nanoseconds.
const BEGIN: i64 = 1_767_600_000_000_000_000;

/// All records of a trace, in the order in which they are written.
pub(crate) struct Stage {
    rng: fastrand::Rng,
    profile: Profile,
    active: Vec<Active>,
    /// The sessions by the time of their next record; the number keeps the order among equals.
    next: BinaryHeap<Reverse<(i64, usize)>>,
    begun: usize,
    left: u64,
    written: u64,
    writer: String,
}

struct Active {
    session: Session,
    turns_left: usize,
    script: Script,
    ready: VecDeque<TraceRecord>,
}

impl Stage {
    /// A trace of so many records.
    pub(crate) fn new(seed: u64, profile: Profile, sessions: usize, records: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let writer = super::script::hex(&mut rng, 16);
        let mut stage = Self {
            rng,
            profile,
            active: Vec::new(),
            next: BinaryHeap::new(),
            begun: 0,
            left: records,
            written: 0,
            writer,
        };
        for slot in 0..sessions.max(1) {
            let start = BEGIN + i64::try_from(slot).unwrap_or(0) * 1_413_000_000;
            let active = stage.begin(start);
            stage.active.push(active);
            stage.enqueue(slot);
        }
        stage
    }

    fn begin(&mut self, now: i64) -> Active {
        let number = self.begun;
        self.begun += 1;
        let mut script = Script::new(self.rng.fork(), self.profile, now);
        if number == 0 {
            noise::run_started(&mut script);
        }
        let session = Session::begin(&mut script, number);
        let turns_left = script.between(1, 6);
        Active { session, turns_left, script, ready: VecDeque::new() }
    }

    /// Plays on until the session has a record ready, and queues it; a session that is over makes room for a new one.
    fn enqueue(&mut self, slot: usize) {
        let active = &mut self.active[slot];
        if active.ready.is_empty() {
            if active.turns_left > 0 {
                active.turns_left -= 1;
                active.session.play_turn(&mut active.script);
            }
            active.ready = active.script.take().into();
        }
        if let Some(time) = active.ready.front().and_then(|record| record.timestamp.timestamp_nanos_opt()) {
            self.next.push(Reverse((time, slot)));
            return;
        }
        let now = active.script.now();
        self.active[slot] = self.begin(now);
        self.enqueue(slot);
    }

    fn stamp(&mut self, mut record: TraceRecord) -> TraceRecord {
        if self.profile == Profile::Full {
            record.writer = Some(self.writer.clone());
            record.seq = Some(self.written);
        }
        self.written += 1;
        record
    }
}

impl Iterator for Stage {
    type Item = TraceRecord;

    fn next(&mut self) -> Option<TraceRecord> {
        self.left = self.left.checked_sub(1)?;
        let Reverse((_, slot)) = self.next.pop()?;
        let record = self.active[slot].ready.pop_front()?;
        if self.left == 0 && self.profile == Profile::Full {
            let last = noise::run_summary(record.timestamp, self.written);
            return Some(self.stamp(last));
        }
        self.enqueue(slot);
        Some(self.stamp(record))
    }
}
