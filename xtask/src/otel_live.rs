//! `cargo xtask otel-live`: backends that are not ours, started here, and what they make of our spans.

mod phoenix;
mod sent;

use clap::ValueEnum;

use crate::process::Call;

/// What to send to.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The backend.
    #[arg(value_enum)]
    backend: Backend,
    /// Traces to export, one after the other [default: the example and one of the test traces]
    traces: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Backend {
    /// Arize Phoenix, from the Python package index: 850 MB below the build output, installed once
    Phoenix,
}

const TRACES: [&str; 2] = ["examples/agent/trace.jsonl", "crates/trace-core/tests/data/seed-v2-1k.jsonl.gz"];

/// Exports traces and compares what the backend stored with what was sent.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    Call::new("cargo build --locked --quiet --package trace-viewer --features otel").run()?;
    let default = || TRACES.map(str::to_owned).to_vec();
    let traces = if args.traces.is_empty() { default() } else { args.traces.clone() };
    match args.backend {
        Backend::Phoenix => phoenix::check(&traces),
    }
}
