//! Runs of programs: what their records say beyond the row.

use std::collections::BTreeMap;

use trace_core::Severity;

use super::body;
use super::build::Incoming;
use super::ids::{Names, index};
use super::lenient::Num;
use super::time::{Instant, Span};

/// A run of a program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// Index into [`Model::rows`](super::Model::rows).
    pub row: u32,
    /// Its id.
    pub id: String,
    /// The exit code of its summary.
    pub exit_code: Option<i64>,
    /// Log lines and runtime events by severity, from trace to critical: as its summary counts them, or without one as
    /// they stand in the input.
    pub counts: [u64; 6],
    /// What started it.
    pub trigger: String,
    /// Whether it has no summary although another run began after its last record.
    pub vanished: bool,
    /// Microseconds from its start to its last record.
    pub lasted_us: i64,
}

/// Runs while records still arrive.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// By the run's node.
    told: BTreeMap<u32, Told>,
    ids: Names,
    /// When records of a run were written, by the number of its id.
    spans: Vec<Span>,
    counts: Vec<[u64; 6]>,
    latest: Option<u32>,
}

#[derive(Debug, Default)]
struct Told {
    id: u32,
    exit_code: Option<i64>,
    counts: Option<[u64; 6]>,
    trigger: String,
    ended: bool,
}

impl Runs {
    /// Takes the time of a record of a run.
    pub(super) fn saw(&mut self, run: &str, time: Option<Instant>) {
        if run.is_empty() {
            return;
        }
        let number = match self.latest {
            Some(latest) if self.ids.get(latest) == run => latest,
            _ => self.number(run),
        };
        self.latest = Some(number);
        if let Some(time) = time {
            self.spans[number as usize].add(time);
        }
    }

    /// Takes a log line or a runtime event.
    pub(super) fn count(&mut self, incoming: &Incoming<'_>, level: Severity) {
        if let Some(run) = incoming.header.context.run_id.as_deref().filter(|run| !run.is_empty()) {
            let number = self.number(run);
            let place = Severity::ALL.iter().position(|&known| known == level).unwrap_or(0);
            self.counts[number as usize][place] += 1;
        }
    }

    /// Takes a run's start or its summary.
    pub(super) fn tell(&mut self, node: u32, run: &body::Run<'_>, ended: bool, time: Instant) {
        let number = self.number(run.run_id.get());
        self.spans[number as usize].add(time);
        let told = self.told.entry(node).or_default();
        told.id = number;
        if told.trigger.is_empty() {
            run.trigger.get().clone_into(&mut told.trigger);
        }
        if ended {
            let body::Counts { trace, debug, info, warn, error, critical, .. } = &*run.counts;
            let count = |count: &Num| u64::try_from(count.or(0)).unwrap_or(0);
            told.ended = true;
            told.exit_code = run.exit_code.get();
            told.counts = Some([trace, debug, info, warn, error, critical].map(count));
        }
    }

    /// The runs, by the rows of their nodes.
    pub(super) fn settle(self, row_of: &[u32]) -> Vec<Run> {
        let latest_start = self.told.values().filter_map(|told| self.spans[told.id as usize].first()).max();
        let mut runs: Vec<Run> = Vec::new();
        for (node, told) in self.told {
            let span = self.spans[told.id as usize];
            let (first, last) = (span.first(), span.last());
            runs.push(Run {
                row: row_of[node as usize],
                id: self.ids.get(told.id).to_owned(),
                exit_code: told.exit_code,
                counts: told.counts.unwrap_or(self.counts[told.id as usize]),
                trigger: told.trigger,
                vanished: !told.ended && last < latest_start,
                lasted_us: first
                    .zip(last)
                    .map_or(0, |(first, last)| last.micros.saturating_sub(first.micros)),
            });
        }
        runs.sort_unstable_by_key(|run| run.row);
        runs
    }

    fn number(&mut self, run: &str) -> u32 {
        let number = self.ids.number(run);
        if index(self.spans.len()) <= number {
            self.spans.push(Span::default());
            self.counts.push([0; 6]);
        }
        number
    }
}
