//! What became of each span.

use crate::otel::OtelReport;

/// Counts each span that was ever pushed, once. What was not settled yet is queued: nothing can fall between.
#[derive(Debug, Default)]
pub(super) struct Account {
    pushed: u64,
    dropped: u64,
    sampled_out: u64,
    settled: Settled,
    retried: u64,
    last_error: Option<String>,
}

/// What became of spans that had been taken into the queue.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) exported: u64,
    pub(super) rejected: u64,
    pub(super) failed: u64,
}

impl Settled {
    fn total(self) -> u64 {
        self.exported + self.rejected + self.failed
    }
}

impl Account {
    pub(super) fn admit(&mut self) {
        self.pushed += 1;
    }

    pub(super) fn drop_one(&mut self) {
        self.pushed += 1;
        self.dropped += 1;
    }

    pub(super) fn leave_out(&mut self) {
        self.pushed += 1;
        self.sampled_out += 1;
    }

    pub(super) fn settle(&mut self, settled: Settled) {
        self.settled.exported += settled.exported;
        self.settled.rejected += settled.rejected;
        self.settled.failed += settled.failed;
    }

    /// Counts everything that still waits as failed.
    pub(super) fn give_up(&mut self) {
        let failed = self.queued();
        if failed > 0 {
            self.note_out_of_time();
        }
        self.settled.failed += failed;
    }

    /// A shutdown left no time to send some spans; an error from before says more.
    pub(super) fn note_out_of_time(&mut self) {
        let error = || "the shutdown's time was over before all spans were sent".to_owned();
        self.last_error.get_or_insert_with(error);
    }

    pub(super) fn retry(&mut self) {
        self.retried += 1;
    }

    /// Remembers the latest error, if this is one.
    pub(super) fn note(&mut self, error: Option<String>) {
        if error.is_some() {
            self.last_error = error;
        }
    }

    /// How many were ever taken into the queue.
    pub(super) fn admitted(&self) -> u64 {
        self.pushed - self.dropped - self.sampled_out
    }

    /// How many of those taken are settled; the queue keeps their order.
    pub(super) fn settled(&self) -> u64 {
        self.settled.total()
    }

    /// How many wait, those on their way included.
    pub(super) fn queued(&self) -> u64 {
        self.admitted().saturating_sub(self.settled())
    }

    pub(super) fn report(&self) -> OtelReport {
        OtelReport {
            built: self.pushed,
            exported: self.settled.exported,
            rejected: self.settled.rejected,
            dropped: self.dropped,
            failed: self.settled.failed,
            sampled_out: self.sampled_out,
            queued: self.queued(),
            retried: self.retried,
            last_error: self.last_error.clone(),
            ..OtelReport::default()
        }
    }
}
