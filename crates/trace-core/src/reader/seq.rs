//! Which of the records that writers numbered are there.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Writers an audit tells apart; records of further ones are not audited.
const MAX_WRITERS: usize = 1024;
/// Runs of numbers kept for one writer; beyond that the oldest gap is taken as filled.
const MAX_RUNS: usize = 4096;

/// The numbers seen of each writer, in any order of arrival.
#[derive(Debug, Clone, Default)]
pub struct SeqAudit {
    writers: BTreeMap<String, Runs>,
    repeats: u64,
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

    pub(super) fn see(&mut self, writer: &str, seq: u64) {
        if !self.writers.contains_key(writer) && self.writers.len() < MAX_WRITERS {
            self.writers.insert(writer.to_owned(), Runs::default());
        }
        if let Some(runs) = self.writers.get_mut(writer) {
            self.repeats += u64::from(!runs.insert(seq));
        }
    }
}

/// Runs of consecutive numbers: first to last.
#[derive(Debug, Clone, Default)]
struct Runs(BTreeMap<u64, u64>);

impl Runs {
    /// Adds a number; `false` when it is there already.
    fn insert(&mut self, seq: u64) -> bool {
        let before = self.0.range(..=seq).next_back().map(|(&first, &last)| (first, last));
        if before.is_some_and(|(_, last)| last >= seq) {
            return false;
        }
        let first = before.filter(|&(_, last)| last + 1 == seq).map_or(seq, |(first, _)| first);
        let last = seq.checked_add(1).and_then(|next| self.0.remove(&next)).unwrap_or(seq);
        self.0.insert(first, last);
        if self.0.len() > MAX_RUNS {
            self.close_oldest_gap();
        }
        true
    }

    fn close_oldest_gap(&mut self) {
        if let Some((first, _)) = self.0.pop_first()
            && let Some((_, last)) = self.0.pop_first()
        {
            self.0.insert(first, last);
        }
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
