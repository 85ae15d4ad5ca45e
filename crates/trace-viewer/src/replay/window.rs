//! A stretch of time, and what of a trace lies in it.

use std::collections::{HashMap, HashSet};

use trace_core::{TraceEvent, TraceRecord};

/// Lets through what ends at `since` or later and starts at `until` or earlier, and the calls around it.
///
/// The start of a call from before `since` is held back until its end comes, or something inside it that is let through.
#[derive(Debug)]
pub(super) struct Window {
    since: i64,
    until: i64,
    held: HashMap<Key, TraceRecord>,
    /// Calls that started after `until`; their ends are left out too.
    late: HashSet<Key>,
    /// The last time of all.
    last: i64,
}

/// A session, and the id of a node in it; the session itself has none.
type Key = (Option<String>, Option<String>);

/// What a record is to the call it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    Session,
    Start,
    End,
    Point,
}

impl Window {
    pub(super) fn new(since_us: Option<i64>, until_us: Option<i64>) -> Self {
        Self {
            since: since_us.unwrap_or(i64::MIN),
            until: until_us.unwrap_or(i64::MAX),
            held: HashMap::new(),
            late: HashSet::new(),
            last: i64::MIN,
        }
    }

    /// Takes a record, and gives what may pass now; says how many are left out for good.
    pub(super) fn take(&mut self, record: TraceRecord, ready: &mut Vec<TraceRecord>) -> u64 {
        if self.is_whole() {
            ready.push(record);
            return 0;
        }
        let (key, edge, time) = (key(&record), edge(&record), record.timestamp.timestamp_micros());
        self.last = self.last.max(time);
        match edge {
            Edge::Start if time > self.until => {
                self.late.insert(key);
                1
            }
            Edge::Session | Edge::Point if time > self.until => 1,
            // A second start of the same call says nothing new.
            Edge::Session | Edge::Start if time < self.since => {
                u64::from(self.held.insert(key, record).is_some())
            }
            Edge::End if self.late.remove(&key) => 1,
            Edge::End if time < self.since => 1 + u64::from(self.held.remove(&key).is_some()),
            Edge::Point if time < self.since => 1,
            Edge::Session | Edge::Start | Edge::End | Edge::Point => {
                self.release(&record, ready);
                ready.push(record);
                0
            }
        }
    }

    fn is_whole(&self) -> bool {
        (self.since, self.until) == (i64::MIN, i64::MAX)
    }

    /// Gives the calls that never ended, which reach to the last record and no further; the rest is left out.
    pub(super) fn finish(&mut self, ready: &mut Vec<TraceRecord>) -> u64 {
        let reaches_in = self.last >= self.since;
        let open = |record: &TraceRecord| reaches_in && edge(record) == Edge::Start;
        let mut held: Vec<TraceRecord> = self.held.values().filter(|record| open(record)).cloned().collect();
        held.sort_by(|one, other| (one.timestamp, &one.id).cmp(&(other.timestamp, &other.id)));
        for record in held {
            if self.held.remove(&key(&record)).is_some() {
                self.release(&record, ready);
                ready.push(record);
            }
        }
        self.held.drain().count() as u64
    }

    /// Gives what is held of the call that a record belongs to, and of those around it, outermost first.
    fn release(&mut self, record: &TraceRecord, ready: &mut Vec<TraceRecord>) {
        if self.held.is_empty() {
            return;
        }
        let first = ready.len();
        for start in [Some(key(record)), above(record)] {
            let mut next = start;
            while let Some(start) = next.and_then(|key| self.held.remove(&key)) {
                next = above(&start);
                ready.push(start);
            }
        }
        ready.extend(self.held.remove(&(record.context.session_id.clone(), None)));
        ready[first..].reverse();
    }
}

fn key(record: &TraceRecord) -> Key {
    let context = &record.context;
    let node = match &record.event {
        TraceEvent::SessionStarted(_) => None,
        TraceEvent::RunStarted(run) => return run_key(&run.run_id),
        TraceEvent::RunSummary(run) => return run_key(&run.run_id),
        _ => context.graph_node_id.clone(),
    };
    (context.session_id.clone(), node)
}

fn run_key(run: &str) -> Key {
    (None, Some(format!("run:{run}")))
}

/// The node that a record stands in.
fn above(record: &TraceRecord) -> Option<Key> {
    let parent = record.context.parent_graph_node_id.clone()?;
    Some((record.context.session_id.clone(), Some(parent)))
}

fn edge(record: &TraceRecord) -> Edge {
    let has_node = key(record).1.is_some();
    match &record.event {
        TraceEvent::SessionStarted(_) => Edge::Session,
        _ if !has_node => Edge::Point,
        TraceEvent::TurnStarted(_)
        | TraceEvent::LlmCallStarted(_)
        | TraceEvent::ToolCallStarted(_)
        | TraceEvent::RunStarted(_) => Edge::Start,
        TraceEvent::TurnCompleted(_)
        | TraceEvent::LlmCallCompleted(_)
        | TraceEvent::LlmCallFailed(_)
        | TraceEvent::ToolCallCompleted(_)
        | TraceEvent::RunSummary(_) => Edge::End,
        _ => Edge::Point,
    }
}
