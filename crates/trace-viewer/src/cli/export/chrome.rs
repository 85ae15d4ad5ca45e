//! `trace-viewer export FILE… --format chrome`.

use trace_viewer::chrome::{ChromeOptions, export};
use trace_viewer::input::Source;
use trace_viewer::render::RenderError;

use super::super::Exit;
use super::super::output::{CHROME, Target, produce};
use super::super::render::{slice, source};
use super::super::report::Failure;
use super::ExportArgs;

/// Writes the events.
pub(super) fn run(args: &ExportArgs) -> Result<Exit, Failure> {
    let sources: Vec<Source> = args.files.iter().map(|file| source(file)).collect();
    let target = Target::choose(args.out.as_deref(), args.stdout, &sources, CHROME)?;
    let options = ChromeOptions {
        slice: slice(&args.slice),
        content: args.content.unwrap_or_default().into(),
        ..ChromeOptions::default()
    };
    let made = produce(&sources, &target, CHROME, !args.no_progress, |mut out, spool, bar| {
        Ok(export(&sources, &mut out, spool, &options, bar)?)
    });
    made.map_err(|failure| match failure {
        Failure::Render(RenderError::Page(error)) => Failure::Stdout(error),
        other => other,
    })
}
