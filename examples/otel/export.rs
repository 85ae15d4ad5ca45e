//! A sink that sends spans itself: to the OTLP endpoint that the environment names, or as JSON to standard output.
//!
//! ```text
//! OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 cargo run -p facade --features otel --example otel-export
//! cargo run -p facade --features otel --example otel-export -- --json
//! ```
//!
//! What became of the spans goes to standard error. The exit code is 1 if any was lost.
#![expect(clippy::print_stderr, reason = "a program tells what it did")]

mod work;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use facade::tracing::Recorder;
use facade::tracing::otel::{OtelTraceSink, OtlpError, OtlpJsonExporter};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let sink = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => to_endpoint(),
        ["--json"] => Ok(OtelTraceSink::exporter(OtlpJsonExporter::new(std::io::stdout()))),
        _ => {
            eprintln!("usage: otel-export [--json]");
            return ExitCode::from(2);
        }
    };
    match sink {
        Ok(sink) => export(sink),
        Err(error) => {
            eprintln!("otel-export: {error}");
            ExitCode::from(2)
        }
    }
}

/// What is set here wins over `OTEL_*`; what is not is read from there.
fn to_endpoint() -> Result<OtelTraceSink, OtlpError> {
    OtelTraceSink::otlp().service_name("otel-export").build()
}

fn export(sink: OtelTraceSink) -> ExitCode {
    let sink = Arc::new(sink);
    let recorder = Recorder::builder()
        .trace_sink(sink.clone())
        .on_error(|error| eprintln!("a record was not taken: {error}"))
        .build();
    work::turn(&recorder, "chat-1");
    let report = sink.shutdown(Duration::from_secs(10));
    eprintln!("{report}");
    if report.is_complete() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
