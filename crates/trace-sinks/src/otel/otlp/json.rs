//! OTLP as JSON lines, for dry runs and for files that other tools read.

mod wire;

use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::encode::Encoder;

/// Writes spans as OTLP JSON, one request a line: what a receiver takes at `/v1/traces` with `application/json`, and what
/// the Collector's file exporter writes.
///
/// Equal spans and an equal resource give equal bytes.
///
/// # Examples
///
/// ```
/// use opentelemetry_sdk::trace::SpanExporter;
/// use trace_sinks::otel::OtlpJsonExporter;
///
/// let exporter = OtlpJsonExporter::new(Vec::new());
/// # fn is_an_exporter(_: &impl SpanExporter) {}
/// is_an_exporter(&exporter);
/// assert!(exporter.into_inner().is_empty());
/// ```
pub struct OtlpJsonExporter<W> {
    out: Mutex<W>,
    encoder: Encoder,
}

impl<W: Write> OtlpJsonExporter<W> {
    /// Writes to `out`, which it flushes after each batch.
    pub fn new(out: W) -> Self {
        Self { out: Mutex::new(out), encoder: Encoder::default() }
    }

    /// What was written to.
    pub fn into_inner(self) -> W {
        self.out.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, batch: &[SpanData]) -> io::Result<()> {
        let request = self.encoder.request(batch);
        let mut line = serde_json::to_vec(&wire::Request::from(&request))?;
        line.push(b'\n');
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.write_all(&line)?;
        out.flush()
    }
}

impl<W: Write + Send> SpanExporter for OtlpJsonExporter<W> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let failed = |error: io::Error| {
            OTelSdkError::InternalFailure(format!("spans cannot be written as JSON: {error}"))
        };
        self.write(&batch).map_err(failed)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.encoder = Encoder::new(resource);
    }
}

impl<W> fmt::Debug for OtlpJsonExporter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtlpJsonExporter").finish_non_exhaustive()
    }
}
