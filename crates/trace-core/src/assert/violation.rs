//! What can be wrong with a trace.

use std::fmt;

use crate::TraceRecord;

/// Something in a trace that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// What is wrong.
    pub kind: ViolationKind,
    /// What it is wrong with, such as `tool call call-9 of session chat-1`.
    pub subject: String,
    /// The place of the record that shows it, from 0.
    pub index: usize,
    /// That record's id.
    pub record_id: String,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ViolationKind {
    /// It started and never ended.
    NotEnded,
    /// It ended and never started.
    NotStarted,
    /// It started again before it ended.
    StartedTwice,
    /// It ended again.
    EndedTwice,
    /// Its parent is nowhere in the trace.
    DanglingParent,
    /// It is its own parent.
    OwnParent,
    /// It has no name.
    NoName,
    /// It has no id by which its start and end could be paired.
    NoId,
}

impl ViolationKind {
    fn text(self) -> &'static str {
        match self {
            Self::NotEnded => "started and never ended",
            Self::NotStarted => "ended and never started",
            Self::StartedTwice => "started again before it ended",
            Self::EndedTwice => "ended again",
            Self::DanglingParent => "hangs under a parent that is not in the trace",
            Self::OwnParent => "is its own parent",
            Self::NoName => "has no name",
            Self::NoId => "has no id to pair its start and end by",
        }
    }
}

impl Violation {
    pub(super) fn new(kind: ViolationKind, subject: String, index: usize, record: &TraceRecord) -> Self {
        Self { kind, subject, index, record_id: record.id.clone() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, subject, index, record_id } = self;
        write!(f, "{subject} {} (record {index}, {record_id})", kind.text())
    }
}

impl std::error::Error for Violation {}
