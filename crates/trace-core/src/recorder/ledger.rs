//! Counts that a session or a turn keeps: tokens spent, calls made.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::event::{TokenUsage, TraceTokenUsage};

/// Locks a count. A panic elsewhere leaves counts as good as they were.
pub(super) fn lock<T>(count: &Mutex<T>) -> MutexGuard<'_, T> {
    count.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a session has spent.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<TraceTokenUsage>);

impl Ledger {
    pub(super) fn total(&self) -> TraceTokenUsage {
        *lock(&self.0)
    }

    /// Enters what was spent; the record of it carries the sum. It is written after the lock is gone, as a sink may record
    /// in turn: sums may go back in the file.
    pub(super) fn enter(&self, spent: TraceTokenUsage) -> TokenUsage {
        let mut total = lock(&self.0);
        *total += spent;
        TokenUsage::new(spent, Some(*total))
    }
}

/// What a turn has spent so far.
#[derive(Debug, Default)]
pub(super) struct Tab(Mutex<TabState>);

#[derive(Debug, Default)]
struct TabState {
    spent: Option<TraceTokenUsage>,
    closed: bool,
}

impl Tab {
    pub(super) fn spent(&self) -> TraceTokenUsage {
        lock(&self.0).spent.unwrap_or_default()
    }

    /// Adds to the tab; gives the amount back where the turn has ended already.
    pub(super) fn add(&self, spent: TraceTokenUsage) -> Option<TraceTokenUsage> {
        let mut tab = lock(&self.0);
        if tab.closed {
            return Some(spent);
        }
        tab.spent = Some(tab.spent.unwrap_or_default() + spent);
        None
    }

    /// Closes the tab: what was spent, if anything was reported.
    pub(super) fn close(&self) -> Option<TraceTokenUsage> {
        let mut tab = lock(&self.0);
        tab.closed = true;
        tab.spent
    }
}

/// How many model calls each iteration of the protocol has made.
#[derive(Debug, Default)]
pub(super) struct Ordinals(Mutex<BTreeMap<usize, usize>>);

impl Ordinals {
    /// The place of the next call in an iteration, from 0.
    pub(super) fn next(&self, iteration: usize) -> usize {
        let mut counts = lock(&self.0);
        let count = counts.entry(iteration).or_default();
        let ordinal = *count;
        *count += 1;
        ordinal
    }
}
