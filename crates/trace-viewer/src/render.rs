//! From inputs to a page.

mod large;
mod part;
mod read;

use std::fmt;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write};

use trace_core::{ReadError, ReadReport};

use crate::input::{InputError, InputLimits, Source};
use crate::page::{PageOptions, TooLarge, counted, grouped, write_page};
use crate::prices::Prices;
use crate::slice::{Part, Slice, SliceError};

use part::Spooled;
pub(crate) use read::{Read, read};

pub use large::{LargePage, SessionShare};

/// Findings that an [`Outcome`] lists.
const FINDINGS: usize = 5;

/// What a caller decides about a rendering.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RenderOptions {
    /// The page's title; the name of the first input where it is absent.
    pub title: Option<String>,
    /// Whether the first line that is not JSON stops the rendering.
    pub strict: bool,
    /// What tokens cost; nothing is priced without it.
    pub prices: Option<Prices>,
    /// Bounds of each input.
    pub limits: InputLimits,
    /// The part to show.
    pub slice: Slice,
    /// The most bytes that the page may have.
    pub max_size: Option<u64>,
}

/// What a rendering did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// Records and foreign objects on the page.
    pub entries: u64,
    /// All that were read, where the page shows a part of them.
    pub sliced_from: Option<u64>,
    /// Sessions.
    pub sessions: u64,
    /// Calls and other rows that failed.
    pub failures: u64,
    /// What is damaged or missing: the first findings, each with its input as it was named, and its line.
    pub findings: Vec<String>,
    /// All findings.
    pub finding_count: u64,
}

impl Outcome {
    /// Adds what a reader found of a source.
    pub fn tell(&mut self, source: &Source, report: &ReadReport) {
        for damage in report.damage() {
            self.note(format!("{source}:{}: {}", damage.line, damage.kind), 0);
        }
        self.finding_count += report.damage_count();
        let missing = report.seq().missing();
        if missing > 0 {
            self.note(format!("{source}: {missing} numbered records are missing"), 1);
        }
    }

    /// Adds a finding that stands for so many; the first few are kept in words.
    pub fn note(&mut self, finding: String, count: u64) {
        self.finding_count += count;
        if self.findings.len() < FINDINGS {
            self.findings.push(finding);
        }
    }
}

/// Why there is no page.
#[derive(Debug)]
#[non_exhaustive]
pub enum RenderError {
    /// An input cannot be opened.
    Input(InputError),
    /// In strict mode, an input is damaged.
    Damaged {
        /// The input as it was named.
        name: String,
        /// The damage.
        source: ReadError,
    },
    /// No input holds an entry.
    NoEntries {
        /// The first input as it was named.
        name: String,
        /// Bytes read of all inputs.
        bytes: u64,
        /// What was found first instead, with its place.
        finding: Option<String>,
    },
    /// The slice that is wanted cannot be cut.
    Slice(SliceError),
    /// The page would have more bytes than allowed.
    TooLarge(LargePage),
    /// Records cannot be put aside on the way to the page.
    Spool(io::Error),
    /// The page cannot be written.
    Page(io::Error),
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(error) => write!(f, "{error}"),
            Self::Damaged { name, source: ReadError::Damaged(damage) } => {
                write!(f, "{name}:{}: {}; leave out --strict to see the rest", damage.line, damage.kind)
            }
            Self::Damaged { name, .. } => {
                write!(f, "{name}: reading failed; leave out --strict to see the rest")
            }
            Self::NoEntries { name, bytes: 0, .. } => write!(
                f,
                "{name}: empty; check the path, and whether the program that writes it has flushed a record yet"
            ),
            Self::NoEntries { finding: Some(finding), .. } => {
                write!(f, "{finding}; no JSON object was found: is this a trace?")
            }
            Self::NoEntries { name, .. } => {
                write!(f, "{name}: nothing but blank lines, no JSON object: is this a trace?")
            }
            Self::Slice(error) => write!(f, "{error}"),
            Self::TooLarge(page) => write!(f, "{page}"),
            Self::Spool(_) => f.write_str("the records cannot be put aside while reading"),
            Self::Page(_) => f.write_str("the page cannot be written"),
        }
    }
}

impl std::error::Error for RenderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Input(error) => std::error::Error::source(error),
            Self::Damaged { source, .. } => std::error::Error::source(source),
            Self::NoEntries { .. } | Self::Slice(_) | Self::TooLarge(_) => None,
            Self::Spool(error) | Self::Page(error) => Some(error),
        }
    }
}

/// Is told how many bytes of how many have been read.
pub trait Progress {
    /// Called now and then while `input` is read.
    fn report(&mut self, done: u64, size: Option<u64>);
}

/// Nothing is told.
impl Progress for () {
    fn report(&mut self, _: u64, _: Option<u64>) {}
}

/// Reads the sources and writes their page to `out`; `spool` is an empty file for records on their way.
///
/// # Errors
///
/// A source cannot be opened, none holds an entry, the slice is empty, or the page is too large or cannot be written.
pub fn render(
    sources: &[Source],
    out: &mut impl Write,
    spool: File,
    options: &RenderOptions,
    progress: &mut dyn Progress,
) -> Result<Outcome, RenderError> {
    let Read { spooled, outcome, part } = read(sources, &spool, options, progress)?;
    let part = part.map(|part| words(&part));
    let page = PageOptions {
        title: title(sources, options),
        prices: options.prices.clone(),
        part,
        max_size: options.max_size,
    };
    write(&spooled, spool, out, &page).map_err(|error| {
        match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(TooLarge { size }) => {
                let source = sources.first().map(Source::to_string).unwrap_or_default();
                RenderError::TooLarge(LargePage::new(
                    &spooled.model,
                    source,
                    *size,
                    options.max_size.unwrap_or(0),
                    options.slice.sessions.clone(),
                ))
            }
            None => RenderError::Page(error),
        }
    })?;
    Ok(outcome)
}

fn write(spooled: &Spooled, mut spool: File, out: &mut impl Write, page: &PageOptions) -> io::Result<()> {
    spool.seek(SeekFrom::Start(spooled.from))?;
    write_page(out, &spooled.model, &spooled.blocks, &mut spool, page)?;
    out.flush()
}

/// `Slice: session chat-1 · 1,204 of 10,000 records`.
fn words(part: &Part) -> String {
    let all = part.records.len() as u64;
    format!("Slice: {} · {} of {}", part.words, grouped(part.count.into()), counted(all, "record", "records"))
}

fn title(sources: &[Source], options: &RenderOptions) -> String {
    if let Some(title) = &options.title {
        return title.clone();
    }
    let first = sources.first().map(Source::name).unwrap_or_default();
    match sources.len() {
        0 | 1 => first,
        more => format!("{first} and {} more", more - 1),
    }
}
