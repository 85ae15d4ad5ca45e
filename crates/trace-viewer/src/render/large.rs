//! A page that is too large, and how to make it smaller.

use std::fmt;

use crate::model::{Model, RowKind};
use crate::page::{counted, grouped, page_without_records};
use crate::query::TraceRows;

/// Sessions that a message names.
const NAMED: usize = 3;

/// A page that was not written because it would be too large.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LargePage {
    /// The first input as it was named.
    pub name: String,
    /// The bytes it would have.
    pub size: u64,
    /// The bytes that were allowed.
    pub limit: u64,
    /// The sessions with most of the records' bytes, the largest first.
    pub sessions: Vec<SessionShare>,
    /// The part of the records' bytes that stream chunks have, in percent.
    pub chunk_percent: u64,
    /// The sessions that were chosen already, as they were named.
    pub chosen: Vec<String>,
}

/// How much of the records' bytes a session has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionShare {
    /// The session's id.
    pub id: String,
    /// In percent.
    pub percent: u64,
}

impl LargePage {
    pub(super) fn new(model: &Model, name: String, size: u64, limit: u64, chosen: Vec<String>) -> Self {
        let rows = TraceRows::new(model, Vec::new());
        let mut bytes = vec![0_u64; model.rows.len()];
        let (mut all, mut chunks) = (0, 0);
        for record in &model.records {
            let len = u64::from(record.len);
            all += len;
            if let Some(session) = rows.session_of(record.row as usize) {
                bytes[session] += len;
            }
            let kind = model.rows[record.row as usize].kind;
            chunks += if matches!(kind, RowKind::ProviderChunk | RowKind::RuntimeChunk) { len } else { 0 };
        }
        let percent = |bytes: u64| bytes.saturating_mul(100) / all.max(1);
        let mut sessions: Vec<SessionShare> = model
            .sessions
            .iter()
            .map(|session| SessionShare {
                id: session.id.clone(),
                percent: percent(bytes[session.row as usize]),
            })
            .collect();
        sessions.sort_by_key(|session| std::cmp::Reverse(session.percent));
        Self { name, size, limit, sessions, chunk_percent: percent(chunks), chosen }
    }

    /// What to add to the command: what was not chosen yet.
    fn example(&self) -> String {
        let chosen: Vec<String> =
            self.chosen.iter().map(|session| format!("--session {} ", quoted(session))).collect();
        match self.sessions.as_slice() {
            [largest, _, ..] if self.chosen.is_empty() => format!("--session {}", quoted(&largest.id)),
            _ if self.chunk_percent > 0 => format!("{}--query=-kind:chunk", chosen.concat()),
            _ => format!("{}--since=-5m", chosen.concat()),
        }
    }
}

impl fmt::Display for LargePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut size, mut limit) = (bytes(self.size), bytes(self.limit));
        if size == limit {
            (size, limit) = (counted(self.size, "byte", "bytes"), grouped(self.limit.into()));
        }
        write!(f, "the page would have {size}, and --max-size allows {limit}; ")?;
        if self.limit <= page_without_records() {
            return write!(f, "every page has {} of script and style", bytes(page_without_records()));
        }
        f.write_str("choose a part of it with --session, ")?;
        f.write_str("--turn, --since, --until or --query")?;
        if self.sessions.len() > 1 {
            f.write_str("; the largest sessions are ")?;
            for (place, SessionShare { id, percent }) in self.sessions.iter().take(NAMED).enumerate() {
                write!(f, "{}{id} ({percent} %)", if place == 0 { "" } else { ", " })?;
            }
        }
        if self.chunk_percent > 0 {
            write!(f, "; stream chunks have {} %", self.chunk_percent)?;
        }
        write!(f, "; for example: trace-viewer {} {}", quoted(&self.name), self.example())
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+=,".contains(&byte);
    if !word.is_empty() && !word.starts_with('-') && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// A size in the largest unit that fits, rounded up so that it never seems to fit where it does not.
fn bytes(bytes: u64) -> String {
    let (unit, scale) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => ("kB", 1_000),
        1_000_000..1_000_000_000 => ("MB", 1_000_000),
        _ => ("GB", 1_000_000_000),
    };
    let tenths = (bytes * 10).div_ceil(scale);
    if tenths.is_multiple_of(10) {
        format!("{} {unit}", tenths / 10)
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}
