//! Tool calls.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A tool was called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolCallStarted {
    /// The call's id; unique within its session where the provider makes it so.
    pub call_id: Option<String>,
    /// The tool.
    pub name: String,
    /// Its arguments.
    pub args: Value,
}

impl ToolCallStarted {
    /// A call of a tool.
    pub fn new(call_id: Option<String>, name: impl Into<String>, args: Value) -> Self {
        Self { call_id, name: name.into(), args }
    }
}

/// A tool call ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolCallCompleted {
    /// The call's id.
    pub call_id: Option<String>,
    /// The tool.
    pub name: String,
    /// Its arguments.
    pub args: Value,
    /// How it ended and what came out.
    pub output: TraceToolCallOutput,
    /// How long it ran, in milliseconds.
    pub duration_ms: u64,
}

impl ToolCallCompleted {
    /// The end of the call that `started` began.
    pub fn new(started: ToolCallStarted, output: TraceToolCallOutput, duration_ms: u64) -> Self {
        let ToolCallStarted { call_id, name, args } = started;
        Self { call_id, name, args, output, duration_ms }
    }
}

/// How a tool call ended and what came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceToolCallOutput {
    /// The outcome and its payload.
    pub outcome: TraceToolCallOutcome,
    /// What the tool asks of the agent loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Value>,
}

impl TraceToolCallOutput {
    /// The tool did its work.
    pub fn success(payload: impl Into<Value>) -> Self {
        TraceToolCallOutcome::Success(payload.into()).into()
    }

    /// The tool failed.
    pub fn failure(payload: impl Into<Value>) -> Self {
        TraceToolCallOutcome::Failure(payload.into()).into()
    }

    /// The tool was stopped on purpose.
    pub fn cancelled(payload: impl Into<Value>) -> Self {
        TraceToolCallOutcome::Cancelled(payload.into()).into()
    }

    /// How it ended.
    pub fn status(&self) -> TraceToolCallStatus {
        match self.outcome {
            TraceToolCallOutcome::Success(_) => TraceToolCallStatus::Success,
            TraceToolCallOutcome::Failure(_) => TraceToolCallStatus::Failure,
            TraceToolCallOutcome::Cancelled(_) => TraceToolCallStatus::Cancelled,
        }
    }

    /// Whether the tool did its work.
    pub fn is_success(&self) -> bool {
        self.status() == TraceToolCallStatus::Success
    }

    /// What came out, however it ended.
    pub fn payload(&self) -> &Value {
        match &self.outcome {
            TraceToolCallOutcome::Success(payload)
            | TraceToolCallOutcome::Failure(payload)
            | TraceToolCallOutcome::Cancelled(payload) => payload,
        }
    }

    /// A copy of what came out.
    pub fn value_for_projection(&self) -> Value {
        self.payload().clone()
    }
}

impl From<TraceToolCallOutcome> for TraceToolCallOutput {
    fn from(outcome: TraceToolCallOutcome) -> Self {
        Self { outcome, control: None }
    }
}

/// The outcome of a tool call, each with its payload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", content = "payload", rename_all = "snake_case")]
pub enum TraceToolCallOutcome {
    /// The tool did its work.
    Success(Value),
    /// The tool failed.
    Failure(Value),
    /// The tool was stopped on purpose.
    Cancelled(Value),
}

/// The outcome of a tool call in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceToolCallStatus {
    /// The tool did its work.
    Success,
    /// The tool failed.
    Failure,
    /// The tool was stopped on purpose.
    Cancelled,
}
