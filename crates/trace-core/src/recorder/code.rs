//! Blocks of code that the model wrote.

use serde_json::{Map, Value, json};

use super::ExecutionGraph;
use super::cause::CausedBy;
use super::place::NodeId;
use super::scope::{Scope, scoped};
use super::work::{Outcome, Phases, Work, ends, outer};
use crate::event::{EffectSubject, TraceLashlangMap};

const PHASES: Phases = Phases {
    started: "exec_code_started",
    completed: "exec_code_completed",
    failed: "exec_code_failed",
    nested: true,
};

/// A block of code that runs. Tools called in it name it as parent and are rolled up in its end record. It ends once: with
/// an outcome, as cancelled when dropped, as failed when a panic drops it.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use trace_core::Recorder;
/// use trace_core::recorder::CodeOutput;
///
/// # let recorder = Recorder::default();
/// # let turn = recorder.session("chat-1").turn("turn-0");
/// let block = turn.code_block(|| "paths = glob(\"*.rs\")");
/// block.tool_call("glob", || json!({"pattern": "*.rs"})).succeed(|| json!(["lib.rs"]));
/// block.complete(CodeOutput::new("1 path"));
/// # turn.complete("assistant_message");
/// ```
#[derive(Debug)]
#[must_use = "a code block that is dropped is recorded as cancelled"]
pub struct CodeBlock {
    work: Work,
    effect_id: String,
}

scoped!(CodeBlock, |block| &block.work.scope);

/// What a block of code put out.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct CodeOutput {
    /// Its output.
    pub output: String,
    /// The error it ended with, where the code itself failed.
    pub error: Option<String>,
    /// How many observations the model is shown.
    pub observation_count: usize,
    /// What was cut off from them.
    pub observation_truncation: Vec<Value>,
    /// The value it finished the turn with.
    pub terminal_finish: Option<Value>,
}

impl CodeOutput {
    /// The output of code that ran to its end.
    pub fn new(output: impl Into<String>) -> Self {
        Self { output: output.into(), ..Self::default() }
    }

    fn into_fields(self) -> Map<String, Value> {
        let chars = self.output.chars().count();
        [
            ("output", self.output.into()),
            ("output_chars", chars.into()),
            ("observation_count", self.observation_count.into()),
            ("observation_truncation", self.observation_truncation.into()),
            ("error", self.error.into()),
            ("terminal_finish_present", self.terminal_finish.is_some().into()),
            ("terminal_finish", self.terminal_finish.into()),
        ]
        .into_iter()
        .map(|(key, value): (&str, Value)| (key.to_owned(), value))
        .collect()
    }
}

impl CodeBlock {
    pub(super) fn start(
        scope: &Scope,
        effect_id: Option<impl Into<String>>,
        code: impl FnOnce() -> String,
    ) -> Self {
        let Some(inner) = scope.inner() else {
            return Self { work: Work::silent(Scope::NOWHERE), effect_id: String::new() };
        };
        let effect_id = effect_id.map_or_else(|| inner.core.new_id(), Into::into);
        if outer(scope).is_none() {
            return Self { work: Work::silent(scope.clone()), effect_id };
        }
        let code = code();
        let payload = json!({ "code_chars": code.chars().count(), "code": code });
        let node = NodeId::in_session("code", inner.session_id(), &effect_id);
        let work = Work::start(inner, node, PHASES, &payload, |inner| {
            inner.cause = Some(CausedBy::Effect {
                session_id: inner.session_id().to_owned(),
                turn_id: inner.context.turn_id.clone(),
                effect_id: effect_id.clone(),
            });
        });
        Self { work, effect_id }
    }

    /// Starts the execution graph of this block.
    pub fn execution(&self, map: impl FnOnce() -> TraceLashlangMap) -> ExecutionGraph {
        self.effect_execution(EffectSubject::new(self.effect_id.as_str(), "exec_code"), map)
    }

    /// Ends the block: the code ran, and this is what it put out.
    pub fn complete(mut self, output: CodeOutput) {
        self.work.end(Outcome::Completed, output.into_fields());
    }
}

ends!(CodeBlock, fail: "Ends the block: the code could not be run.", cancel: "Ends the block: it was stopped on purpose.");
