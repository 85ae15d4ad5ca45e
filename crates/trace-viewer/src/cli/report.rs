//! What the program says on standard error.

use std::error::Error;
use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use trace_viewer::prices::PricesError;
use trace_viewer::render::{Outcome, RenderError};

use super::Exit;
use super::text::harmless;

/// Why there is no page, or whatever else was wanted.
#[derive(Debug)]
pub(super) enum Failure {
    /// Reading or rendering.
    Render(RenderError),
    /// A file of prices that is no such file.
    Prices(PricesError),
    /// A file of prices that cannot be read.
    PricesFile { path: PathBuf, source: io::Error },
    /// Writing a page or another document.
    Output { path: PathBuf, source: io::Error },
    /// The output would replace an input.
    OverInput(PathBuf),
    /// The output would replace a device, a pipe or a socket.
    NoFile(PathBuf),
    /// The output would replace a file that is of another sort.
    OverOther { path: PathBuf, word: &'static str },
    /// Standard input has no name to derive the output's from.
    NoTarget,
    /// No input holds an execution graph.
    NoGraph { name: String },
    /// No graph has the wanted key.
    UnknownGraph { key: String, near: Vec<String>, count: usize },
    /// Several graphs, and a format that shows one.
    ManyGraphs { keys: Vec<String>, count: usize },
    /// Standard output.
    Stdout(io::Error),
    /// Spans are wanted of a program that was built without them.
    #[cfg(not(feature = "otel"))]
    WithoutOtel,
    /// The settings for spans.
    #[cfg(feature = "otel")]
    Otlp(Box<dyn Error>),
    /// The sink for spans.
    #[cfg(feature = "otel")]
    Sink(trace_core::TraceSinkError),
    /// An input would have to be read twice, and cannot be.
    #[cfg(feature = "otel")]
    ReadTwice { name: String, option: String },
    /// The environment turns spans off.
    #[cfg(feature = "otel")]
    Disabled(&'static str),
    /// The inputs make no span.
    #[cfg(feature = "otel")]
    NoSpan { name: String, has_records: bool },
    /// A word that is no file, but nearly a command.
    Command { word: String, command: String },
}

impl From<RenderError> for Failure {
    fn from(error: RenderError) -> Self {
        Self::Render(error)
    }
}

#[cfg(feature = "otel")]
impl From<trace_viewer::replay::ReplayError> for Failure {
    fn from(error: trace_viewer::replay::ReplayError) -> Self {
        match error {
            trace_viewer::replay::ReplayError::Sink(error) => Self::Sink(error),
            trace_viewer::replay::ReplayError::Read(error) => Self::Render(error),
            other => Self::Otlp(other.into()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Render(error) => write!(f, "{error}"),
            Self::Prices(error) => write!(f, "{error}; docs/prices.md describes the file"),
            Self::PricesFile { path, .. } => write!(f, "{}: the prices cannot be read", path.display()),
            Self::Output { path, source } => {
                write!(f, "{}: cannot be written: {}", path.display(), advice(source))
            }
            Self::OverInput(path) => {
                write!(f, "{}: this is an input; choose another place with --out", path.display())
            }
            Self::NoFile(path) => write!(
                f,
                "{}: this is a device, a pipe or a socket; to write to standard output, use --stdout",
                path.display()
            ),
            Self::OverOther { path, word } => write!(
                f,
                "{}: a file of this name is there, and it is no {word}; move it away, or choose another place with --out",
                path.display()
            ),
            Self::NoTarget => f.write_str("standard input has no name; add --out or --stdout"),
            Self::NoGraph { name } => write!(
                f,
                "{name}: no execution graph; a recorder gives them to its execution sink: is that sink's file among the inputs?"
            ),
            Self::UnknownGraph { key, near, count } => {
                write!(f, "{key}: none of the {count} graphs has this key; near to it: {}", near.join(", "))
            }
            Self::ManyGraphs { keys, count } => {
                write!(f, "there are {count} graphs; choose one with --key: {}", keys.join(", "))?;
                if keys.len() < *count { f.write_str(", …") } else { Ok(()) }
            }
            Self::Stdout(_) => f.write_str("standard output cannot be written"),
            #[cfg(not(feature = "otel"))]
            Self::WithoutOtel => f.write_str(
                "this program was built without OpenTelemetry; build it with: cargo build -p trace-viewer --features otel",
            ),
            #[cfg(feature = "otel")]
            Self::Otlp(error) => write!(f, "{error}"),
            #[cfg(feature = "otel")]
            Self::Sink(error) => write!(f, "{error}"),
            #[cfg(feature = "otel")]
            Self::ReadTwice { name, option } => {
                write!(f, "{name}: {option} reads the input twice, which works with files only; save it to one first")
            }
            #[cfg(feature = "otel")]
            Self::Disabled(why) => write!(f, "nothing was sent: {why}"),
            #[cfg(feature = "otel")]
            Self::NoSpan { name, has_records: false } => {
                write!(f, "{name}: nothing was sent: no record was found: is this a trace?")
            }
            #[cfg(feature = "otel")]
            Self::NoSpan { name, has_records: true } => {
                write!(f, "{name}: nothing was sent: its records make no span")
            }
            Self::Command { word, command } => {
                write!(f, "{word}: there is no such file; did you mean the command \"{command}\"?")
            }
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Render(error) => error.source(),
            Self::Stdout(error) => Some(error),
            #[cfg(feature = "otel")]
            Self::Otlp(error) => error.source(),
            #[cfg(feature = "otel")]
            Self::Sink(error) => error.source(),
            #[cfg(not(feature = "otel"))]
            Self::WithoutOtel => None,
            #[cfg(feature = "otel")]
            Self::ReadTwice { .. } | Self::Disabled(_) | Self::NoSpan { .. } => None,
            Self::PricesFile { source, .. } => Some(source),
            // Its text is part of the message.
            Self::Prices(_)
            | Self::Output { .. }
            | Self::OverInput(_)
            | Self::NoFile(_)
            | Self::OverOther { .. }
            | Self::NoTarget
            | Self::NoGraph { .. }
            | Self::UnknownGraph { .. }
            | Self::ManyGraphs { .. }
            | Self::Command { .. } => None,
        }
    }
}

/// What to do about an error of the file system.
fn advice(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => {
            "its directory does not exist; make it, or choose another with --out".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "no permission to write there; choose another place with --out".to_owned()
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "no space left there; free some, or choose another place with --out".to_owned()
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "the file system there is read-only; choose another place with --out".to_owned()
        }
        io::ErrorKind::IsADirectory => "this is a directory; add a file name".to_owned(),
        _ => error.to_string(),
    }
}

/// Says why there is no page or other output, in one line.
pub(super) fn failure(failure: &Failure) -> Exit {
    let mut line = failure.to_string();
    let mut cause = failure.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    say(&format!("trace-viewer: {line}"));
    match failure {
        #[cfg(feature = "otel")]
        Failure::Otlp(_) => Exit::Usage,
        _ => Exit::Failed,
    }
}

/// Says what was written; sessions and failures too, where they are counted.
pub(super) fn written(path: &Path, bytes: u64, outcome: &Outcome, is_counted: bool) {
    let totals =
        [counted(outcome.sessions, "session", "sessions"), counted(outcome.failures, "failure", "failures")];
    say(&format!(
        "{}: {}, {}{}{}",
        path.display(),
        size(bytes),
        outcome.sliced_from.map_or_else(String::new, |_| format!("{} of ", outcome.entries)),
        counted(outcome.sliced_from.unwrap_or(outcome.entries), "record", "records"),
        if is_counted { format!(", {}", totals.join(", ")) } else { String::new() },
    ));
}

/// Says what is damaged.
pub(super) fn findings(outcome: &Outcome) {
    for finding in &outcome.findings {
        say(&format!("damage: {finding}"));
    }
    let more = outcome.finding_count.saturating_sub(outcome.findings.len() as u64);
    if more > 0 {
        say(&format!("damage: {more} more; the page lists the first of each input"));
    }
}

/// Says a line.
#[cfg(feature = "otel")]
pub(super) fn line(line: &str) {
    say(line);
}

/// Opens the page in the browser, or says how to.
pub(super) fn open(path: &Path) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command = if cfg!(windows) { Command::new("explorer") } else { Command::new(program) };
    let full = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let started = command.arg(&full).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if started.is_err() {
        say(&format!("no browser could be started; open {} yourself", full.display()));
    }
}

/// Writes a line to standard error. There is nobody to tell if that fails.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{}", harmless(line));
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn size(bytes: u64) -> String {
    let (unit, scale) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => ("kB", 1_000),
        1_000_000..1_000_000_000 => ("MB", 1_000_000),
        _ => ("GB", 1_000_000_000),
    };
    let tenths = bytes * 10 / scale;
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}
