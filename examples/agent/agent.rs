//! The agent's loop: prompt, model, tools, and again, until the model has nothing more to ask.

mod conversation;

use std::thread;

use facade::tracing::Severity;
use facade::tracing::event::{
    TraceError, TraceErrorInfo, TraceLlmMessage, TraceLlmRequest, TraceToolCallOutput,
};
use facade::tracing::recorder::{FailedLlmCall, LlmCall, Scope, Session, Turn};
use serde_json::json;

use super::model::{Answer, Model, Streamed};
use super::prompt::Parts;
use super::tools::{self, ToolRequest, Tools};
use super::workflow;

use conversation::{answer_message, result_block};

/// Model calls with tools in between, before the agent gives up on a turn.
const MAX_ITERATIONS: usize = 8;
/// How often a model call that failed is tried again.
const MAX_RETRIES: u64 = 2;

/// An agent in a session.
#[derive(Debug)]
pub(crate) struct Agent {
    name: &'static str,
    session: Session,
    model: Model,
    tools: Tools,
    parts: Parts,
    messages: Vec<TraceLlmMessage>,
}

/// How a turn ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The agent answered.
    Answered(String),
    /// The user stopped it.
    Stopped,
    /// It could not go on, for a reason.
    Failed(&'static str),
}

impl Agent {
    pub(crate) fn new(
        name: &'static str,
        system: &'static str,
        session: Session,
        model: Model,
        tools: Tools,
    ) -> Self {
        let parts = Parts::new(system, &tools::specs(), &tools.project());
        Self { name, session, model, tools, parts, messages: Vec::new() }
    }

    /// Keeps a fact for the turns to come.
    pub(crate) fn remember(&mut self, fact: impl Into<String>) {
        self.parts.memory.push(fact.into());
    }

    /// Works on a task until the model answers, the user stops it or something goes wrong.
    pub(crate) fn turn(&mut self, turn_id: &str, task: &str) -> Outcome {
        let turn = self.session.turn(turn_id);
        turn.prompt(|| self.parts.fingerprints());
        self.messages.push(TraceLlmMessage::text("user", task));
        let outcome = (0..MAX_ITERATIONS)
            .find_map(|iteration| self.step(&turn.iteration(iteration)))
            .unwrap_or(Outcome::Failed("max_turns"));
        end(turn, &outcome);
        outcome
    }

    /// One iteration: asks the model and runs what it asks for. Ends the turn, or gives nothing where there is more to do.
    fn step(&mut self, scope: &Scope) -> Option<Outcome> {
        let answer = match self.ask(scope) {
            Ok(answer) => answer,
            Err(outcome) => return Some(outcome),
        };
        self.messages.push(answer_message(&answer));
        if answer.requests.is_empty() {
            scope.protocol_step("agent_loop", || json!({ "step": "finish" }));
            return Some(Outcome::Answered(answer.text));
        }
        self.use_tools(scope, &answer.requests);
        None
    }

    /// Runs what the model asks for, and keeps what came out for its next call.
    fn use_tools(&mut self, scope: &Scope, requests: &[ToolRequest]) {
        scope.protocol_step("agent_loop", || json!({ "step": "act", "requests": requests.len() }));
        let outputs = self.act(scope, requests);
        let results = requests.iter().zip(&outputs).map(|(request, output)| result_block(request, output));
        self.messages.push(TraceLlmMessage::new("tool", results.collect()));
        scope.protocol_step("agent_loop", || {
            let failed = outputs.iter().filter(|output| !output.is_success()).count();
            json!({ "step": "observe", "results": outputs.len(), "without_success": failed })
        });
    }

    /// Calls the model, again where that may help.
    fn ask(&mut self, scope: &Scope) -> Result<Answer, Outcome> {
        let request = self.request();
        let mut call = scope.llm_call(|| request.clone());
        for attempt in 0.. {
            match self.model.stream(call, &request) {
                Streamed::Answered(answer) => return Ok(answer),
                Streamed::Stopped => return Err(Outcome::Stopped),
                Streamed::Failed(failed, error) if error.retryable && attempt < MAX_RETRIES => {
                    call = self.retry(scope, failed, &error, attempt, &request);
                }
                Streamed::Failed(..) => break,
            }
        }
        Err(Outcome::Failed("provider_error"))
    }

    fn retry(
        &self,
        scope: &Scope,
        failed: FailedLlmCall,
        error: &TraceError,
        attempt: u64,
        request: &TraceLlmRequest,
    ) -> LlmCall {
        let delay_ms = 180 << attempt;
        scope.log_with(Severity::Warn, "agent::model", "the model call failed and is tried again", |line| {
            line.fields.insert("attempt".to_owned(), (attempt + 1).into());
            line.fields.insert("delay_ms".to_owned(), delay_ms.into());
            line.error = Some(TraceErrorInfo::new("provider_error", error.message.as_str()));
        });
        self.tools.pace().wait(delay_ms);
        failed.retry(|| request.clone())
    }

    fn request(&self) -> TraceLlmRequest {
        let mut messages = vec![self.parts.message()];
        messages.extend_from_slice(&self.messages);
        let mut request = TraceLlmRequest::new(self.model.name(), messages);
        request.provider = Some(Model::provider().to_owned());
        request.agent_name = Some(self.name.to_owned());
        request.tools = tools::specs();
        request
    }

    /// Runs what the model asked for: a program by itself, several tools side by side.
    fn act(&self, scope: &Scope, requests: &[ToolRequest]) -> Vec<TraceToolCallOutput> {
        match requests {
            [program] if program.tool == "exec_code" => vec![workflow::run(scope, program, &self.tools)],
            [request] => vec![self.tools.call(scope, request)],
            requests => self.act_together(scope, requests),
        }
    }

    fn act_together(&self, scope: &Scope, requests: &[ToolRequest]) -> Vec<TraceToolCallOutput> {
        let batch = scope.batch();
        let outputs = thread::scope(|threads| {
            let running: Vec<_> = requests
                .iter()
                .map(|request| {
                    let scope = batch.scope();
                    threads.spawn(move || self.tools.call(&scope, request))
                })
                .collect();
            running.into_iter().map(|running| running.join().unwrap_or_else(|_| panicked())).collect()
        });
        batch.complete();
        outputs
    }
}

fn panicked() -> TraceToolCallOutput {
    TraceToolCallOutput::failure(json!({ "code": "internal", "message": "the tool panicked" }))
}

fn end(turn: Turn, outcome: &Outcome) {
    match outcome {
        Outcome::Answered(_) => turn.complete("assistant_message"),
        Outcome::Stopped => turn.cancel(),
        Outcome::Failed(reason) => turn.fail(*reason),
    }
}
