//! Times of spans: nanoseconds since 1970, as OTLP has them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};

/// A point in time. Years before 1970 and after 2262 are not told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Time(u64);

impl Time {
    pub(super) fn of(timestamp: DateTime<Utc>) -> Self {
        let beyond = if timestamp.timestamp() < 0 { 0 } else { i64::MAX };
        let nanos = timestamp.timestamp_nanos_opt().unwrap_or(beyond);
        Self(u64::try_from(nanos).unwrap_or(0))
    }

    /// The time this many milliseconds before.
    pub(super) fn minus_millis(self, millis: u64) -> Self {
        Self(self.0.saturating_sub(millis.saturating_mul(1_000_000)))
    }

    /// The time that has passed since `earlier`; none if it is later.
    pub(super) fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl From<Time> for SystemTime {
    fn from(time: Time) -> Self {
        UNIX_EPOCH + Duration::from_nanos(time.0)
    }
}
