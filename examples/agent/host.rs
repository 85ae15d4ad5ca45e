//! The host: sinks, recorder, the run's own records, and the turns.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use facade::tracing::event::{RunStarted, RunSummary, RuntimeEvent, TraceTokenUsage};
use facade::tracing::recorder::SessionOptions;
use facade::tracing::{
    FilterTraceSink, MemoryTraceSink, Recorder, TeeTraceSink, TraceContext, TraceEvent,
    TraceLashlangGraphStore, TraceLevel, TraceSink,
};

use super::agent::{Agent, Outcome};
use super::model::Model;
use super::pace::Pace;
use super::script;
use super::tools::Tools;

const PROGRAM: &str = "agent";
const NAME: &str = "reviewer";
const SESSION: &str = "docs-review";

/// What is left of a run.
#[derive(Debug)]
pub(crate) struct Run {
    /// The recorder, for the last flush.
    pub(crate) recorder: Recorder,
    /// The execution graphs.
    pub(crate) graphs: Arc<TraceLashlangGraphStore>,
    /// What was asked and what came of it.
    pub(crate) turns: Vec<(&'static str, Outcome)>,
    /// What the session spent.
    pub(crate) usage: TraceTokenUsage,
}

/// Runs the agent over the example's workspace and records it.
pub(crate) fn run(trace: Arc<dyn TraceSink>, pace: Pace) -> Run {
    let started = Instant::now();
    let graphs = Arc::new(TraceLashlangGraphStore::default());
    let logs = Arc::new(MemoryTraceSink::new());
    let run_id = uuid::Uuid::now_v7().to_string();
    let recorder = recorder(&run_id, trace, &graphs, &logs);
    begin(&recorder, &run_id);

    let tools = Tools::new(workspace(), pace);
    opened(&recorder, &tools);
    let options = SessionOptions::new(SESSION).metadata("agent", NAME).metadata("workspace", "larder");
    let session = recorder.session_with(options);
    let model = Model::new(script::LARGE_MODEL, script::reviewer(), pace);
    let turns = work(Agent::new(NAME, script::REVIEWER_SYSTEM, session.clone(), model, tools), pace);
    end(&recorder, run_id, started, &logs);
    Run { recorder, graphs, turns, usage: session.usage() }
}

/// Gives the agent one task after the other.
fn work(mut agent: Agent, pace: Pace) -> Vec<(&'static str, Outcome)> {
    let mut turns = Vec::new();
    for (index, task) in script::TASKS.into_iter().enumerate() {
        turns.push((task, agent.turn(&format!("turn-{}", index + 1), task)));
        if index == 0 {
            agent.remember(script::LEARNT);
        }
        pace.wait(90);
    }
    turns
}

/// Everything goes to the trace. The graph store sees the execution graphs as well, a list in memory the log lines.
fn recorder(
    run_id: &str,
    trace: Arc<dyn TraceSink>,
    graphs: &Arc<TraceLashlangGraphStore>,
    logs: &Arc<MemoryTraceSink>,
) -> Recorder {
    let log_lines = FilterTraceSink::new(Arc::clone(logs)).kinds(["log"]);
    let mut context = TraceContext::default();
    context.run_id = Some(run_id.to_owned());
    Recorder::builder()
        .trace_sink(Arc::new(TeeTraceSink::new([Arc::clone(&trace), Arc::new(log_lines)])))
        .execution_sink(Arc::new(TeeTraceSink::new([trace, Arc::clone(graphs) as Arc<dyn TraceSink>])))
        .trace_level(TraceLevel::Extended)
        .base_context(context)
        .on_error(|error| eprintln!("a record was not written: {error}"))
        .build()
}

fn workspace() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", "examples", "agent", "workspace"].iter().collect()
}

fn begin(recorder: &Recorder, run_id: &str) {
    let mut started = RunStarted::new(run_id, PROGRAM);
    started.command_path = vec![PROGRAM.to_owned()];
    started.args = std::env::args().skip(1).collect();
    started.pid = std::process::id();
    started.agent = true;
    recorder.record(&TraceContext::default(), started);
}

fn opened(recorder: &Recorder, tools: &Tools) {
    recorder.runtime_event(|| {
        let mut event = RuntimeEvent::new("workspace_opened", "workspace", "the workspace can be read");
        event.details.insert("files".to_owned(), tools.project().len().into());
        event
    });
}

fn end(recorder: &Recorder, run_id: String, started: Instant, logs: &MemoryTraceSink) {
    let mut summary = RunSummary::new(run_id, PROGRAM, "completed");
    summary.command_path = vec![PROGRAM.to_owned()];
    summary.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    summary.agent = true;
    for record in logs.records() {
        if let TraceEvent::Log(line) = record.event {
            *summary.counts.entry(line.level.to_string()).or_default() += 1;
        }
    }
    recorder.record(&TraceContext::default(), summary);
}
