//! Variables that say how spans wait and travel.

use std::time::Duration;

use super::Environment;
use crate::otel::ExportSettings;
use crate::otel::otlp::error::OtlpError;

impl ExportSettings {
    /// The defaults, as `OTEL_BSP_*` changes them (the table is with [`OtlpBuilder`](crate::otel::OtlpBuilder)).
    ///
    /// # Errors
    ///
    /// For a variable whose value is not allowed.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trace_sinks::otel::{ExportSettings, Overflow};
    ///
    /// let settings = ExportSettings::from_env()?.with_overflow(Overflow::Block(Duration::MAX));
    /// # Ok::<(), trace_sinks::otel::OtlpError>(())
    /// ```
    pub fn from_env() -> Result<Self, OtlpError> {
        Environment::new(&super::process).settings()
    }
}

impl Environment<'_> {
    /// The defaults, as the environment changes them.
    pub(in crate::otel::otlp) fn settings(&self) -> Result<ExportSettings, OtlpError> {
        let mut settings = ExportSettings::default();
        settings.queue_spans = self.positive(&["OTEL_BSP_MAX_QUEUE_SIZE"])?.unwrap_or(settings.queue_spans);
        settings.batch_spans =
            self.positive(&["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"])?.unwrap_or(settings.batch_spans);
        let delay: Option<u64> = self.number(&["OTEL_BSP_SCHEDULE_DELAY"])?;
        settings.delay = delay.map_or(settings.delay, Duration::from_millis);
        Ok(settings)
    }

    /// How long one request may take: the shorter of what is said for requests and for exports.
    pub(in crate::otel::otlp) fn timeout(&self) -> Result<Option<Duration>, OtlpError> {
        let request =
            self.milliseconds(&["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"])?;
        let export = self.milliseconds(&["OTEL_BSP_EXPORT_TIMEOUT"])?;
        Ok(request.into_iter().chain(export).min())
    }
}
