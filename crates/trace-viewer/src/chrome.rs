//! A trace as Chrome's `trace_event` JSON, which Perfetto and `chrome://tracing` open.
//!
//! Every session is a process. Its turns, LLM calls, tools and graphs stand on tracks of their own, as many as
//! there are calls at a time: what overlaps on one track is nested, and is inside the other in the trace too. Calls are
//! complete events with the times of their records, everything else is an instant. Arrows lead from a cause to what it
//! started, from a failed call to the one that tries again, and from an LLM call to the tools that it asked for; a counter
//! adds up the session's tokens.
//!
//! Memory grows with the number of records, not with their size, and the same trace gives the same bytes.

mod args;
mod event;
mod flows;
mod tracks;
mod write;

use std::fs::File;
use std::io::Write;

use crate::input::{InputLimits, Source};
use crate::page::RecordReader;
use crate::render::{Outcome, Progress, Read, RenderError, RenderOptions, read};
use crate::slice::Slice;

use write::Writer;

/// What an export begins with, and what tells it from other JSON.
pub const OPENING: &str = "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"generator\":\"trace-viewer\"";

/// What a caller decides about an export.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChromeOptions {
    /// The part to export.
    pub slice: Slice,
    /// How much of what was said goes along.
    pub content: Content,
    /// Bounds of each input.
    pub limits: InputLimits,
}

/// How much of what models, tools and users said goes along with an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Content {
    /// Names, ids, counts and error messages only.
    #[default]
    Off,
    /// The records of tool calls too.
    Tools,
    /// All records.
    Full,
}

/// Reads the sources and writes them to `out` as one JSON object; `spool` is an empty file for records on their way.
///
/// # Examples
///
/// ```
/// use trace_viewer::chrome::{ChromeOptions, OPENING, export};
/// use trace_viewer::input::Source;
///
/// let trace = br#"{"schema_version":2,"id":"r1","timestamp":"2026-05-11T09:00:00Z","context":{},"type":"note"}"#;
/// let mut out = Vec::new();
/// let spool = tempfile::tempfile()?;
/// let outcome = export(&[Source::Bytes("trace", trace)], &mut out, spool, &ChromeOptions::default(), &mut ())?;
/// assert!(outcome.entries == 1 && out.starts_with(OPENING.as_bytes()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// A source cannot be opened, none holds an entry, the slice is empty, or the export cannot be written.
pub fn export(
    sources: &[Source],
    out: &mut impl Write,
    spool: File,
    options: &ChromeOptions,
    progress: &mut dyn Progress,
) -> Result<Outcome, RenderError> {
    let reading =
        RenderOptions { slice: options.slice.clone(), limits: options.limits, ..RenderOptions::default() };
    let Read { spooled, outcome, part: _ } = read(sources, &spool, &reading, progress)?;
    let records = RecordReader::new(spool, &spooled.blocks, spooled.from);
    let mut writer = Writer::new(&spooled.model, records, options.content, out);
    writer.write().map_err(RenderError::Page)?;
    Ok(outcome)
}
