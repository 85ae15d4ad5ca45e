//! Ours beside others: compatibility and speed against published crates.
//!
//! `cargo xtask compat` and `cargo xtask bench <name>` run it.

mod bench;
mod compat;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
enum Command {
    /// Compare records and graphs with the seed's published crate.
    Compat {
        /// Traces and lines to compare.
        data: PathBuf,
        /// Say more about each difference.
        #[arg(long)]
        verbose: bool,
    },
    /// Measure.
    Bench(bench::Args),
    /// Receive spans over HTTP on a free port, which is printed, and throw them away, until standard input ends.
    Discard,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    match Command::parse() {
        Command::Compat { data, verbose } => compat::run(&data, verbose),
        Command::Discard => bench::discard().map(|()| ExitCode::SUCCESS),
        Command::Bench(args) => bench::run(&args).map(|()| ExitCode::SUCCESS),
    }
}
