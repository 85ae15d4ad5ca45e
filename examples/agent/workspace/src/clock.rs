//! What time it is, and how old an entry has become.

use std::time::{Duration, Instant};

/// A source of time.
pub trait Clock {
    /// Now.
    fn now(&self) -> Instant;
}

/// The steady clock of the system.
#[derive(Debug, Default)]
pub struct Steady;

impl Clock for Steady {
    fn now(&self) -> Instant {
        Instant::now()
    }
}

/// Whether something written at `written` has outlived `ttl`.
pub(crate) fn is_expired(written: Instant, ttl: Duration, now: Instant) -> bool {
    now.duration_since(written) >= ttl
}
