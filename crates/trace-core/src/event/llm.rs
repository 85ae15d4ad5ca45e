//! Model calls.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::TraceTokenUsage;
use crate::wire::{is_false, null_as_default, tagged_enum};

/// The `terminal_reason` of an LLM call that was stopped on purpose.
pub const REASON_CANCELLED: &str = "cancelled";

/// A model was called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LlmCallStarted {
    /// What the model was asked.
    pub request: TraceLlmRequest,
}

impl LlmCallStarted {
    /// A call with its request.
    pub fn new(request: TraceLlmRequest) -> Self {
        Self { request }
    }
}

/// A model answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LlmCallCompleted {
    /// The answer.
    pub response: TraceLlmResponse,
    /// Tokens spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<TraceTokenUsage>,
    /// Usage as the provider reported it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_usage: Option<Value>,
    /// Latencies and counts of the stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_summary: Option<Value>,
}

impl LlmCallCompleted {
    /// An answer and the tokens it took.
    pub fn new(response: TraceLlmResponse, usage: Option<TraceTokenUsage>) -> Self {
        Self { response, usage, provider_usage: None, stream_summary: None }
    }
}

/// A model call failed or was cancelled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LlmCallFailed {
    /// Why.
    pub error: TraceError,
    /// Latencies and counts of the stream up to then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_summary: Option<Value>,
}

impl LlmCallFailed {
    /// A failure.
    pub fn new(error: TraceError) -> Self {
        Self { error, stream_summary: None }
    }
}

/// What a model was asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLlmRequest {
    /// The provider, such as `anthropic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The agent that asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_name: Option<String>,
    /// The model.
    pub model: String,
    /// A variant of it, such as a reasoning effort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_variant: Option<String>,
    /// The conversation.
    pub messages: Vec<TraceLlmMessage>,
    /// What messages refer to by index.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<TraceAttachment>,
    /// The tools on offer.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<TraceToolSpec>,
    /// How tools may be chosen: `auto`, `none`, `required` or a name.
    pub tool_choice: String,
    /// The form the answer must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_spec: Option<Value>,
    /// Whether the answer is streamed.
    pub stream: bool,
}

impl TraceLlmRequest {
    /// A streamed request with free choice of tools.
    pub fn new(model: impl Into<String>, messages: Vec<TraceLlmMessage>) -> Self {
        Self {
            model: model.into(),
            messages,
            tool_choice: "auto".to_owned(),
            stream: true,
            ..Self::default()
        }
    }
}

/// One message of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLlmMessage {
    /// Who speaks: `system`, `user`, `assistant` or `tool`.
    pub role: String,
    /// What is said.
    pub blocks: Vec<TraceContentBlock>,
}

impl TraceLlmMessage {
    /// A message of blocks.
    pub fn new(role: impl Into<String>, blocks: Vec<TraceContentBlock>) -> Self {
        Self { role: role.into(), blocks }
    }

    /// A message of one text.
    pub fn text(role: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(role, vec![TextBlock::new(text).into()])
    }
}

tagged_enum! {
    /// A part of a message.
    pub enum TraceContentBlock, tag = "kind" {
        /// Text.
        Text(TextBlock) = "text",
        /// One of the request's attachments.
        Attachment(AttachmentBlock) = "attachment",
        /// The model asks for a tool.
        ToolCall(ToolCallBlock) = "tool_call",
        /// A tool's answer.
        ToolResult(ToolResultBlock) = "tool_result",
        /// The model's reasoning.
        Reasoning(ReasoningBlock) = "reasoning",
    }
}

/// Text in a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TextBlock {
    /// The text.
    pub text: String,
    /// Whether a cache may end here.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cache_breakpoint: bool,
}

impl TextBlock {
    /// A text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), cache_breakpoint: false }
    }
}

/// An attachment in a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AttachmentBlock {
    /// Its index in the request's attachments.
    pub attachment_idx: usize,
}

impl AttachmentBlock {
    /// The attachment of an index.
    pub fn new(attachment_idx: usize) -> Self {
        Self { attachment_idx }
    }
}

/// A tool call in a message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolCallBlock {
    /// The call's id.
    pub call_id: Option<String>,
    /// The tool.
    pub tool_name: String,
    /// Its arguments.
    pub input_json: Value,
    /// The provider's id of the item.
    pub item_id: Option<String>,
    /// Whether the provider signed it.
    #[serde(default)]
    pub has_signature: bool,
}

impl ToolCallBlock {
    /// A call of a tool.
    pub fn new(call_id: impl Into<String>, tool_name: impl Into<String>, input_json: Value) -> Self {
        Self { call_id: Some(call_id.into()), tool_name: tool_name.into(), input_json, ..Self::default() }
    }
}

/// A tool's answer in a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolResultBlock {
    /// The call it answers.
    pub call_id: Option<String>,
    /// The tool.
    pub tool_name: Option<String>,
    /// The answer as the model sees it.
    pub content: String,
}

impl ToolResultBlock {
    /// The answer to a call.
    pub fn new(call_id: impl Into<String>, tool_name: impl Into<String>, content: impl Into<String>) -> Self {
        Self { call_id: Some(call_id.into()), tool_name: Some(tool_name.into()), content: content.into() }
    }
}

/// Reasoning in a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReasoningBlock {
    /// The text, where it is visible.
    pub text: String,
    /// The provider's id of the item.
    pub item_id: Option<String>,
    /// The provider's summary.
    #[serde(default, deserialize_with = "null_as_default")]
    pub summary: Vec<String>,
    /// Whether it came encrypted.
    #[serde(default)]
    pub has_encrypted: bool,
    /// Whether the provider hid it.
    #[serde(default)]
    pub redacted: bool,
}

impl ReasoningBlock {
    /// Visible reasoning.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// Something attached to a request, described; its bytes are not recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceAttachment {
    /// Where it comes from.
    pub source: String,
    /// Its media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// Its file name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// SHA-256 of its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_sha256: Option<String>,
    /// Its length in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_len: Option<usize>,
}

impl TraceAttachment {
    /// An attachment by its source.
    pub fn new(source: impl Into<String>) -> Self {
        Self { source: source.into(), ..Self::default() }
    }
}

/// A tool offered to a model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceToolSpec {
    /// Its name.
    pub name: String,
    /// What the model is told of it.
    pub description: String,
    /// JSON schema of its arguments.
    pub input_schema: Value,
    /// JSON schema of its answer.
    pub output_schema: Value,
}

impl TraceToolSpec {
    /// A tool and the schema of its arguments.
    pub fn new(name: impl Into<String>, description: impl Into<String>, input_schema: Value) -> Self {
        Self { name: name.into(), description: description.into(), input_schema, output_schema: Value::Null }
    }
}

/// A model's answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLlmResponse {
    /// The provider's id of the response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The model that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The visible text.
    pub text: String,
    /// From the call to the last byte, in milliseconds.
    pub duration_ms: u64,
    /// Why the model stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal_reason: Option<String>,
    /// The answer's parts as the runtime sees them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<Value>,
}

impl TraceLlmResponse {
    /// An answer that took `duration_ms` milliseconds.
    pub fn new(text: impl Into<String>, duration_ms: u64) -> Self {
        Self { text: text.into(), duration_ms, ..Self::default() }
    }
}

/// Why a model call failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceError {
    /// What happened.
    pub message: String,
    /// Whether trying again may help.
    pub retryable: bool,
    /// The reason in one word; [`REASON_CANCELLED`] for a call that was stopped on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal_reason: Option<String>,
    /// The provider's error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The provider's answer as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

impl TraceError {
    /// A failure.
    pub fn new(message: impl Into<String>, retryable: bool) -> Self {
        Self { message: message.into(), retryable, ..Self::default() }
    }

    /// A call that was stopped on purpose.
    pub fn cancelled(message: impl Into<String>) -> Self {
        Self { terminal_reason: Some(REASON_CANCELLED.to_owned()), ..Self::new(message, false) }
    }

    /// Whether the call was stopped on purpose.
    pub fn is_cancelled(&self) -> bool {
        self.terminal_reason.as_deref() == Some(REASON_CANCELLED)
    }
}
