//! One observation in the form the store keeps, with a total order over its content.

use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::event::{
    ExecutionFinished, TraceLashlangChildExecution, TraceLashlangExecutionIdentity, TraceLashlangMap,
    TraceLashlangStatus,
};

/// One observation of a graph.
///
/// The order is by time, at the same time by life cycle (the order of the variants of [`Step`]), then by content. It says
/// which of two observations with the same event key counts, the lesser, and in which order observations are folded. So
/// neither depends on the order of arrival.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fact {
    pub(super) at: DateTime<Utc>,
    pub(super) step: Step,
    pub(super) identity: ByJson<TraceLashlangExecutionIdentity>,
}

/// What was observed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Started(ByJson<TraceLashlangMap>),
    NodeStarted(Visit),
    Branch(Selection),
    Child(Arc<Child>),
    NodeCompleted(Visit),
    NodeFailed(Visit, Arc<str>),
    Finished(ByJson<ExecutionFinished>),
    /// Something a newer writer knows: it proves that the graph exists.
    Unknown,
}

impl Step {
    /// Whether this ends the graph.
    pub(super) fn is_end(&self) -> bool {
        matches!(self, Self::Finished(finished) if finished.status != TraceLashlangStatus::Running)
    }
}

/// A pass through a node, as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Visit {
    pub(super) node: Arc<str>,
    pub(super) occurrence: u64,
    pub(super) kind: Arc<str>,
    pub(super) label: Arc<str>,
}

/// A branch taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Selection {
    pub(super) node: Arc<str>,
    pub(super) occurrence: u64,
    pub(super) edge: Arc<str>,
    pub(super) label: &'static str,
}

/// A graph started by a node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Child {
    pub(super) node: Arc<str>,
    pub(super) graph_key: Arc<str>,
    pub(super) execution: ByJson<TraceLashlangChildExecution>,
}

/// A shared value ordered by its JSON text.
#[derive(Debug)]
pub(super) struct ByJson<T>(Arc<T>);

impl<T: Clone> ByJson<T> {
    pub(super) fn new(value: &T) -> Self {
        Self(Arc::new(value.clone()))
    }
}

impl<T> Clone for ByJson<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> std::ops::Deref for ByJson<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize + PartialEq> Ord for ByJson<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0 {
            return Ordering::Equal;
        }
        let text = |value: &T| serde_json::to_string(value).unwrap_or_default();
        text(&self.0).cmp(&text(&other.0))
    }
}

impl<T: Serialize + PartialEq> PartialOrd for ByJson<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Serialize + PartialEq> PartialEq for ByJson<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T: Serialize + PartialEq> Eq for ByJson<T> {}
