//! A stretch of time that records are written on.

use std::fmt::Write as _;

use chrono::DateTime;
use trace_core::{TraceContext, TraceEvent, TraceRecord};

use super::Profile;

/// Records of one session and its sub-agents, with a clock and a source of chance.
pub(crate) struct Script {
    /// All chance comes from here.
    pub(crate) rng: fastrand::Rng,
    /// What is written.
    pub(crate) profile: Profile,
    now: i64,
    records: Vec<TraceRecord>,
}

impl Script {
    /// A script that begins at `now`, in nanoseconds since 1970.
    pub(crate) fn new(rng: fastrand::Rng, profile: Profile, now: i64) -> Self {
        Self { rng, profile, now, records: Vec::new() }
    }

    /// The time.
    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// Sets the clock, to write what happens side by side.
    pub(crate) fn set_now(&mut self, now: i64) {
        self.now = now;
    }

    /// Lets between `low` and `high` milliseconds pass; now and then none, so that timestamps tie.
    pub(crate) fn wait(&mut self, low: u64, high: u64) -> u64 {
        if self.chance(6) {
            return 0;
        }
        let nanos = self.rng.u64(low * 1_000_000..=high.max(low + 1) * 1_000_000);
        let nanos = if self.chance(20) { nanos / 1_000_000 * 1_000_000 } else { nanos };
        self.now += i64::try_from(nanos).unwrap_or(0);
        nanos / 1_000_000
    }

    /// Writes a record of now.
    pub(crate) fn emit(&mut self, context: TraceContext, event: impl Into<TraceEvent>) {
        let timestamp = DateTime::from_timestamp_nanos(self.now);
        let mut record = TraceRecord::new_with_timestamp(context, event, timestamp);
        record.id = self.uuid();
        self.records.push(record);
    }

    /// Writes the execution records since `mark` again, as a replay does: other ids and times, the same keys.
    pub(crate) fn replay_since(&mut self, mark: usize) {
        let again: Vec<_> = self.records[mark..]
            .iter()
            .filter(|record| matches!(record.event, TraceEvent::LashlangExecution(_)))
            .map(|record| (record.context.clone(), record.event.clone()))
            .collect();
        for (context, event) in again {
            self.wait(0, 2);
            self.emit(context, event);
        }
    }

    /// A place in the script to replay from.
    pub(crate) fn mark(&self) -> usize {
        self.records.len()
    }

    /// All records so far, by time.
    pub(crate) fn take(&mut self) -> Vec<TraceRecord> {
        self.records.sort_by_key(|record| record.timestamp);
        std::mem::take(&mut self.records)
    }

    /// True in `percent` of the cases.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(0..100) < percent
    }

    /// A number, both bounds included.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        self.rng.usize(low..=high)
    }

    /// One of several.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.rng.usize(0..choices.len())]
    }

    fn uuid(&mut self) -> String {
        let bits = self.rng.u128(..) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
        let text = format!("{bits:032x}");
        [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]].join("-")
    }
}

/// So many hexadecimal digits.
pub(crate) fn hex(rng: &mut fastrand::Rng, digits: usize) -> String {
    let mut text = String::with_capacity(digits);
    for _ in 0..digits {
        let _ = write!(text, "{:x}", rng.u8(0..16));
    }
    text
}
