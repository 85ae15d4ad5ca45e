//! From bytes to entries, and an account of what was damaged.

mod damage;
mod detached;
mod header;
mod lines;
mod recover;
mod report;
mod seq;

pub use damage::{Damage, DamageKind, ReadError};
pub use header::{ContextHeader, TraceHeader};
pub use report::ReadReport;
pub use seq::{SeqAudit, WriterSpan};

use std::collections::VecDeque;
use std::io::BufRead;
use std::ops::Range;

use crate::{DecodeError, TRACE_SCHEMA_VERSION, TraceRecord};
use damage::Finding;
use detached::Detached;
use lines::{LineEnd, Lines};
use recover::{Piece, recover};

/// Reads a trace entry by entry, in memory bounded by its [`ReadLimits`].
///
/// Every line that is a JSON object is an entry, ours or foreign. Everything else is damage and is accounted for in the
/// [`ReadReport`]. Blank lines are skipped. A byte order mark at the start of a line is skipped. A last line without a
/// newline is an entry when it is whole, and a torn tail when it is not.
///
/// In [`salvage`](Self::salvage) mode nothing stops the reading, and records glued to a fragment or to each other are
/// recovered. In [`strict`](Self::strict) mode the first line that is not JSON does stop it, save for a last line without
/// a newline.
///
/// # Examples
///
/// ```
/// use trace_core::{DamageKind, TraceReader};
///
/// let file = b"{\"type\":\"note\"}\nnot json\n{\"type\":\"no";
/// let mut reader = TraceReader::salvage(&file[..]);
/// let mut entries = 0;
/// while let Some(entry) = reader.next_entry()? {
///     assert_eq!((entry.line, entry.text), (1, "{\"type\":\"note\"}"));
///     entries += 1;
/// }
/// let report = reader.into_report();
/// assert_eq!((entries, report.damage_count()), (1, 2));
/// assert_eq!(report.damage()[1].kind, DamageKind::TornTail);
/// # Ok::<(), trace_core::ReadError>(())
/// ```
#[derive(Debug)]
pub struct TraceReader<R> {
    lines: Lines<R>,
    mode: Mode,
    limits: ReadLimits,
    report: ReadReport,
    pending: VecDeque<(Range<usize>, Detached)>,
    ended: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Strict,
    Salvage,
}

/// How large a line may be before it counts as damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadLimits {
    /// The longest line in bytes; 16 MiB by default.
    pub max_line: usize,
    /// The deepest nesting of arrays and objects; 1,024 by default.
    pub max_depth: usize,
    /// How many findings are kept with their place; 100 by default. All are counted.
    pub max_damage: usize,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self { max_line: 16 << 20, max_depth: 1024, max_damage: 100 }
    }
}

/// One JSON object of a trace.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TraceEntry<'a> {
    /// The line it stands on, from 1.
    pub line: u64,
    /// Where it begins, in bytes from the start of the input.
    pub offset: u64,
    /// Its text, without the newline.
    pub text: &'a str,
    /// What can be known of it without decoding it.
    pub header: TraceHeader<'a>,
}

/// What sort of entry it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// It has the envelope of a record of this schema; [`TraceEntry::record`] decodes it.
    Record,
    /// It names a higher schema version; keep it as text.
    NewerSchema(u64),
    /// It is some other JSON object; keep it as text.
    Foreign,
}

impl TraceEntry<'_> {
    /// What sort of entry it is, judged by its envelope.
    pub fn kind(&self) -> EntryKind {
        let header = &self.header;
        match header.schema_version {
            Some(version) if version > u64::from(TRACE_SCHEMA_VERSION) => EntryKind::NewerSchema(version),
            Some(_) if header.id.is_some() && header.timestamp.is_some() && header.kind.is_some() => {
                EntryKind::Record
            }
            _ => EntryKind::Foreign,
        }
    }

    /// Decodes the entry.
    ///
    /// # Errors
    ///
    /// It is no record of this schema, whatever its envelope says. Its text is still good JSON.
    pub fn record(&self) -> Result<TraceRecord, DecodeError> {
        TraceRecord::from_json(self.text)
    }
}

impl<R: BufRead> TraceReader<R> {
    /// A reader that stops at the first line that is not JSON.
    pub fn strict(input: R) -> Self {
        Self::new(input, Mode::Strict)
    }

    /// A reader that nothing stops.
    pub fn salvage(input: R) -> Self {
        Self::new(input, Mode::Salvage)
    }

    fn new(input: R, mode: Mode) -> Self {
        Self {
            lines: Lines::new(input),
            mode,
            limits: ReadLimits::default(),
            report: ReadReport::default(),
            pending: VecDeque::new(),
            ended: false,
        }
    }

    /// The same reader with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: ReadLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The next entry, or `None` at the end.
    ///
    /// # Errors
    ///
    /// The input cannot be read, or in strict mode a line is not JSON.
    pub fn next_entry(&mut self) -> Result<Option<TraceEntry<'_>>, ReadError> {
        while self.pending.is_empty() {
            if self.ended {
                return Ok(None);
            }
            match self.lines.advance(self.limits.max_line) {
                Ok(end) => self.take_line(end)?,
                Err(error) => {
                    self.ended = true;
                    self.input_failed(error)?;
                }
            }
        }
        Ok(self.pop_pending())
    }

    /// The account so far.
    pub fn report(&self) -> &ReadReport {
        &self.report
    }

    /// The account of everything read.
    pub fn into_report(self) -> ReadReport {
        self.report
    }

    fn pop_pending(&mut self) -> Option<TraceEntry<'_>> {
        let (range, header) = self.pending.pop_front()?;
        let offset = self.lines.offset + range.start as u64;
        // Ranges come from a line that was checked to be UTF-8 and JSON.
        let text = simdutf8::basic::from_utf8(self.lines.text().get(range)?).ok()?;
        let header = header.attach(text);
        self.report.count_entry(&header);
        Some(TraceEntry { line: self.lines.number, offset, text, header })
    }

    fn take_line(&mut self, end: LineEnd) -> Result<(), ReadError> {
        self.report.bytes = self.lines.offset + self.lines.length;
        if end == LineEnd::Eof {
            self.ended = true;
        }
        let start = lines::skip_marks(self.lines.text());
        let line = self.lines.text().get(start.end..).unwrap_or_default();
        if start.nuls > 0 && !(end == LineEnd::Eof && line.is_empty()) {
            let finding = Finding::new(0..start.end, DamageKind::NulBytes { count: start.nuls });
            self.damaged(&finding, end)?;
        }
        let findings = self.inspect(start.end, start.nuls, end);
        for finding in findings {
            self.damaged(&finding, end)?;
        }
        Ok(())
    }

    /// Queues the entries of the current line and returns what is wrong with it.
    fn inspect(&mut self, start: usize, nuls: u64, end: LineEnd) -> Vec<Finding> {
        let bytes = self.lines.text();
        let is_tail = end == LineEnd::Eof;
        let line = &bytes[start..];
        if self.lines.too_long {
            let limit = self.limits.max_line;
            let kind = if is_tail { DamageKind::TornTail } else { DamageKind::TooLong { limit } };
            return vec![Finding::new(start..bytes.len(), kind)];
        }
        if line.trim_ascii().is_empty() {
            let tail = (nuls > 0 && is_tail).then(|| Finding::new(0..start, DamageKind::TornTail));
            return tail.into_iter().collect();
        }
        if self.lines.number == 1 && lines::is_utf16(line) {
            self.ended = true;
            return vec![Finding::new(start..bytes.len(), DamageKind::Utf16)];
        }
        let text = match recover::readable(line, self.limits.max_depth, is_tail) {
            Ok(text) => text,
            Err(kind) => return vec![Finding::new(start..bytes.len(), kind)],
        };
        if let Ok(header) = TraceHeader::scan(text) {
            self.pending.push_back((start..bytes.len(), Detached::new(header, text)));
            return Vec::new();
        }
        let pieces = recover(text, self.mode == Mode::Salvage, is_tail);
        self.sort_out(pieces, start)
    }

    fn sort_out(&mut self, pieces: Vec<Piece>, start: usize) -> Vec<Finding> {
        let moved = |range: Range<usize>| start + range.start..start + range.end;
        let mut findings = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Entry(range, header) => self.pending.push_back((moved(range), *header)),
                Piece::Damage(range, kind) => findings.push(Finding::new(moved(range), kind)),
            }
        }
        findings
    }

    fn damaged(&mut self, finding: &Finding, end: LineEnd) -> Result<(), ReadError> {
        let length = if self.lines.too_long { self.lines.length } else { finding.range.len() as u64 };
        let damage = Damage::new(finding, self.lines.number, self.lines.offset, length, self.lines.text());
        if self.mode == Mode::Strict && end == LineEnd::Newline && damage.kind.stops_strict() {
            self.ended = true;
            self.pending.clear();
            return Err(ReadError::Damaged(damage));
        }
        self.report.add_damage(damage, self.limits.max_damage);
        Ok(())
    }

    fn input_failed(&mut self, error: std::io::Error) -> Result<(), ReadError> {
        if self.mode == Mode::Strict {
            return Err(ReadError::Io(error));
        }
        self.take_line(LineEnd::Eof)?;
        let finding = Finding::new(0..0, DamageKind::Input { message: error.to_string() });
        self.damaged(&finding, LineEnd::Eof)
    }
}
