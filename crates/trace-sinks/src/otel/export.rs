//! Finished spans on their way out: a bounded queue, a thread that empties it, and an account of what became of each.

mod account;
mod backoff;
mod block_on;
mod cut;
mod destination;
mod exporter;
mod finished;
mod guarded;
mod not_taken;
mod queue;
mod sampling;
mod sender;
mod shared;
mod worker;

#[cfg(test)]
mod tests;

use std::time::Duration;

use opentelemetry_sdk::Resource;

pub(super) use destination::{Destination, Sent};
pub(super) use exporter::ExporterDestination;
pub(super) use finished::Finished;
pub(super) use guarded::guarded;
pub(super) use not_taken::NotTaken;
pub(super) use sampling::Sampling;
pub(super) use worker::Worker;

/// How finished spans wait, and how they are sent.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use trace_sinks::otel::{ExportSettings, Overflow};
///
/// // A replay waits for the backend instead of losing spans.
/// let settings = ExportSettings::default().with_overflow(Overflow::Block(Duration::MAX));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExportSettings {
    /// What an exporter is told of this process; by default what the environment says (`OTEL_SERVICE_NAME`,
    /// `OTEL_RESOURCE_ATTRIBUTES`). An OTLP endpoint's is set on its builder.
    pub resource: Option<Resource>,
    /// How many spans may wait.
    pub queue_spans: usize,
    /// How many bytes of spans may wait, about.
    pub queue_bytes: usize,
    /// What happens to a span for which there is no room.
    pub overflow: Overflow,
    /// The most spans in one request.
    pub batch_spans: usize,
    /// The most bytes in one request, before compression.
    pub batch_bytes: usize,
    /// How long a span waits for others to share its request.
    pub delay: Duration,
    /// How long a request that fails for the time being is tried again, before its spans count as failed.
    pub retry_for: Duration,
}

impl Default for ExportSettings {
    fn default() -> Self {
        Self {
            resource: None,
            queue_spans: 8192,
            queue_bytes: 32 * 1024 * 1024,
            overflow: Overflow::default(),
            batch_spans: 512,
            batch_bytes: 3 * 1024 * 1024,
            delay: Duration::from_secs(1),
            retry_for: Duration::from_mins(1),
        }
    }
}

impl ExportSettings {
    /// The same settings with another answer to a full queue.
    #[must_use]
    pub fn with_overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }
}

/// What happens to a span for which the queue has no room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// It is dropped and counted; `append` never waits.
    #[default]
    Drop,
    /// `append` waits this long for room; then the span is dropped and counted.
    Block(Duration),
}
