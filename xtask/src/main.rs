//! Everything a developer or CI runs: `cargo xtask <task>`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a developer's tool talks on the terminal")]

mod bench;
mod compat;
mod fuzz;
mod generate;
mod otel_live;
mod process;
mod python;
mod test;

use std::process::ExitCode;

use clap::Parser;

/// Tasks of this workspace.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
enum Task {
    /// Run everything that must be green.
    Test(test::Args),
    /// Make the page's script and style from their source.
    Assets,
    /// Write a trace of any size.
    Gen(generate::Args),
    /// Measure ours against references, in one run.
    Bench(bench::Args),
    /// Compare with the published crate that writes the same schema.
    Compat(compat::Args),
    /// Fuzz a target.
    Fuzz(fuzz::Args),
    /// Export traces to a backend that is not ours, and compare what it stored with what was sent.
    OtelLive(otel_live::Args),
}

fn main() -> ExitCode {
    let outcome = match Task::parse() {
        Task::Test(args) => test::run(&args),
        Task::Assets => test::assets(),
        Task::Gen(args) => generate::run(&args),
        Task::Bench(args) => bench::run(&args),
        Task::Compat(args) => compat::run(&args),
        Task::Fuzz(args) => fuzz::run(&args),
        Task::OtelLive(args) => otel_live::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
