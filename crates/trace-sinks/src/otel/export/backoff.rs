//! How long to wait between attempts.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// How often and how long a batch is tried.
#[derive(Debug, Clone)]
pub(super) struct Patience {
    /// The first wait, about.
    pub(super) first: Duration,
    /// The longest wait of our own.
    pub(super) longest: Duration,
    /// The longest wait that a receiver may ask for.
    pub(super) longest_asked: Duration,
    /// How long one attempt may take.
    pub(super) attempt: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(200),
            longest: Duration::from_secs(5),
            longest_asked: Duration::from_mins(5),
            attempt: Duration::from_secs(30),
        }
    }
}

/// Waits that double, each somewhere between its half and its whole so that processes do not come back together.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    waits: u32,
}

impl Backoff {
    pub(super) fn next(&mut self, patience: &Patience) -> Duration {
        let whole = patience.first.saturating_mul(2_u32.saturating_pow(self.waits)).min(patience.longest);
        self.waits = self.waits.saturating_add(1);
        let chance = u32::try_from(RandomState::new().hash_one(self.waits) >> 32).unwrap_or_default();
        let half = whole / 2;
        half + half.mul_f64(f64::from(chance) / f64::from(u32::MAX))
    }
}
