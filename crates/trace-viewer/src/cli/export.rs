//! `trace-viewer export FILE…`.

mod args;
mod chrome;

use super::Exit;
use super::report::Failure;

pub(super) use args::ExportArgs;

/// Writes the named files in the form that is wanted.
pub(super) fn run(args: &ExportArgs) -> Result<Exit, Failure> {
    chrome::run(args)
}
