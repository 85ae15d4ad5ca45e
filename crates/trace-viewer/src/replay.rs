//! Records of traces handed to a sink: what was written to a file goes on its way again.
//!
//! Reading is one pass, and a record is kept in memory for as long as it takes to hand it over; only what began before a
//! stretch of time that is wanted waits until it is known whether it reaches into it.

mod window;

use std::fmt;

use chrono::TimeDelta;
use trace_core::{EntryKind, ReadReport, TraceEntry, TraceReader, TraceRecord, TraceSink, TraceSinkError};

use crate::input::{Input, InputLimits, Source};
use crate::query::{Clock, instant_us};
use crate::render::{Outcome, Progress, RenderError};

use window::Window;

/// What a caller decides about a replay.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReplayOptions {
    /// In microseconds since 1970: what ended before it is left out.
    pub since_us: Option<i64>,
    /// In microseconds since 1970: what started after it is left out.
    pub until_us: Option<i64>,
    /// Is added to every record's time.
    pub shift: TimeDelta,
    /// Bounds of each input.
    pub limits: InputLimits,
}

/// What a replay did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replayed {
    /// What was read, and what of it is damaged; its sessions and failures are not counted.
    pub outcome: Outcome,
    /// Records that the sink took.
    pub records: u64,
    /// Records that are not in the wanted stretch of time.
    pub left_out: u64,
    /// JSON objects that are no records.
    pub foreign: u64,
}

/// Why a replay ended early.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReplayError {
    /// Reading failed.
    Read(RenderError),
    /// The sink did not take a record.
    Sink(TraceSinkError),
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "{error}"),
            Self::Sink(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for ReplayError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(error) => error.source(),
            Self::Sink(error) => error.source(),
        }
    }
}

impl From<RenderError> for ReplayError {
    fn from(error: RenderError) -> Self {
        Self::Read(error)
    }
}

/// Hands the records of the sources to a sink, in the order in which they stand there.
///
/// What is damaged or foreign is counted and left out. The sink is not flushed.
///
/// # Examples
///
/// ```
/// use trace_core::NullTraceSink;
/// use trace_viewer::input::Source;
/// use trace_viewer::replay::{ReplayOptions, replay};
///
/// let trace = br#"{"schema_version":2,"id":"r1","timestamp":"2026-05-11T09:00:00Z","context":{},"type":"note"}
/// {"not":"a record"}"#;
/// let source = [Source::Bytes("trace.jsonl", trace)];
/// let replayed = replay(&source, &NullTraceSink, &ReplayOptions::default(), &mut ())?;
/// assert_eq!((replayed.records, replayed.foreign), (1, 1));
/// # Ok::<(), trace_viewer::replay::ReplayError>(())
/// ```
///
/// # Errors
///
/// A source cannot be opened, none holds an entry, or the sink does not take a record.
pub fn replay(
    sources: &[Source],
    sink: &dyn TraceSink,
    options: &ReplayOptions,
    progress: &mut dyn Progress,
) -> Result<Replayed, ReplayError> {
    let mut replaying = Replaying {
        sink,
        shift: options.shift,
        window: Window::new(options.since_us, options.until_us),
        ready: Vec::new(),
        done: Replayed::default(),
    };
    let mut bytes = 0;
    for source in sources {
        let mut unread = 0;
        let report =
            each_entry(source, options.limits, progress, |entry| replaying.take(entry, &mut unread))?;
        bytes += report.bytes();
        let outcome = &mut replaying.done.outcome;
        outcome.tell(source, &report);
        if unread > 0 {
            outcome.note(format!("{source}: {unread} records do not have the form of this schema"), unread);
        }
    }
    replaying.finish()?;
    let Replayed { outcome, .. } = &replaying.done;
    if outcome.entries == 0 {
        let name = sources.first().map(Source::to_string).unwrap_or_default();
        let finding = outcome.findings.first().cloned();
        return Err(RenderError::NoEntries { name, bytes, finding }.into());
    }
    Ok(replaying.done)
}

/// Finds out when the traces in the sources begin and end, without decoding their records.
///
/// # Errors
///
/// A source cannot be opened.
pub fn clock(
    sources: &[Source],
    limits: InputLimits,
    progress: &mut dyn Progress,
) -> Result<Clock, RenderError> {
    let mut span: Option<(i64, i64)> = None;
    for source in sources {
        each_entry(source, limits, progress, |entry| -> Result<(), RenderError> {
            if let Some(time) = entry.header.timestamp.as_deref().and_then(instant_us) {
                let (first, last) = span.unwrap_or((time, time));
                span = Some((first.min(time), last.max(time)));
            }
            Ok(())
        })?;
    }
    let (first, last) = span.unzip();
    let span_us = first.zip(last).map_or(0, |(first, last)| last.saturating_sub(first));
    Ok(Clock { start_us: first, span_us })
}

/// Reads all that can be read of a source.
fn each_entry<E: From<RenderError>>(
    source: &Source,
    limits: InputLimits,
    progress: &mut dyn Progress,
    mut take: impl FnMut(&TraceEntry<'_>) -> Result<(), E>,
) -> Result<ReadReport, E> {
    let input = Input::open(source, limits).map_err(RenderError::Input)?;
    let (size, consumed) = (input.size(), input.consumed());
    let mut reader = TraceReader::salvage(input.into_reader());
    let damaged = |error| RenderError::Damaged { name: source.to_string(), source: error };
    let mut entries: u64 = 0;
    while let Some(entry) = reader.next_entry().map_err(damaged)? {
        take(&entry)?;
        entries += 1;
        if entries.is_multiple_of(512) {
            progress.report(consumed(), size);
        }
    }
    Ok(reader.into_report())
}

/// A replay under way.
struct Replaying<'a> {
    sink: &'a dyn TraceSink,
    shift: TimeDelta,
    window: Window,
    /// Records to hand over now.
    ready: Vec<TraceRecord>,
    done: Replayed,
}

impl Replaying<'_> {
    fn take(&mut self, entry: &TraceEntry<'_>, unread: &mut u64) -> Result<(), ReplayError> {
        self.done.outcome.entries += 1;
        match (entry.kind(), entry.record()) {
            (EntryKind::Foreign, _) => self.done.foreign += 1,
            (EntryKind::Record, Ok(record)) => {
                self.done.left_out += self.window.take(record, &mut self.ready);
            }
            (EntryKind::Record | EntryKind::NewerSchema(_), _) => *unread += 1,
        }
        self.hand_over()
    }

    fn finish(&mut self) -> Result<(), ReplayError> {
        self.done.left_out += self.window.finish(&mut self.ready);
        self.hand_over()
    }

    fn hand_over(&mut self) -> Result<(), ReplayError> {
        for mut record in self.ready.drain(..) {
            // A time that no calendar holds stays where it is.
            record.timestamp = record.timestamp.checked_add_signed(self.shift).unwrap_or(record.timestamp);
            self.sink.append(&record).map_err(ReplayError::Sink)?;
            self.done.records += 1;
        }
        Ok(())
    }
}
