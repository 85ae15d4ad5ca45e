//! The largest few of many, and the sum of the rest.

use super::Spend;

/// Rows that are listed one by one.
pub(super) const LISTED: usize = 20;

/// Rows by what they used: the first few, and all others together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ranked {
    /// Rows and what each used, most first.
    pub lines: Vec<(u32, Spend)>,
    /// How many more rows there are.
    pub more: u64,
    /// What those used together.
    pub rest: Spend,
    /// What belongs to none of the rows.
    pub outside: Spend,
}

impl Ranked {
    /// Adds a row.
    pub(super) fn push(&mut self, row: u32, spend: Spend) {
        self.lines.push((row, spend));
        if self.lines.len() >= 8 * LISTED {
            self.cut();
        }
    }

    /// The finished list: `total` is what all of it adds up to.
    pub(super) fn finish(mut self, total: &Spend) -> Self {
        self.cut();
        self.outside = total.without(&self.rest);
        for (_, spend) in &self.lines {
            self.outside = self.outside.without(spend);
        }
        self
    }

    fn cut(&mut self) {
        self.lines.sort_unstable_by_key(|(row, spend)| (std::cmp::Reverse((spend.cost, spend.sum())), *row));
        for (_, spend) in self.lines.drain(LISTED.min(self.lines.len())..) {
            self.more += 1;
            self.rest.add(&spend);
        }
    }
}
