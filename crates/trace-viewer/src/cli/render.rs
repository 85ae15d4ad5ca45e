//! `trace-viewer FILE…`.

use std::path::Path;

use trace_viewer::input::{InputError, Source};
use trace_viewer::prices::Prices;
use trace_viewer::render::{RenderError, RenderOptions, render};
use trace_viewer::slice::Slice;

use super::Exit;
use super::args::{RenderArgs, SliceArgs};
use super::output::{PAGE, Target, produce};
use super::report::{self, Failure};
use super::suggest::suggestion;

/// A page to be made.
pub(super) struct Job {
    pub(super) sources: Vec<Source>,
    pub(super) target: Target,
    pub(super) title: Option<String>,
    pub(super) strict: bool,
    pub(super) prices: Option<Prices>,
    pub(super) slice: Slice,
    pub(super) max_size: Option<u64>,
    pub(super) progress: bool,
    pub(super) open: bool,
}

/// Renders the named files.
pub(super) fn run(args: &RenderArgs) -> Result<Exit, Failure> {
    let sources: Vec<Source> = args.files.iter().map(|file| source(file)).collect();
    let target = Target::choose(args.target.out.as_deref(), args.target.stdout, &sources, PAGE)?;
    let job = Job {
        sources,
        target,
        title: args.title.clone().filter(|title| !title.trim().is_empty()),
        strict: args.strict,
        prices: args.prices.as_deref().map(prices).transpose()?,
        slice: slice(&args.slice),
        max_size: args.max_size.map(|size| size.0),
        progress: !args.no_progress,
        open: args.target.open,
    };
    execute(&job).map_err(|failure| with_suggestion(failure, args))
}

fn prices(path: &Path) -> Result<Prices, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| Failure::PricesFile { path: path.to_owned(), source })?;
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Prices::parse(&name, &text).map_err(Failure::Prices)
}

pub(super) fn slice(args: &SliceArgs) -> Slice {
    let SliceArgs { session, turn, since, until, query } = args;
    Slice {
        sessions: session.clone(),
        turns: turn.clone(),
        since: since.clone(),
        until: until.clone(),
        query: query.clone().filter(|query| !query.text().is_empty()),
    }
}

pub(super) fn source(file: &Path) -> Source {
    if file.as_os_str() == "-" { Source::Stdin } else { Source::File(file.to_owned()) }
}

/// A first word that is no file may be a misspelt command.
fn with_suggestion(failure: Failure, args: &RenderArgs) -> Failure {
    match (&failure, args.files.first().and_then(|file| file.to_str())) {
        (Failure::Render(RenderError::Input(InputError::Missing { name })), Some(first)) if name == first => {
            suggestion(first).map_or(failure, |command| Failure::Command { word: first.to_owned(), command })
        }
        _ => failure,
    }
}

/// Makes the page and says what was made.
pub(super) fn execute(job: &Job) -> Result<Exit, Failure> {
    let options = RenderOptions {
        title: job.title.clone(),
        strict: job.strict,
        prices: job.prices.clone(),
        slice: job.slice.clone(),
        max_size: job.max_size,
        ..RenderOptions::default()
    };
    let exit = produce(&job.sources, &job.target, PAGE, job.progress, |mut out, spool, bar| {
        Ok(render(&job.sources, &mut out, spool, &options, bar)?)
    })?;
    if let (Target::File { path, .. }, true) = (&job.target, job.open) {
        report::open(path);
    }
    Ok(exit)
}
