//! Passes through one node, folded into its state.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::snapshot::{TraceLashlangGraphNode, TraceLashlangNodeStatus};
use crate::event::TraceLashlangLabel;

/// One pass through a node. Of each sort of observation the earliest counts; one that is folded later is no earlier.
#[derive(Debug, Default)]
pub(super) struct Pass<'a> {
    started: Option<DateTime<Utc>>,
    selected: Option<DateTime<Utc>>,
    completed: Option<DateTime<Utc>>,
    failed: Option<(DateTime<Utc>, &'a str)>,
}

impl<'a> Pass<'a> {
    /// It began.
    pub(super) fn start(&mut self, at: DateTime<Utc>) {
        self.started.get_or_insert(at);
    }

    /// It took a branch, which completes it unless more is known.
    pub(super) fn select(&mut self, at: DateTime<Utc>) {
        self.selected.get_or_insert(at);
    }

    /// It did its work.
    pub(super) fn complete(&mut self, at: DateTime<Utc>) {
        self.completed.get_or_insert(at);
    }

    /// It failed.
    pub(super) fn fail(&mut self, at: DateTime<Utc>, error: &'a str) {
        self.failed.get_or_insert((at, error));
    }

    /// The error, when the pass failed and did not complete later.
    fn error(&self) -> Option<&'a str> {
        let (at, error) = self.failed?;
        self.completed.is_none_or(|completed| completed <= at).then_some(error)
    }

    fn status(&self) -> TraceLashlangNodeStatus {
        if self.error().is_some() {
            TraceLashlangNodeStatus::Failed
        } else if self.completed.is_some() || self.selected.is_some() {
            TraceLashlangNodeStatus::Completed
        } else {
            TraceLashlangNodeStatus::Running
        }
    }

    fn is_ended(&self) -> bool {
        self.status() != TraceLashlangNodeStatus::Running
    }

    /// From its start to its end in milliseconds, both observed; never below zero, whatever the clocks say.
    fn duration_ms(&self) -> Option<i64> {
        let failed = self.failed.map(|(at, _)| at);
        let end = self.completed.max(failed)?;
        Some((end - self.started?).num_milliseconds().max(0))
    }

    fn last(&self) -> Option<DateTime<Utc>> {
        let failed = self.failed.map(|(at, _)| at);
        self.started.max(self.selected).max(self.completed).max(failed)
    }
}

/// A node and the passes through it, by number.
#[derive(Debug)]
pub(super) struct Node<'a> {
    id: &'a str,
    pub(super) kind: &'a str,
    label: &'a str,
    metadata: Option<&'a TraceLashlangLabel>,
    /// Whether its kind is a guess and its label missing.
    undescribed: bool,
    /// What events of its own say.
    pub(super) passes: BTreeMap<u64, Pass<'a>>,
    /// What branches that lead to it say; counts only for a node without events of its own.
    pub(super) entered: BTreeMap<u64, Pass<'a>>,
}

impl<'a> Node<'a> {
    pub(super) fn new(
        id: &'a str,
        kind: &'a str,
        label: &'a str,
        metadata: Option<&'a TraceLashlangLabel>,
    ) -> Self {
        let (passes, entered) = (BTreeMap::new(), BTreeMap::new());
        Self { id, kind, label, metadata, undescribed: false, passes, entered }
    }

    /// A node that nothing describes yet.
    pub(super) fn undescribed(id: &'a str, likely_kind: &'a str) -> Self {
        Self { undescribed: true, ..Self::new(id, likely_kind, "", None) }
    }

    /// Takes what an event says of it, unless more is known.
    pub(super) fn describe(&mut self, kind: &'a str, label: &'a str) {
        if self.undescribed {
            (self.kind, self.label, self.undescribed) = (kind, label, false);
        }
    }

    /// Its state; `ended` says that the graph ended.
    pub(super) fn snapshot(&self, ended: bool) -> TraceLashlangGraphNode {
        let passes = if self.passes.is_empty() { &self.entered } else { &self.passes };
        let latest = passes.last_key_value();
        let status = latest.map_or(TraceLashlangNodeStatus::Unobserved, |(_, pass)| pass.status());
        let latest_ended = passes.values().rev().find(|pass| pass.is_ended());
        TraceLashlangGraphNode {
            id: self.id.to_owned(),
            kind: self.kind.to_owned(),
            label: self.label.to_owned(),
            label_metadata: self.metadata.cloned(),
            status,
            interrupted: ended && status == TraceLashlangNodeStatus::Running,
            occurrence: latest.map(|(occurrence, _)| *occurrence),
            pass_count: passes.len() as u64,
            first_timestamp: passes.values().filter_map(|pass| pass.started).min(),
            last_timestamp: passes.values().filter_map(Pass::last).max(),
            duration_ms: latest.and_then(|(_, pass)| pass.duration_ms()),
            total_duration_ms: passes.values().filter_map(Pass::duration_ms).reduce(i64::saturating_add),
            latest_error: latest_ended.and_then(Pass::error).map(str::to_owned),
        }
    }
}
