//! What time it is, and how long something took.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

/// A source of time.
#[derive(Clone, Default)]
pub(super) enum Clock {
    /// The system's: wall time for timestamps, monotonic time for durations.
    #[default]
    System,
    /// The host's: durations are differences of its readings.
    Host(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>),
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "System",
            Self::Host(_) => "Host",
        })
    }
}

/// One reading of a clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) wall: DateTime<Utc>,
    steady: Option<Instant>,
}

impl Moment {
    /// The system's reading.
    pub(super) fn now() -> Self {
        Self { wall: Utc::now(), steady: Some(Instant::now()) }
    }

    /// A reading of the host's clock.
    pub(super) fn at(wall: DateTime<Utc>) -> Self {
        Self { wall, steady: None }
    }

    /// Milliseconds since this reading; none for one of the host's clock.
    pub(super) fn millis_until_now(self) -> Option<u64> {
        self.steady.map(|steady| whole_millis(steady.elapsed()))
    }

    /// Milliseconds from this reading to a later one of the same clock; 0 where that clock went back.
    pub(super) fn millis_until(self, later: Self) -> u64 {
        match (self.steady, later.steady) {
            (Some(start), Some(end)) => whole_millis(end.saturating_duration_since(start)),
            _ => u64::try_from((later.wall - self.wall).num_milliseconds()).unwrap_or(0),
        }
    }
}

fn whole_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
