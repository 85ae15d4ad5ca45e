//! A small agent that records itself.
//!
//! It reviews the documents of a small project: real tools over real files, and a model that answers from a script. Run it
//! from the top of the repository, then look at what it did:
//!
//! ```text
//! cargo run -p facade --example agent -- target/agent.jsonl
//! cargo run -p trace-viewer -- target/agent.jsonl
//! ```
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program tells what it did")]

mod agent;
mod host;
mod model;
mod pace;
mod prompt;
mod report;
mod script;
mod sub_agent;
mod tools;
mod workflow;

use std::error::Error;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use facade::tracing::JsonlTraceSink;

pub(crate) use host::{Run, run};
pub(crate) use pace::Pace;

/// Where the trace goes unless an argument says so.
const OUT: &str = "target/agent.jsonl";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let out = args.next().unwrap_or_else(|| OUT.to_owned());
    if args.next().is_some() || out.starts_with('-') {
        eprintln!("usage: agent [OUT.jsonl]\nOUT.jsonl is replaced; without it the trace goes to {OUT}");
        return ExitCode::from(2);
    }
    match record(Path::new(&out)) {
        Ok(run) => {
            print!("{}", report::of(&run, &out));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("agent: {}", with_causes(&*error));
            ExitCode::FAILURE
        }
    }
}

/// Runs the agent and writes its trace to a new file.
fn record(out: &Path) -> Result<Run, Box<dyn Error>> {
    match std::fs::remove_file(out) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(format!("cannot replace {}: {error}; give another file", out.display()).into());
        }
        _ => {}
    }
    let sink = Arc::new(JsonlTraceSink::open(out)?);
    let run = run(sink, Pace::percent(100));
    run.recorder.flush_trace_sink()?;
    match run.recorder.failures() {
        0 => Ok(run),
        lost => Err(format!("the trace is incomplete: {lost} records could not be written").into()),
    }
}

/// An error and what led to it, on one line.
fn with_causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
