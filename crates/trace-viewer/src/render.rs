//! From inputs to a page.

mod large;
mod part;

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write};

use trace_core::{ReadError, ReadReport, TraceReader};

use crate::input::{Input, InputError, InputLimits, Source};
use crate::model::{ModelBuilder, Totals};
use crate::page::{BlockWriter, PageOptions, TooLarge, counted, grouped, write_page};
use crate::prices::Prices;
use crate::slice::{Part, Slice, SliceError};

use part::Spooled;

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
    let mut reading = Reading {
        builder: ModelBuilder::new(),
        blocks: BlockWriter::new(BufWriter::with_capacity(
            1 << 16,
            spool.try_clone().map_err(RenderError::Spool)?,
        )),
        options,
        outcome: Outcome::default(),
        counts: Vec::new(),
        bytes: 0,
        first_damage: None,
    };
    for source in sources {
        reading.read(source, progress)?;
    }
    let Reading { builder, blocks, mut outcome, counts, bytes, first_damage, options: _ } = reading;
    if outcome.entries == 0 {
        let name = sources.first().map(Source::to_string).unwrap_or_default();
        return Err(RenderError::NoEntries { name, bytes, finding: first_damage });
    }
    let blocks = blocks.finish().map_err(RenderError::Spool)?;
    let mut spooled = Spooled { model: builder.finish(), blocks, from: 0 };
    let mut part = None;
    if !options.slice.is_whole() {
        let (cut, chosen) = spooled.cut(&options.slice, &spool, &counts)?;
        outcome.sliced_from = Some(outcome.entries);
        outcome.entries = chosen.count;
        part = Some(words(&chosen));
        spooled = cut;
    }
    let Totals { sessions, failures, .. } = spooled.model.totals;
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
    Ok(Outcome { sessions, failures, ..outcome })
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

/// Inputs being read.
struct Reading<'a, W: Write> {
    builder: ModelBuilder,
    blocks: BlockWriter<W>,
    options: &'a RenderOptions,
    outcome: Outcome,
    /// Entries of each input.
    counts: Vec<u64>,
    bytes: u64,
    first_damage: Option<String>,
}

impl<W: Write> Reading<'_, W> {
    fn read(&mut self, source: &Source, progress: &mut dyn Progress) -> Result<(), RenderError> {
        let limits = self.options.limits;
        let input = Input::open(source, limits).map_err(RenderError::Input)?;
        let (size, consumed) = (input.size(), input.consumed());
        self.builder.begin_input(input.name());
        let bytes = input.into_reader();
        let mut reader =
            if self.options.strict { TraceReader::strict(bytes) } else { TraceReader::salvage(bytes) };
        let damaged = |error| RenderError::Damaged { name: source.to_string(), source: error };
        let mut entries = 0;
        let mut limit_reached = None;
        while let Some(entry) = reader.next_entry().map_err(damaged)? {
            if entries == limits.max_entries {
                limit_reached =
                    Some(format!("the limit of {entries} entries is reached; the rest is not shown"));
                break;
            }
            entries += 1;
            self.builder.push(&entry);
            self.blocks.push(entry.text.as_bytes()).map_err(RenderError::Spool)?;
            if entries % 512 == 0 {
                progress.report(consumed(), size);
            }
        }
        self.end(source, entries, &reader.into_report(), limit_reached);
        Ok(())
    }

    fn end(&mut self, source: &Source, entries: u64, report: &ReadReport, limit_reached: Option<String>) {
        self.builder.end_input(report);
        let mut also = limit_reached;
        if entries == 0 && report.damage_count() == 0 {
            also = Some("no entries".to_owned());
        }
        if let Some(finding) = &also {
            self.builder.note_damage(finding);
        }
        let missing = report.seq().missing();
        let missing = (missing > 0).then(|| format!("{missing} numbered records are missing"));
        let counted = [also, missing];
        let others = counted.iter().flatten().map(|finding| format!("{source}: {finding}"));
        let mut damage = report
            .damage()
            .iter()
            .map(|damage| format!("{source}:{}: {}", damage.line, damage.kind))
            .peekable();
        if self.first_damage.is_none() {
            self.first_damage = damage.peek().cloned();
        }
        let outcome = &mut self.outcome;
        outcome.finding_count += report.damage_count() + counted.iter().flatten().count() as u64;
        outcome.findings.extend(others.chain(damage));
        outcome.findings.truncate(FINDINGS);
        outcome.entries += entries;
        self.counts.push(entries);
        self.bytes += report.bytes();
    }
}
