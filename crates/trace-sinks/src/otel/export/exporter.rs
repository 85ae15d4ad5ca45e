//! Any exporter of the SDK as a destination.

use std::time::{Duration, Instant};

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkError;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::block_on::block_until;
use super::destination::{Destination, Sent};

/// An exporter says only that it failed: it is tried this often, for many retry on their own.
const ATTEMPTS: u32 = 3;

/// Sends batches to an exporter of the host.
///
/// Its future is polled on the worker's thread, outside any runtime. An exporter that needs one enters or spawns on its own
/// runtime; one that waits for the very thread that flushes is given up at the deadline.
#[derive(Debug)]
pub(in crate::otel) struct ExporterDestination<E>(E);

impl<E: SpanExporter> ExporterDestination<E> {
    /// The exporter, which is told the resource first.
    pub(in crate::otel) fn new(mut exporter: E, resource: &Resource) -> Self {
        exporter.set_resource(resource);
        Self(exporter)
    }
}

impl<E: SpanExporter> Destination for ExporterDestination<E> {
    fn send(&mut self, batch: &[SpanData], deadline: Instant) -> Sent {
        match block_until(self.0.export(batch.to_vec()), deadline) {
            Some(Ok(())) => Sent::Accepted { rejected: 0, message: None },
            Some(Err(error @ OTelSdkError::AlreadyShutdown)) => Sent::Refused { error: error.to_string() },
            Some(Err(error)) => Sent::Retry { after: None, error: error.to_string() },
            None => Sent::Retry { after: None, error: "the exporter did not answer in time".to_owned() },
        }
    }

    fn attempts(&self) -> u32 {
        ATTEMPTS
    }

    fn flush(&mut self, _deadline: Instant) -> Result<(), String> {
        self.0.force_flush().map_err(|error| error.to_string())
    }

    fn shutdown(&mut self, timeout: Duration) -> Result<(), String> {
        self.0.shutdown_with_timeout(timeout).map_err(|error| error.to_string())
    }
}
