//! Benchmarks: each prints one table.

mod allocations;
mod decode;
mod graph;
mod layout;
mod measure;
mod otel;
mod reader;
mod recorder;
mod sample;
mod sinks;
mod viewer;

use std::error::Error;
use std::path::PathBuf;

pub use otel::discard;

#[derive(clap::Args)]
pub struct Args {
    name: Name,
    /// Files to read.
    #[arg(long)]
    trace: Vec<PathBuf>,
    /// The viewer's program.
    #[arg(long)]
    viewer: Option<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Name {
    Decode,
    Reader,
    Graph,
    Sinks,
    Recorder,
    Viewer,
    Layout,
    Otel,
}

/// Runs one benchmark.
pub fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let trace = || args.trace.first().ok_or("--trace is missing");
    match args.name {
        Name::Decode => decode::run(),
        Name::Reader => reader::run(trace()?),
        Name::Graph => graph::run(trace()?),
        Name::Layout => {
            layout::run();
            Ok(())
        }
        Name::Otel => otel::run(trace()?),
        Name::Sinks => sinks::run(),
        Name::Recorder => recorder::run(),
        Name::Viewer => viewer::run(args.viewer.as_ref().ok_or("--viewer is missing")?, &args.trace),
    }
}
