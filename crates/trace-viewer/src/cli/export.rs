//! `trace-viewer export FILE…`.

mod args;
mod chrome;
#[cfg(feature = "otel")]
mod otlp;
#[cfg(feature = "otel")]
mod times;
#[cfg(feature = "otel")]
mod told;
#[cfg(feature = "otel")]
mod watch;

use super::Exit;
use super::report::Failure;

pub(super) use args::ExportArgs;

/// Writes or sends the named files in the form that is wanted.
pub(super) fn run(args: &ExportArgs) -> Result<Exit, Failure> {
    args.check();
    match args.format {
        Some(args::Format::Chrome) => chrome::run(args),
        None => spans(args),
    }
}

#[cfg(feature = "otel")]
fn spans(args: &ExportArgs) -> Result<Exit, Failure> {
    otlp::run(args)
}

#[cfg(not(feature = "otel"))]
fn spans(_: &ExportArgs) -> Result<Exit, Failure> {
    Err(Failure::WithoutOtel)
}
