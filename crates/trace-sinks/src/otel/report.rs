//! What became of spans.

use std::fmt;

/// What became of the spans of a sink, since it was made.
///
/// Each span built is counted once in `exported`, `rejected`, `dropped`, `failed`, `sampled_out` or `queued`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtelReport {
    /// Spans put together, those closed as incomplete and those sent again included.
    pub built: u64,
    /// Spans given to a host's tracer; what became of them its provider knows.
    pub handed: u64,
    /// Spans that the receiver accepted.
    pub exported: u64,
    /// Spans that the receiver refused, in a partial success or one by one.
    pub rejected: u64,
    /// Spans for which the queue had no room, or that came after the shutdown.
    pub dropped: u64,
    /// Spans given up after the last attempt to send them.
    pub failed: u64,
    /// Spans that the sampler left out.
    pub sampled_out: u64,
    /// Spans that still wait.
    pub queued: u64,
    /// Spans that are still open: their end was not recorded yet.
    pub open: u64,
    /// Spans that were closed without an end record.
    pub incomplete: u64,
    /// Records that repeated an earlier one, or came after their span was sent.
    pub repeated: u64,
    /// Requests that were tried again.
    pub retried: u64,
    /// The latest error, in the words of whoever reported it.
    pub last_error: Option<String>,
}

impl OtelReport {
    /// How many spans did not and will not arrive.
    pub fn lost(&self) -> u64 {
        self.rejected + self.dropped + self.failed
    }

    /// Whether every span built so far was accepted, or left out by the sampler.
    pub fn is_complete(&self) -> bool {
        self.lost() + self.queued == 0
    }
}

impl fmt::Display for OtelReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.handed {
            0 => write!(f, "{} of {} spans exported", self.exported, self.built)?,
            handed => write!(f, "{handed} spans given to the host's tracer")?,
        }
        let rest = [
            (self.rejected, "rejected"),
            (self.dropped, "dropped"),
            (self.failed, "failed"),
            (self.sampled_out, "left out by the sampler"),
            (self.queued, "waiting"),
            (self.open, "still open"),
        ];
        for (count, what) in rest.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {what}")?;
        }
        self.last_error.iter().try_for_each(|error| write!(f, ": {error}"))
    }
}
