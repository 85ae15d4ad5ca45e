//! Records on their way to a receiver that is not ours.

use std::time::Duration;

use trace_core::{TraceRecord, TraceSink};
use trace_sinks::otel::{ExportSettings, OtelOptions, OtlpBuilder, Overflow};

/// Sends records as spans; every one must be accepted.
pub(super) fn send(builder: OtlpBuilder, records: &[TraceRecord], options: &OtelOptions) {
    let patient = ExportSettings::default().with_overflow(Overflow::Block(Duration::MAX));
    let builder = builder.ignore_environment().service_name("trace-sinks").settings(patient);
    let sink = builder.options(options.clone()).build().unwrap();
    for record in records {
        sink.append(record).unwrap();
    }
    let report = sink.shutdown(Duration::from_secs(30));
    assert!(report.is_complete() && report.exported > 0, "{report}");
}
