//! Everything that is counted.

use std::collections::HashMap;

use super::build::ModelBuilder;
use super::ids::{NONE, index};
use super::{CallCounts, Row, RowFlags, RowKind, SessionSummary, Status, Totals, Usage};

impl ModelBuilder {
    /// Totals over everything, and those of each session.
    pub(super) fn count(&self, order: &[(u32, u32)], rows: &[Row]) -> (Totals, Vec<SessionSummary>) {
        let mut by_session: HashMap<u32, Totals> = HashMap::new();
        for (session, tokens) in self.spending.by_session() {
            by_session.entry(session).or_default().tokens = tokens;
        }
        let mut summaries = Vec::new();
        for (place, (&(node, _), row)) in order.iter().zip(rows).enumerate() {
            let session = self.nodes[node as usize].place.session;
            let totals = by_session.entry(session).or_default();
            totals.add_row(row);
            if row.kind == RowKind::Session && session != NONE {
                let id = self.sessions.get(session).to_owned();
                summaries
                    .push((session, SessionSummary { id, row: index(place), totals: Totals::default() }));
            }
        }
        for (session, summary) in &mut summaries {
            summary.totals = by_session.get(session).copied().unwrap_or_default();
        }
        let all = by_session.values().fold(Totals::default(), Totals::plus);
        (all, summaries.into_iter().map(|(_, summary)| summary).collect())
    }
}

impl Totals {
    /// Failures that are no turn, LLM call or tool call: nodes of graphs, processes, log lines and the like.
    pub fn other_failures(&self) -> u64 {
        let counted = [self.turns, self.llm_calls, self.tool_calls].map(|counts| counts.failed);
        self.failures.saturating_sub(counted.iter().sum())
    }

    fn add_row(&mut self, row: &Row) {
        self.failures += u64::from(row.status == Status::Failed);
        match row.kind {
            RowKind::Session => self.sessions += 1,
            RowKind::Turn => self.turns.add_row(row),
            RowKind::LlmCall => self.llm_calls.add_row(row),
            RowKind::ToolCall => self.tool_calls.add_row(row),
            // Other rows have no count of their own.
            _ => {}
        }
    }

    fn plus(self, other: &Self) -> Self {
        Self {
            sessions: self.sessions + other.sessions,
            turns: self.turns.plus(other.turns),
            llm_calls: self.llm_calls.plus(other.llm_calls),
            tool_calls: self.tool_calls.plus(other.tool_calls),
            failures: self.failures + other.failures,
            tokens: Usage::plus(self.tokens, other.tokens),
        }
    }
}

impl CallCounts {
    pub(super) fn add_row(&mut self, row: &Row) {
        self.total += 1;
        self.failed += u64::from(row.status == Status::Failed);
        self.cancelled += u64::from(row.status == Status::Cancelled);
        self.unfinished += u64::from(row.status == Status::Unfinished);
        self.ended_without_start += u64::from(row.flags.0 & RowFlags::ENDED_WITHOUT_START != 0);
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            total: self.total + other.total,
            failed: self.failed + other.failed,
            cancelled: self.cancelled + other.cancelled,
            unfinished: self.unfinished + other.unfinished,
            ended_without_start: self.ended_without_start + other.ended_without_start,
        }
    }
}
