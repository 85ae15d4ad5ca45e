//! What is wrong with an input, and where.

use std::fmt;
use std::ops::Range;

/// A part of the input that is no entry.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Damage {
    /// The line, from 1.
    pub line: u64,
    /// Where it begins, in bytes from the start of the input.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
    /// What is wrong.
    pub kind: DamageKind,
    /// Its first characters.
    pub excerpt: String,
}

/// What is wrong with a part of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DamageKind {
    /// The line is not JSON.
    NotJson {
        /// The byte column, from 1.
        column: usize,
        /// What the parser expected.
        message: String,
    },
    /// The line is JSON, but no object.
    NotAnObject,
    /// Two objects stand on one line; both were read.
    MissingNewline,
    /// More objects stand on one line than are taken from one.
    TooManyObjects {
        /// The limit.
        limit: usize,
    },
    /// The input ends within a record: its writer was stopped.
    TornTail,
    /// NUL bytes, as a power loss or a truncated file leaves them; they were skipped.
    NulBytes {
        /// How many.
        count: u64,
    },
    /// The line is not UTF-8.
    NotUtf8 {
        /// The byte column of the first bad byte, from 1.
        column: usize,
    },
    /// The input is UTF-16; convert it to UTF-8.
    Utf16,
    /// The line is longer than the limit.
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The line nests deeper than the limit.
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// The input could not be read on.
    Input {
        /// Why.
        message: String,
    },
}

impl DamageKind {
    /// Not JSON, in a part of a line that begins after `skipped` bytes.
    pub(super) fn not_json(error: &serde_json::Error, skipped: usize) -> Self {
        let text = error.to_string();
        let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
        Self::NotJson { column: skipped + error.column(), message }
    }

    /// Whether a strict reader stops here: the line is not JSON.
    pub(super) fn stops_strict(&self) -> bool {
        !matches!(self, Self::TornTail | Self::NotAnObject)
    }
}

impl fmt::Display for DamageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { column, message } => write!(f, "not JSON: {message} at column {column}"),
            Self::NotAnObject => f.write_str("JSON, but not an object"),
            Self::MissingNewline => f.write_str("several objects on one line; all were read"),
            Self::TooManyObjects { limit } => {
                write!(f, "more than {limit} objects on one line; the rest was skipped")
            }
            Self::TornTail => f.write_str("the file ends within this line: its writer was stopped"),
            Self::NulBytes { count } => write!(f, "{count} NUL bytes skipped"),
            Self::NotUtf8 { column } => write!(f, "not UTF-8 at column {column}"),
            Self::Utf16 => f.write_str("not UTF-8: this is UTF-16, convert the file first"),
            Self::TooLong { limit } => write!(f, "longer than the limit of {limit} bytes"),
            Self::TooDeep { limit } => write!(f, "nested deeper than the limit of {limit}"),
            Self::Input { message } => write!(f, "cannot be read on from here: {message}"),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} (byte {}): {}", self.line, self.offset, self.kind)
    }
}

/// Damage within the current line.
pub(super) struct Finding {
    pub(super) range: Range<usize>,
    pub(super) kind: DamageKind,
}

impl Finding {
    pub(super) fn new(range: Range<usize>, kind: DamageKind) -> Self {
        Self { range, kind }
    }
}

/// Characters of a damaged line that are kept to show it.
const EXCERPT_CHARS: usize = 80;

impl Damage {
    pub(super) fn new(finding: &Finding, line: u64, line_offset: u64, length: u64, text: &[u8]) -> Self {
        let bytes = text.get(finding.range.clone()).unwrap_or_default();
        let head = &bytes[..bytes.len().min(EXCERPT_CHARS * 4)];
        Self {
            line,
            offset: line_offset + finding.range.start as u64,
            length,
            kind: finding.kind.clone(),
            excerpt: String::from_utf8_lossy(head).chars().take(EXCERPT_CHARS).collect(),
        }
    }
}

/// A reader stopped.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// In strict mode, a line is not JSON.
    Damaged(Damage),
    /// The input cannot be read.
    Io(std::io::Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(damage) => write!(f, "{damage}"),
            Self::Io(_) => f.write_str("the input cannot be read"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Damaged(_) => None,
            Self::Io(error) => Some(error),
        }
    }
}
