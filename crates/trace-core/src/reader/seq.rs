//! Which of the records that writers numbered are there.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Writers an audit tells apart.
const MAX_WRITERS: usize = 1024;
/// Bytes of a writer's id; ours have 36.
const MAX_WRITER_LEN: usize = 128;
/// Runs of consecutive numbers kept for one writer.
const MAX_RUNS: usize = 4096;

/// The numbers seen of each writer, in any order of arrival.
#[derive(Debug, Clone, Default)]
pub struct SeqAudit {
    writers: BTreeMap<String, Runs>,
    repeats: u64,
    unaudited: u64,
}

/// What is known of one writer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WriterSpan {
    /// The writer's id.
    pub writer: String,
    /// The lowest number seen. Writers count from 0: what is below stood in an older file, or is lost.
    pub first: u64,
    /// The highest number seen.
    pub last: u64,
    /// The numbers between them that were not seen.
    pub missing: Vec<RangeInclusive<u64>>,
}

impl SeqAudit {
    /// One span per writer, in the order of their ids.
    pub fn spans(&self) -> impl Iterator<Item = WriterSpan> {
        self.writers.iter().filter_map(|(writer, runs)| runs.span(writer))
    }

    /// How many numbers are missing between the first and the last of their writer.
    pub fn missing(&self) -> u64 {
        let gaps = self.writers.values().flat_map(Runs::gaps);
        gaps.fold(0, |sum, gap| sum.saturating_add((gap.end() - gap.start()).saturating_add(1)))
    }

    /// How many records came again.
    pub fn repeats(&self) -> u64 {
        self.repeats
    }

    /// How many numbered records were left out to bound the memory: those of the 1,025th writer and on, of writers whose
    /// id is longer than 128 bytes, and of writers with more than 4,096 gaps. Their numbers count as missing where a gap
    /// holds them.
    pub fn unaudited(&self) -> u64 {
        self.unaudited
    }

    pub(super) fn see(&mut self, writer: &str, seq: u64) {
        let fits = self.writers.len() < MAX_WRITERS && writer.len() <= MAX_WRITER_LEN;
        if fits && !self.writers.contains_key(writer) {
            self.writers.insert(writer.to_owned(), Runs::default());
        }
        match self.writers.get_mut(writer).map(|runs| runs.insert(seq)) {
            Some(Seen::New) => {}
            Some(Seen::Again) => self.repeats += 1,
            Some(Seen::NoRoom) | None => self.unaudited += 1,
        }
    }
}

/// What a number is to those before it.
enum Seen {
    New,
    Again,
    NoRoom,
}

/// Runs of consecutive numbers: first to last.
#[derive(Debug, Clone, Default)]
struct Runs(BTreeMap<u64, u64>);

impl Runs {
    fn insert(&mut self, seq: u64) -> Seen {
        let before = self.0.range(..=seq).next_back().map(|(&first, &last)| (first, last));
        if before.is_some_and(|(_, last)| last >= seq) {
            return Seen::Again;
        }
        let joined = before.filter(|&(_, last)| last + 1 == seq).map(|(first, _)| first);
        let next = seq.checked_add(1).filter(|next| self.0.contains_key(next));
        if joined.is_none() && next.is_none() && self.0.len() >= MAX_RUNS {
            return Seen::NoRoom;
        }
        let last = next.and_then(|next| self.0.remove(&next)).unwrap_or(seq);
        self.0.insert(joined.unwrap_or(seq), last);
        Seen::New
    }

    fn gaps(&self) -> impl Iterator<Item = RangeInclusive<u64>> {
        self.0.values().zip(self.0.keys().skip(1)).map(|(last, first)| last + 1..=first - 1)
    }

    fn span(&self, writer: &str) -> Option<WriterSpan> {
        let (&first, _) = self.0.first_key_value()?;
        let (_, &last) = self.0.last_key_value()?;
        Some(WriterSpan { writer: writer.to_owned(), first, last, missing: self.gaps().collect() })
    }
}
