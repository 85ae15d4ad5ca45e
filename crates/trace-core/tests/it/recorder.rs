//! The recorder: exact records of each guard, on every path.

mod failure;
mod gating;
mod graph;
mod kit;
mod llm;
mod outcome;
mod prompt;
mod session;
mod threads;
mod tree;
mod work;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use trace_core::recorder::{Session, Turn};
use trace_core::{AssertingTraceSink, Recorder, RecorderBuilder, TraceLevel, TraceRecord};

/// A recorder whose clock goes on by 10 ms at every reading.
struct Rig {
    sink: Arc<AssertingTraceSink>,
    recorder: Recorder,
}

impl Rig {
    fn new(level: TraceLevel) -> Self {
        Self::with(|builder| builder.trace_level(level))
    }

    fn with(set: impl FnOnce(RecorderBuilder) -> RecorderBuilder) -> Self {
        let sink = Arc::new(AssertingTraceSink::default());
        let builder =
            Recorder::builder().trace_sink(sink.clone()).execution_sink(sink.clone()).clock(ticking());
        Self { recorder: set(builder).build(), sink }
    }

    fn standard() -> Self {
        Self::new(TraceLevel::Standard)
    }

    fn session(&self) -> Session {
        self.recorder.session("s")
    }

    fn turn(&self) -> Turn {
        self.session().turn("t0")
    }

    /// The records, after checking that they fit together.
    fn done(&self) -> Vec<TraceRecord> {
        self.sink.assert_complete();
        self.sink.records()
    }

    /// Each record as `kind node < parent`, `-` for none.
    fn tree(&self) -> Vec<String> {
        self.done().iter().map(branch).collect()
    }

    fn of_kind(&self, kind: &str) -> Vec<TraceRecord> {
        self.done().into_iter().filter(|record| record.event.kind() == kind).collect()
    }
}

fn branch(record: &TraceRecord) -> String {
    let node = record.context.graph_node_id.as_deref().unwrap_or("-");
    let parent = record.context.parent_graph_node_id.as_deref().unwrap_or("-");
    format!("{} {node} < {parent}", record.event.kind())
}

fn ticking() -> impl Fn() -> DateTime<Utc> + Send + Sync + 'static {
    let reading = AtomicI64::new(0);
    move || {
        let millis = reading.fetch_add(10, Ordering::Relaxed);
        DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::milliseconds(millis)
    }
}

fn json(record: &TraceRecord) -> Value {
    serde_json::to_value(record).unwrap()
}

fn diagnostic(record: &TraceRecord, phase: &str) -> Option<Value> {
    let value = json(record);
    let diagnostic = value.pointer("/payload/diagnostic")?;
    (diagnostic.get("phase")? == phase).then(|| diagnostic["payload"].clone())
}

/// Runs what panics.
fn panicking(work: impl FnOnce()) {
    assert!(catch_unwind(AssertUnwindSafe(work)).is_err());
}
