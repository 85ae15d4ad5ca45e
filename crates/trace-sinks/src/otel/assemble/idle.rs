//! Spans whose end does not come: closed when they are idle for too long, when there are too many, and at the end.

use std::time::Duration;

use super::Assembler;
use super::open::Open;
use crate::otel::time::Time;

/// How many bytes open spans may take; the longest idle are closed when they take more.
const OPEN_BYTES: usize = 256 * 1024 * 1024;

impl Assembler {
    /// Closes a span without an end record, at the time of its last one.
    pub(super) fn give_up(&mut self, id: u64) {
        let Some(mut open) = self.take_open(id) else { return };
        let lane = self.lanes.get(open.lane);
        let lane_end = lane.filter(|lane| lane.root == open.key).map(|lane| lane.last);
        // A session has no end record; it goes on with its next record.
        let is_session = lane.is_some_and(|lane| lane.is_session() && lane.root == open.key);
        open.span.end = lane_end.unwrap_or(open.last).max(open.last);
        if open.live.is_none() && (is_session || !open.revised) {
            self.suspended.insert(id, Box::new(open.copy()));
        }
        if lane_end.is_some() && !is_session {
            self.describe_sums(open.lane, &mut open.span.attributes);
        }
        if !is_session {
            self.counts.incomplete += 1;
            open.span.attributes.bool("lash.span.incomplete", true);
        }
        self.emit(open);
    }

    /// Lets the records' time pass: what is idle for too long, or too much, is closed.
    pub(super) fn advance(&mut self, time: Time) {
        if self.open.len() > self.options.open.limit {
            self.give_up_idle(self.options.open.limit - self.options.open.limit / 16);
        }
        while self.open_bytes > OPEN_BYTES && !self.open.is_empty() {
            self.give_up_idle(self.open.len() - 1 - self.open.len() / 16);
        }
        if let Some(limit) = self.options.open.time_to_live {
            self.sweep(time, limit);
        }
        self.lanes.prune();
    }

    /// Closes what is idle for longer than `limit`. Looks at all only when there were as many records as a share of all, so
    /// that times that jump cost no more than others.
    fn sweep(&mut self, time: Time, limit: Duration) {
        self.unswept += 1;
        let passed = time.since(self.swept).max(self.swept.since(time));
        let all = self.open.len() + self.lanes.len();
        if passed < limit / 4 || self.unswept < all / 16 {
            return;
        }
        (self.swept, self.unswept) = (time, 0);
        let activity = self.lanes.activity();
        let latest = |open: &Open| activity.get(&open.lane).copied().unwrap_or(open.last).max(open.last);
        let expired = self.open.iter().filter(|(_, open)| time.since(latest(open)) > limit);
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
    pub(in crate::otel) fn close(&mut self) {
        self.give_up_all(self.open.keys().copied().collect());
    }

    /// Closes spans in the order in which they began.
    pub(super) fn give_up_all(&mut self, mut ids: Vec<u64>) {
        ids.sort_by_cached_key(|id| {
            self.open.get(id).map(|open| (open.span.start, open.key.bytes().len(), open.key.bytes().to_vec()))
        });
        for id in ids {
            self.give_up(id);
        }
    }
}
