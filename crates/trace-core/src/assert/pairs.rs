//! Starts and ends.

use std::collections::BTreeMap;

use super::{Violation, ViolationKind};
use crate::event::{
    ExecutionStep, LashlangExecution, ProtocolStep, TraceLashlangExecutionEvent, TraceLashlangStatus,
};
use crate::{TraceContext, TraceEvent, TraceRecord};

/// The sorts of work whose diagnostics come in pairs.
const WORK: [&str; 3] = ["exec_code", "batch", "process"];

pub(super) fn check(records: &[TraceRecord]) -> Vec<Violation> {
    let mut pairs = Pairs { records, ..Pairs::default() };
    for index in 0..records.len() {
        pairs.take(index);
    }
    pairs.close();
    pairs.violations
}

/// What a record says of the thing it belongs to.
enum Mark {
    Start(String),
    End(String),
    NoId(&'static str),
    None,
}

#[derive(Default)]
struct Pairs<'a> {
    records: &'a [TraceRecord],
    /// By subject: the index of the start, while it is open.
    seen: BTreeMap<String, Option<usize>>,
    /// How the subjects of graphs end that failed or were cancelled: these may leave nodes open.
    interrupted: Vec<String>,
    violations: Vec<Violation>,
}

impl Pairs<'_> {
    fn take(&mut self, index: usize) {
        let Some(record) = self.records.get(index) else { return };
        match mark(record) {
            Mark::Start(subject) => self.start(subject, index),
            Mark::End(subject) => self.end(subject, index),
            Mark::NoId(what) => self.report(ViolationKind::NoId, what.to_owned(), index),
            Mark::None => {}
        }
        if let Some(subject) = unnamed(&record.event) {
            self.report(ViolationKind::NoName, subject, index);
        }
        self.interrupted.extend(interrupted_graph(&record.event));
    }

    fn start(&mut self, subject: String, index: usize) {
        if let Some(Some(_)) = self.seen.insert(subject.clone(), Some(index)) {
            self.report(ViolationKind::StartedTwice, subject, index);
        }
    }

    fn end(&mut self, subject: String, index: usize) {
        match self.seen.insert(subject.clone(), None) {
            Some(Some(_)) => {}
            Some(None) => self.report(ViolationKind::EndedTwice, subject, index),
            None => self.report(ViolationKind::NotStarted, subject, index),
        }
    }

    /// Reports what is still open.
    fn close(&mut self) {
        for (subject, open) in std::mem::take(&mut self.seen) {
            let is_interrupted = self.interrupted.iter().any(|graph| subject.ends_with(graph));
            if let Some(index) = open.filter(|_| !is_interrupted) {
                self.report(ViolationKind::NotEnded, subject, index);
            }
        }
    }

    fn report(&mut self, kind: ViolationKind, subject: String, index: usize) {
        if let Some(record) = self.records.get(index) {
            self.violations.push(Violation::new(kind, subject, index, record));
        }
    }
}

fn mark(record: &TraceRecord) -> Mark {
    let context = &record.context;
    match &record.event {
        TraceEvent::TurnStarted(_) => turn(context).map_or(Mark::NoId("a turn"), Mark::Start),
        TraceEvent::TurnCompleted(_) => turn(context).map_or(Mark::NoId("a turn"), Mark::End),
        TraceEvent::LlmCallStarted(_) => llm(context).map_or(Mark::NoId("an LLM call"), Mark::Start),
        TraceEvent::LlmCallCompleted(_) | TraceEvent::LlmCallFailed(_) => {
            llm(context).map_or(Mark::NoId("an LLM call"), Mark::End)
        }
        TraceEvent::ToolCallStarted(call) => {
            tool(context, call.call_id.as_deref()).map_or(Mark::NoId("a tool call"), Mark::Start)
        }
        TraceEvent::ToolCallCompleted(call) => {
            tool(context, call.call_id.as_deref()).map_or(Mark::NoId("a tool call"), Mark::End)
        }
        TraceEvent::ProtocolStep(step) => work(context, step),
        TraceEvent::LashlangExecution(execution) => graph(&execution.event),
        _ => Mark::None,
    }
}

fn session(context: &TraceContext) -> &str {
    context.session_id.as_deref().unwrap_or_default()
}

fn turn(context: &TraceContext) -> Option<String> {
    let index = context.turn_index.map(|index| format!("#{index}"));
    let turn = context.turn_id.clone().or(index)?;
    Some(format!("turn {turn} of session {}", session(context)))
}

fn llm(context: &TraceContext) -> Option<String> {
    context.llm_call_id.as_ref().map(|id| format!("LLM call {id}"))
}

fn tool(context: &TraceContext, call_id: Option<&str>) -> Option<String> {
    let call_id = call_id?;
    let turn = turn(context).unwrap_or_else(|| format!("session {}", session(context)));
    Some(format!("tool call {call_id} of {turn}"))
}

fn work(context: &TraceContext, step: &ProtocolStep) -> Mark {
    let phase = step.diagnostic_phase().unwrap_or_default();
    let Some((sort, end)) = phase.rsplit_once('_').filter(|(sort, _)| WORK.contains(sort)) else {
        return Mark::None;
    };
    let Some(node) = context.graph_node_id.as_ref().or(context.parent_graph_node_id.as_ref()) else {
        return Mark::NoId("work");
    };
    let subject = format!("{sort} at {node} of session {}", session(context));
    if end == "started" { Mark::Start(subject) } else { Mark::End(subject) }
}

fn graph(event: &TraceLashlangExecutionEvent) -> Mark {
    let key = event.identity.graph_key();
    let node = |id: &str, pass: u64| format!("pass {pass} of node {id}{}", of_graph(&key));
    match &event.step {
        ExecutionStep::ExecutionStarted(_) => Mark::Start(format!("graph {key}")),
        ExecutionStep::ExecutionFinished(_) => Mark::End(format!("graph {key}")),
        ExecutionStep::NodeStarted(step) => Mark::Start(node(&step.node_id, step.occurrence)),
        ExecutionStep::NodeCompleted(step) => Mark::End(node(&step.node_id, step.occurrence)),
        ExecutionStep::NodeFailed(step) => Mark::End(node(&step.node_id, step.occurrence)),
        ExecutionStep::BranchSelected(_) | ExecutionStep::ChildStarted(_) | ExecutionStep::Unknown(_) => {
            Mark::None
        }
    }
}

fn of_graph(key: &str) -> String {
    format!(" of graph {key}")
}

/// How the subjects of a graph end, where the graph's end interrupts its nodes.
fn interrupted_graph(event: &TraceEvent) -> Option<String> {
    let TraceEvent::LashlangExecution(execution) = event else { return None };
    let LashlangExecution { event } = execution.as_ref();
    let ExecutionStep::ExecutionFinished(finished) = &event.step else { return None };
    let stopped = matches!(finished.status, TraceLashlangStatus::Failed | TraceLashlangStatus::Cancelled);
    stopped.then(|| of_graph(&event.identity.graph_key()))
}

/// What should have a name and has none.
fn unnamed(event: &TraceEvent) -> Option<String> {
    let (what, name) = match event {
        TraceEvent::ToolCallStarted(call) => ("a tool call", &call.name),
        TraceEvent::LlmCallStarted(call) => ("an LLM call's model", &call.request.model),
        TraceEvent::Custom(custom) => ("a custom event", &custom.name),
        _ => return None,
    };
    name.is_empty().then(|| what.to_owned())
}
