//! Execution graphs put together from what was observed of them.

mod edges;
mod fact;
mod history;
mod instant;
mod names;
mod pass;
mod reducer;
mod registry;
mod snapshot;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use snapshot::*;

use self::registry::{Bounds, Registry};
use crate::{TraceEvent, TraceRecord, TraceSink, TraceSinkError};

/// Graphs kept unless [`TraceLashlangGraphStore::with_max_graphs`] says otherwise.
const MAX_GRAPHS: usize = 10_000;
/// Events kept unless [`TraceLashlangGraphStore::with_max_events`] says otherwise.
const MAX_EVENTS: usize = 1_000_000;

/// A sink that puts execution graphs together from `lashlang_execution` records and ignores all others.
///
/// A snapshot depends on the set of events observed and on nothing else: they may come in any order and any number of times.
///
/// * Events with the same event key are one event. When they differ, the earliest counts; at the same time the one that
///   stands first in a graph's life (started, node started, branch, child, completed, failed, finished), then the one whose
///   content is the lesser.
/// * A node's state is that of its highest pass (`occurrence`). Within a pass an end stands over a start, whenever the start
///   arrives; of a completion and a failure the later counts. A branch selection completes a pass that nothing else ends.
/// * The latest pass through a branch decides: its edge is selected, the other arms of the same node are rejected. An edge
///   that the map does not name is looked up by the branching node and the name of the arm. A selected `branch_arm` node is
///   completed, unless it reports for itself.
/// * Of several ends of a graph the latest counts. Nodes that run at that point are marked interrupted.
///
/// The store is bounded, see [`with_max_graphs`](Self::with_max_graphs) and [`with_max_events`](Self::with_max_events); an
/// event of an evicted graph starts the graph anew, with what is observed from then on.
///
/// # Examples
///
/// ```
/// use trace_core::event::*;
/// use trace_core::{TraceContext, TraceLashlangGraphStore, TraceLashlangNodeStatus, TraceRecord, TraceSink};
///
/// let scope = TraceRuntimeScope::new("chat-1");
/// let subject = TraceRuntimeSubject::from(ProcessSubject::new("p-1"));
/// let identity = TraceLashlangExecutionIdentity::new(scope, subject, "module:1", "process", "review");
/// let node = TraceLashlangMapNode::new("n1", "operation", "glob");
///
/// let graphs = TraceLashlangGraphStore::default();
/// for step in [
///     ExecutionStep::from(NodeCompleted::new(&node, 1)),
///     ExecutionStep::from(NodeStarted::new(&node, 1)),
/// ] {
///     let event = TraceLashlangExecutionEvent::new(identity.clone(), step);
///     graphs.append(&TraceRecord::new(TraceContext::for_session("chat-1"), LashlangExecution::new(event)))?;
/// }
///
/// let graph = graphs.graph("process:p-1").ok_or("not observed")?;
/// assert_eq!(graph.nodes[0].status, TraceLashlangNodeStatus::Completed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct TraceLashlangGraphStore {
    registry: Mutex<Registry>,
    bounds: Bounds,
}

impl Default for TraceLashlangGraphStore {
    fn default() -> Self {
        let bounds = Bounds { graphs: MAX_GRAPHS, events: MAX_EVENTS };
        Self { registry: Mutex::default(), bounds }
    }
}

impl TraceLashlangGraphStore {
    /// The same store keeping at most so many graphs, at least one; 10,000 by default.
    ///
    /// Graphs that ended are evicted before those that run, the one that ended or began first before the others.
    #[must_use]
    pub fn with_max_graphs(mut self, graphs: usize) -> Self {
        self.bounds.graphs = graphs.max(1);
        self
    }

    /// The same store keeping at most so many events over all graphs, at least one; 1,000,000 by default.
    ///
    /// Graphs are evicted in the same order as for [`with_max_graphs`](Self::with_max_graphs). A graph that reaches the bound
    /// alone keeps what it has, still takes in its map and its end, and counts the rest in
    /// [`dropped_events`](TraceLashlangGraph::dropped_events).
    #[must_use]
    pub fn with_max_events(mut self, events: usize) -> Self {
        self.bounds.events = events.max(1);
        self
    }

    /// The graph with a key, as far as it was observed.
    pub fn graph(&self, key: &str) -> Option<TraceLashlangGraph> {
        // The lock is held while the events are copied, not while they are put together: a writer waits for it.
        let reading = self.lock().read(key)?;
        reducer::reduce(key, reading)
    }

    /// All graphs by key. Each is consistent in itself; events may come in between two of them.
    pub fn graphs(&self) -> Vec<TraceLashlangGraph> {
        let keys = self.lock().keys();
        keys.iter().filter_map(|key| self.graph(key)).collect()
    }

    /// How many graphs were evicted to stay within the bounds.
    pub fn evicted_graphs(&self) -> u64 {
        self.lock().evicted()
    }

    /// Forgets all graphs, their event keys and the count of evicted graphs.
    pub fn clear(&self) {
        *self.lock() = Registry::default();
    }

    /// A panic of another thread leaves at worst one event half taken in; the rest is sound.
    fn lock(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TraceSink for TraceLashlangGraphStore {
    fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
        if let TraceEvent::LashlangExecution(execution) = &record.event {
            self.lock().observe(record.timestamp, &execution.event, self.bounds);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TraceContext;
    use crate::event::{
        LashlangExecution, NodeStarted, ProcessSubject, TraceLashlangExecutionEvent,
        TraceLashlangExecutionIdentity, TraceLashlangMapNode, TraceRuntimeScope,
    };

    fn record(process: &str) -> TraceRecord {
        let subject = ProcessSubject::new(process).into();
        let scope = TraceRuntimeScope::new("s");
        let identity = TraceLashlangExecutionIdentity::new(scope, subject, "m", "process", "p");
        let step = NodeStarted::new(&TraceLashlangMapNode::new("n", "operation", "n"), 1);
        let event = TraceLashlangExecutionEvent::new(identity, step);
        TraceRecord::new(TraceContext::default(), LashlangExecution::new(event))
    }

    #[test]
    fn a_panic_elsewhere_stops_neither_writers_nor_readers() {
        let store = TraceLashlangGraphStore::default();
        store.append(&record("before")).unwrap();
        std::thread::scope(|scope| {
            let panicked = scope.spawn(|| {
                let _held = store.registry.lock();
                panic!("while the store is locked");
            });
            assert!(panicked.join().is_err());
        });
        assert!(store.registry.is_poisoned());
        store.append(&record("after")).unwrap();
        let keys: Vec<_> = store.graphs().into_iter().map(|graph| graph.graph_key).collect();
        assert_eq!(keys, ["process:after", "process:before"]);
    }

    #[test]
    fn writers_in_many_threads_lose_nothing() {
        let store = TraceLashlangGraphStore::default();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let store = &store;
                scope.spawn(move || {
                    for process in 0..50 {
                        store.append(&record(&format!("{writer}-{process}"))).unwrap();
                        store.append(&record("shared")).unwrap();
                    }
                });
            }
        });
        assert_eq!(store.graphs().len(), 4 * 50 + 1);
    }
}
