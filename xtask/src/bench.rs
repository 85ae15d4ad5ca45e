//! `cargo xtask bench`: ours beside references, measured in one run.

mod page;
mod report;

use std::path::PathBuf;

use clap::ValueEnum;

use crate::compat::peers;
use crate::generate::{self, Profile};
use crate::process::{Call, root, target, target_folder};

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The benchmark.
    #[arg(value_enum)]
    name: Name,
    /// Write the table to docs/benchmarks.md.
    #[arg(long)]
    write: bool,
    /// The viewer and the page: also a trace of a million records, which takes minutes and 1.2 GB.
    #[arg(long)]
    large: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// One line to a typed record
    Decode,
    /// A file to entries
    Reader,
    /// Execution records into a graph store
    Graph,
    /// Records into a file
    Sinks,
    /// Calls of the recorder
    Recorder,
    /// Files to pages
    Viewer,
    /// Pages in a browser
    Page,
    /// Maps of execution graphs to places on a plane
    Layout,
    /// Records to spans
    Otel,
    /// All of them, one after the other
    All,
}

/// Measures, prints and maybe writes down.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let chosen = |name: &&Name| **name != Name::All && [**name, Name::All].contains(&args.name);
    for name in Name::value_variants().iter().filter(chosen) {
        let table = measure(*name, args.large)?;
        println!("{table}");
        if args.write {
            report::write(&name.name(), &table)?;
        }
    }
    Ok(())
}

fn measure(name: Name, large: bool) -> Result<String, String> {
    let call = peers("bench").arg(name.name());
    let call = match name {
        Name::Reader => call.arg("--trace").arg(trace(100_000)?),
        Name::Otel => {
            call.arg("--trace").arg(root().join("crates/trace-core/tests/data/seed-v2-10k.jsonl.gz"))
        }
        Name::Graph => call.arg("--trace").arg(trace(10_000)?),
        Name::Viewer => {
            Call::new("cargo build --quiet --locked --release --package trace-viewer").run()?;
            let folder = target().join("peers");
            let build = "cargo build --quiet --locked --release --manifest-path peers/Cargo.toml";
            Call::new(build).env("CARGO_TARGET_DIR", folder.display().to_string()).run()?;
            // Run by itself: `cargo run` becomes the program, and the memory of its compilers would count.
            let call = Call::program(folder.join("release/peers"), "bench viewer");
            let call = call.arg("--viewer").arg(target().join("release/trace-viewer"));
            traces(large)?.iter().fold(call, |call, trace| call.arg("--trace").arg(trace))
        }
        Name::Page => return page::measure(&traces(large)?),
        Name::Decode | Name::Sinks | Name::Recorder | Name::Layout | Name::All => call,
    };
    call.output()
}

/// Generated traces of growing sizes.
fn traces(large: bool) -> Result<Vec<PathBuf>, String> {
    let sizes = [Some(10_000), Some(100_000), large.then_some(1_000_000)];
    sizes.into_iter().flatten().map(trace).collect()
}

/// A generated trace of so many records, made once.
fn trace(records: u64) -> Result<PathBuf, String> {
    let path = target_folder("bench")?.join(format!("trace-{records}.jsonl"));
    if !path.exists() {
        generate::to_file(records, Profile::Seed, &path)?;
    }
    Ok(path)
}

impl Name {
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}
