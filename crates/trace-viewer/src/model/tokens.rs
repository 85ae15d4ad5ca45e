//! Tokens, each counted once although two kinds of record report them.
//!
//! An LLM call reports its own usage; a `token_usage` record reports that of a call, a turn or a session once more. Usage
//! records therefore add only what they report beyond the calls of the same iteration, turn or session: what was lost with
//! a call's own record is still counted.

use std::collections::{BTreeMap, HashMap};

use super::Usage;
use super::ids::NONE;

/// Where tokens were spent; [`NONE`] for parts that are not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) session: u32,
    pub(super) turn: u32,
    pub(super) iteration: u32,
}

/// Everything that was reported.
#[derive(Debug, Default)]
pub(super) struct Spending {
    /// By the node of the call: a repeated end replaces the first.
    calls: HashMap<u32, (Spot, Usage)>,
    beyond: Vec<(Spot, Usage)>,
    reports: Vec<(Spot, Usage)>,
}

impl Spending {
    pub(super) fn call(&mut self, node: u32, spot: Spot, usage: Usage) {
        self.calls.insert(node, (spot, usage));
    }

    /// Two halves of a call became one.
    pub(super) fn moved(&mut self, from: u32, to: u32) {
        if let Some(spent) = self.calls.remove(&from) {
            self.calls.insert(to, spent);
        }
    }

    pub(super) fn report(&mut self, spot: Spot, usage: Usage) {
        self.reports.push((spot, usage));
    }

    /// Compares reports with calls, once everything is there.
    pub(super) fn settle(&mut self) {
        for level in [Level::Iteration, Level::Turn, Level::Session] {
            self.reconcile(level);
        }
    }

    /// What was reported beyond all calls.
    pub(super) fn beyond(&self) -> &[(Spot, Usage)] {
        &self.beyond
    }

    /// Totals by session.
    pub(super) fn by_session(&self) -> HashMap<u32, Usage> {
        let mut totals = HashMap::new();
        for &(spot, usage) in self.calls.values().chain(&self.beyond) {
            let total: &mut Usage = totals.entry(spot.session).or_default();
            *total = total.plus(usage);
        }
        totals
    }

    /// Adds what this level's reports say beyond the calls they cover.
    fn reconcile(&mut self, level: Level) {
        let mut groups: BTreeMap<Spot, (Vec<Usage>, Vec<Usage>)> = BTreeMap::new();
        for &(spot, usage) in self.reports.iter().filter(|(spot, _)| Level::of(*spot) == level) {
            groups.entry(spot).or_default().1.push(usage);
        }
        for &(spot, usage) in self.calls.values().chain(&self.beyond) {
            if let Some((calls, _)) = groups.get_mut(&level.cut(spot)) {
                calls.push(usage);
            }
        }
        for (spot, (calls, reports)) in groups {
            let beyond = beyond(calls, reports);
            if beyond != Usage::default() {
                self.beyond.push((spot, beyond));
            }
        }
    }
}

/// What the reports say beyond the calls: equal ones are the same spending; the rest are compared as sums.
fn beyond(calls: Vec<Usage>, mut reports: Vec<Usage>) -> Usage {
    let mut unmatched: HashMap<Usage, usize> = HashMap::new();
    for call in calls {
        *unmatched.entry(call).or_default() += 1;
    }
    reports.retain(|report| match unmatched.get_mut(report) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    let rest = unmatched.iter().flat_map(|(usage, &count)| std::iter::repeat_n(*usage, count));
    let sum = |usages: &mut dyn Iterator<Item = Usage>| usages.fold(Usage::default(), Usage::plus);
    sum(&mut reports.into_iter()).beyond(sum(&mut rest.into_iter()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Iteration,
    Turn,
    Session,
}

impl Level {
    fn of(spot: Spot) -> Self {
        match (spot.turn, spot.iteration) {
            (NONE, _) => Self::Session,
            (_, NONE) => Self::Turn,
            _ => Self::Iteration,
        }
    }

    /// The spot as this level sees it.
    fn cut(self, spot: Spot) -> Spot {
        match self {
            Self::Iteration => spot,
            Self::Turn => Spot { iteration: NONE, ..spot },
            Self::Session => Spot { turn: NONE, iteration: NONE, ..spot },
        }
    }
}

impl Usage {
    /// The sum, bucket by bucket.
    pub(crate) fn plus(self, other: Self) -> Self {
        self.zip(other, i64::saturating_add)
    }

    /// The difference, bucket by bucket.
    pub(super) fn minus(self, other: Self) -> Self {
        self.zip(other, i64::saturating_sub)
    }

    /// How much more this is, bucket by bucket; never negative.
    fn beyond(self, other: Self) -> Self {
        self.zip(other, |more, less| more.saturating_sub(less).max(0))
    }

    fn zip(self, other: Self, join: impl Fn(i64, i64) -> i64) -> Self {
        Self {
            input: join(self.input, other.input),
            cache_read: join(self.cache_read, other.cache_read),
            cache_write: join(self.cache_write, other.cache_write),
            output: join(self.output, other.output),
            reasoning: join(self.reasoning, other.reasoning),
        }
    }
}
