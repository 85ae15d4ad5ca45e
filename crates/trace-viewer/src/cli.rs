//! The command line.

mod args;
mod demo;
mod export;
mod graph;
mod output;
mod progress;
mod render;
mod report;
mod size;
mod suggest;
mod text;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    Done = 0,
    Failed = 1,
    #[cfg(feature = "otel")]
    Usage = 2,
    Damaged = 3,
}

/// Runs the program. Wrong usage ends in the parser, with exit code 2.
pub(crate) fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => match suggest::misspelt(&error) {
            Some(failure) => return ExitCode::from(report::failure(&failure) as u8),
            None => error.exit(),
        },
    };
    let result = match &cli.command {
        Some(Command::Demo(demo)) => demo::run(demo),
        Some(Command::Graph(graph)) => graph::run(graph),
        Some(Command::Export(export)) => export::run(export),
        None => render::run(&cli.render),
    };
    let exit = result.unwrap_or_else(|error| report::failure(&error));
    ExitCode::from(exit as u8)
}
