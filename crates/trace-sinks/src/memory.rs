//! Records kept in memory.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use trace_core::{TraceRecord, TraceSink, TraceSinkError};

/// Keeps records in memory, for tests and for a view of the latest ones.
///
/// # Examples
///
/// ```
/// use trace_core::{TraceContext, TraceRecord, TraceSink, event::Custom};
/// use trace_sinks::MemoryTraceSink;
///
/// let sink = MemoryTraceSink::bounded(2);
/// for n in 0..3 {
///     sink.append(&TraceRecord::new(TraceContext::default(), Custom::new("count", n.into())))?;
/// }
/// assert_eq!((sink.len(), sink.dropped()), (2, 1));
/// # Ok::<(), trace_core::TraceSinkError>(())
/// ```
#[derive(Debug, Default)]
pub struct MemoryTraceSink {
    limit: Option<usize>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    records: VecDeque<TraceRecord>,
    dropped: u64,
}

impl MemoryTraceSink {
    /// A sink that keeps every record.
    pub fn new() -> Self {
        Self::default()
    }

    /// A sink that keeps the latest `limit` records; older ones are dropped and counted.
    pub fn bounded(limit: usize) -> Self {
        Self { limit: Some(limit), ..Self::default() }
    }

    /// Copies of the kept records, oldest first.
    pub fn records(&self) -> Vec<TraceRecord> {
        self.state().records.iter().cloned().collect()
    }

    /// The kept records, oldest first, which the sink gives up.
    pub fn take(&self) -> Vec<TraceRecord> {
        std::mem::take(&mut self.state().records).into()
    }

    /// How many records are kept.
    pub fn len(&self) -> usize {
        self.state().records.len()
    }

    /// Whether no record is kept.
    pub fn is_empty(&self) -> bool {
        self.state().records.is_empty()
    }

    /// How many records were dropped for want of room.
    pub fn dropped(&self) -> u64 {
        self.state().dropped
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TraceSink for MemoryTraceSink {
    fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
        let record = record.clone();
        let mut state = self.state();
        state.records.push_back(record);
        if self.limit.is_some_and(|limit| state.records.len() > limit) {
            state.records.pop_front();
            state.dropped += 1;
        }
        Ok(())
    }
}
