//! What is counted of each group.

use std::collections::{BTreeSet, HashMap};

use super::Times;
use crate::model::{CallCounts, LinkKind, Model, RowKind, Status, Usage};

/// Tokens and their cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spend {
    /// LLM calls that report tokens.
    pub calls: u64,
    /// Their tokens.
    pub tokens: Usage,
    /// What the priced ones cost, in the unit of [`Prices`](crate::prices::Prices).
    pub cost: i128,
    /// Tokens of those without a price; 0 where no prices are given.
    pub unpriced: i128,
}

impl Spend {
    /// All four buckets together.
    pub fn sum(&self) -> i128 {
        let Usage { input, cache_read, cache_write, output, reasoning: _ } = self.tokens;
        [input, cache_read, cache_write, output].into_iter().map(i128::from).sum()
    }

    /// Both together.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        self.add(other);
        self
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.tokens = self.tokens.plus(other.tokens);
        self.cost = self.cost.saturating_add(other.cost);
        self.unpriced = self.unpriced.saturating_add(other.unpriced);
    }

    /// What is left of this when `part` is taken away.
    pub(super) fn without(&self, part: &Self) -> Self {
        Self {
            calls: self.calls.saturating_sub(part.calls),
            tokens: self.tokens.minus(part.tokens),
            cost: self.cost.saturating_sub(part.cost),
            unpriced: self.unpriced.saturating_sub(part.unpriced),
        }
    }
}

/// The LLM calls of one model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelCalls {
    /// Index into [`Model::names`].
    pub name: u32,
    /// How they ended.
    pub counts: CallCounts,
    /// What they used.
    pub spend: Spend,
    /// How long they took, those with an end.
    pub took: Times,
    /// How long until the first chunk, or the first visible token where chunks were not recorded.
    pub first_chunk: Times,
    /// Output tokens of completed calls, and how many microseconds these took.
    pub speed: (i64, i64),
    /// Whether the model has a price.
    pub priced: bool,
}

impl ModelCalls {
    /// Output tokens in a second of call time.
    pub fn tokens_per_second(&self) -> Option<f64> {
        let (tokens, us) = self.speed;
        #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
        (us > 0).then(|| tokens as f64 * 1e6 / us as f64)
    }
}

/// The calls of one tool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolCalls {
    /// Index into [`Model::names`].
    pub name: u32,
    /// How they ended.
    pub counts: CallCounts,
    /// How long they took, those with an end.
    pub took: Times,
    /// Tokens of LLM calls inside, each charged to the innermost tool call around it.
    pub inside: Spend,
}

/// Failures of one kind that say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What failed.
    pub kind: RowKind,
    /// Index into [`Model::messages`].
    pub message: Option<u32>,
    /// How often.
    pub count: u64,
    /// How many of them were tried again.
    pub retried: u64,
    /// The first of the rows.
    pub first: u32,
}

/// Failures by kind and message.
pub(super) fn messages(model: &Model) -> Vec<Message> {
    let retried: BTreeSet<u32> =
        model.links.iter().filter(|link| link.kind == LinkKind::Retry).map(|link| link.cause).collect();
    let mut faults = model.faults.iter().peekable();
    let mut places: HashMap<(RowKind, Option<u32>), usize> = HashMap::new();
    let mut found: Vec<Message> = Vec::new();
    for (at, row) in (0_u32..).zip(&model.rows).filter(|(_, row)| row.status == Status::Failed) {
        while faults.next_if(|fault| fault.row < at).is_some() {}
        let message = faults.peek().filter(|fault| fault.row == at).map(|fault| fault.message);
        let place = *places.entry((row.kind, message)).or_insert(found.len());
        if place == found.len() {
            found.push(Message { kind: row.kind, message, count: 0, retried: 0, first: at });
        }
        found[place].count += 1;
        found[place].retried += u64::from(retried.contains(&at));
    }
    found.sort_by_key(|message| (std::cmp::Reverse(message.count), message.first));
    found
}
