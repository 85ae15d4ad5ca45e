//! `trace-viewer FILE…`.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::Path;

use trace_viewer::input::{InputError, Source};
use trace_viewer::prices::Prices;
use trace_viewer::render::{Outcome, RenderError, RenderOptions, render};
use trace_viewer::slice::Slice;

use super::Exit;
use super::args::{RenderArgs, SliceArgs};
use super::output::{Target, is_same_file, page_beside};
use super::progress::Bar;
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
    let target = target(args, &sources)?;
    if let Target::File { path, .. } = &target
        && args.files.iter().any(|file| is_same_file(file, path))
    {
        return Err(Failure::OverInput(path.clone()));
    }
    let job = Job {
        sources,
        target,
        title: args.title.clone().filter(|title| !title.trim().is_empty()),
        strict: args.strict,
        prices: args.prices.as_deref().map(prices).transpose()?,
        slice: slice(&args.slice),
        max_size: args.slice.max_size.map(|size| size.0),
        progress: !args.no_progress && io::stderr().is_terminal(),
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

fn slice(args: &SliceArgs) -> Slice {
    let SliceArgs { session, turn, since, until, query, max_size: _ } = args;
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

fn target(args: &RenderArgs, sources: &[Source]) -> Result<Target, Failure> {
    if args.target.stdout {
        return Ok(Target::Stdout);
    }
    if let Some(out) = &args.target.out {
        return Ok(Target::File { path: out.clone(), named: true });
    }
    match sources.first() {
        Some(Source::File(path)) => Ok(Target::File { path: page_beside(path), named: false }),
        Some(Source::Stdin | Source::Bytes(..)) | None => Err(Failure::NoTarget),
    }
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
    for source in &job.sources {
        source.check().map_err(RenderError::Input)?;
    }
    let options = RenderOptions {
        title: job.title.clone(),
        strict: job.strict,
        prices: job.prices.clone(),
        slice: job.slice.clone(),
        max_size: job.max_size,
        ..RenderOptions::default()
    };
    let mut bar = Bar::new(job.progress);
    let make = |out: &mut dyn Write, spool| render(&job.sources, &mut { out }, spool, &options, &mut bar);
    let (outcome, bytes) = match &job.target {
        Target::Stdout => (to_stdout(make)?, 0),
        Target::File { path, named } => super::output::replace(path, *named, make)?,
    };
    drop(bar);
    if let Target::File { path, .. } = &job.target {
        report::written(path, bytes, &outcome);
    }
    report::findings(&outcome);
    if let (Target::File { path, .. }, true) = (&job.target, job.open) {
        report::open(path);
    }
    Ok(if outcome.finding_count == 0 { Exit::Done } else { Exit::Damaged })
}

fn to_stdout(
    make: impl FnOnce(&mut dyn Write, std::fs::File) -> Result<Outcome, RenderError>,
) -> Result<Outcome, Failure> {
    let spool = tempfile::tempfile().map_err(RenderError::Spool)?;
    let mut out = BufWriter::new(io::stdout().lock());
    match make(&mut out, spool) {
        Err(RenderError::Page(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Outcome::default()),
        other => Ok(other?),
    }
}
