//! What the worker sends batches to.

use std::time::{Duration, Instant};

use opentelemetry_sdk::trace::SpanData;

/// Takes batches of spans somewhere.
///
/// It is called from the worker's thread alone, within a scope that suppresses telemetry, and lives and dies there. It may
/// panic: the batch counts as failed then, and the next one is tried. It does not retry, split or cut: the worker does.
pub(in crate::otel) trait Destination: Send {
    /// Sends one batch, once, and says what became of it.
    ///
    /// `batch` is never empty. It gives up at `deadline` with [`Sent::Retry`]; an earlier time limit of its own counts too.
    /// It may be given the same spans again after anything but [`Sent::Accepted`].
    fn send(&mut self, batch: &[SpanData], deadline: Instant) -> Sent;

    /// How often one batch is tried, the first time included. By default time alone ends the attempts.
    fn attempts(&self) -> u32 {
        u32::MAX
    }

    /// Brings on what it keeps back itself; called when someone flushes, after what was queued has been sent.
    ///
    /// # Errors
    ///
    /// In the words that the report shows.
    fn flush(&mut self, _deadline: Instant) -> Result<(), String> {
        Ok(())
    }

    /// Ends connections; called once, last.
    ///
    /// # Errors
    ///
    /// In the words that the report shows.
    fn shutdown(&mut self, timeout: Duration) -> Result<(), String>;
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::otel) enum Sent {
    /// The receiver took it, but for `rejected` spans of it.
    Accepted {
        /// How many of the batch the receiver refused.
        rejected: u64,
        /// What the receiver said to it, a warning where nothing was rejected.
        message: Option<String>,
    },
    /// It was too large for the receiver, or for the transport: a part of it may not be.
    TooLarge {
        /// In the words of whoever refused it.
        error: String,
    },
    /// It was not taken now; later it may be.
    Retry {
        /// How long the receiver asks to be left alone.
        after: Option<Duration>,
        /// In the words of whoever failed.
        error: String,
    },
    /// It will not be taken however often it is sent.
    Refused {
        /// In the words of whoever refused it.
        error: String,
    },
}
