//! Instants and the axis they lie on.

use chrono::DateTime;

/// An instant: microseconds since 1970, and the nanoseconds beyond. Ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instant {
    pub(super) micros: i64,
    nanos: u16,
}

impl Instant {
    /// Before every record.
    pub(super) const MIN: Self = Self { micros: i64::MIN, nanos: 0 };

    /// Reads an RFC 3339 timestamp.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        let nanos = u16::try_from(time.timestamp_subsec_nanos() % 1_000).unwrap_or(0);
        Some(Self { micros: time.timestamp_micros(), nanos })
    }

    /// The instant so many microseconds earlier.
    pub(super) fn earlier(self, micros: i64) -> Self {
        Self { micros: self.micros.saturating_sub(micros.max(0)), nanos: self.nanos }
    }
}

/// The earliest and the latest of some instants.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span(Option<(Instant, Instant)>);

impl Span {
    pub(super) fn add(&mut self, time: Instant) {
        let (first, last) = self.0.unwrap_or((time, time));
        self.0 = Some((first.min(time), last.max(time)));
    }

    pub(super) fn first(self) -> Option<Instant> {
        self.0.map(|(first, _)| first)
    }

    /// Microseconds from the earliest to the latest.
    pub(super) fn length_us(self) -> i64 {
        self.0.map_or(0, |(first, last)| last.micros.saturating_sub(first.micros))
    }

    pub(super) fn last(self) -> Option<Instant> {
        self.0.map(|(_, last)| last)
    }
}

/// Milliseconds as microseconds, saturating.
pub(super) fn micros(millis: i64) -> i64 {
    millis.saturating_mul(1_000)
}
