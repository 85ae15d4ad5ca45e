//! A sink, and an eye on what becomes of its spans while records are read.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use trace_core::{TraceRecord, TraceSink, TraceSinkError};
use trace_sinks::otel::{OtelReport, OtelTraceSink};

use super::super::progress::Aside;

/// How long the last spans may take to be sent.
const LAST_SPANS: Duration = Duration::from_mins(2);
/// How long they may take once others were given up.
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// How long a receiver that does not answer is tried again.
pub(super) const RETRY_FOR: Duration = Duration::from_secs(15);
/// Time between two looks at what became of the spans.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Passes records on until spans had to be given up: the rest would fare no better.
pub(super) struct Watched<'a> {
    sink: &'a OtelTraceSink,
    has_failed: AtomicBool,
    is_done: AtomicBool,
    is_told: AtomicBool,
}

impl<'a> Watched<'a> {
    pub(super) fn new(sink: &'a OtelTraceSink) -> Self {
        let no = || AtomicBool::new(false);
        Self { sink, has_failed: no(), is_done: no(), is_told: no() }
    }

    /// Does the work and sends what is left, and says meanwhile when a receiver does not answer.
    pub(super) fn during<T, E>(
        &self,
        aside: &Aside,
        work: impl FnOnce() -> Result<T, E>,
    ) -> (Result<T, E>, OtelReport) {
        thread::scope(|scope| {
            let eye = scope.spawn(|| self.look(aside));
            let result = work();
            let report = self.finish(result.is_ok());
            self.is_done.store(true, Ordering::Relaxed);
            eye.thread().unpark();
            (result, report)
        })
    }

    /// Whether it was said that a receiver is tried again.
    pub(super) fn is_told(&self) -> bool {
        self.is_told.load(Ordering::Relaxed)
    }

    fn look(&self, aside: &Aside) {
        while !self.is_done.load(Ordering::Relaxed) {
            let report = self.sink.report();
            if report.failed > 0 {
                return self.has_failed.store(true, Ordering::Relaxed);
            }
            if let (Some(error), false) = (retried_error(&report), self.is_told()) {
                self.is_told.store(true, Ordering::Relaxed);
                aside.line(&format!("{error}; trying again for {} s", RETRY_FOR.as_secs()));
            }
            thread::park_timeout(LOOK_EVERY);
        }
    }

    /// Sends what waits; once spans were given up, the others have little time left.
    fn finish(&self, is_wanted: bool) -> OtelReport {
        let is_sent = is_wanted && self.drain().failed == 0;
        self.sink.shutdown(if is_sent { LAST_SPANS } else { AFTER_FAILURE })
    }

    /// Waits until no finished span waits any more, or some were given up.
    fn drain(&self) -> OtelReport {
        loop {
            let report = self.sink.force_flush(LOOK_EVERY);
            if report.failed > 0 || report.queued == 0 {
                return report;
            }
        }
    }
}

/// The error of a request that is tried again.
fn retried_error(report: &OtelReport) -> Option<&str> {
    let is_retried = report.retried > 0 || report.exported == 0;
    let is_open = report.queued > 0 && report.failed + report.rejected == 0;
    report.last_error.as_deref().filter(|_| is_retried && is_open)
}

impl TraceSink for Watched<'_> {
    fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
        if self.has_failed.load(Ordering::Relaxed) {
            return Err(TraceSinkError::closed("spans cannot be delivered; the rest is not read"));
        }
        self.sink.append(record)
    }
}
