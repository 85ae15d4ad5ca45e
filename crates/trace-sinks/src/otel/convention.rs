//! The attribute keys and words of the conventions that spans follow.
//!
//! `gen_ai.*` follows the generative AI conventions in development after version 1.41 of the semantic conventions: usage with
//! inclusive totals, `cache_write` in place of `cache_creation`, `tool_call` as a reason to finish. `error.type`, `server.*`
//! and `session.id` are those of the general conventions, `openinference.span.kind` is `OpenInference`'s.

mod error;
mod finish;
mod provider;
#[cfg(test)]
mod tests;
mod usage;

pub(super) use error::{error_type, error_word};
pub(super) use finish::finish_reason;
pub(super) use provider::{authority, provider_name, provider_of_endpoint};
pub(super) use usage::{inclusive_input, usage_attributes};

/// What was done: one of the words in [`operation`].
pub(super) const OPERATION_NAME: &str = "gen_ai.operation.name";
/// Who serves the model.
pub(super) const PROVIDER_NAME: &str = "gen_ai.provider.name";
/// The model asked for.
pub(super) const REQUEST_MODEL: &str = "gen_ai.request.model";
/// `true` for a streamed answer; absent otherwise.
pub(super) const REQUEST_STREAM: &str = "gen_ai.request.stream";
/// The form asked for: `text`, `json`, `image` or `speech`.
pub(super) const OUTPUT_TYPE: &str = "gen_ai.output.type";
/// The provider's id of the answer.
pub(super) const RESPONSE_ID: &str = "gen_ai.response.id";
/// The model that answered.
pub(super) const RESPONSE_MODEL: &str = "gen_ai.response.model";
/// Why the model stopped, one word for each choice.
pub(super) const RESPONSE_FINISH_REASONS: &str = "gen_ai.response.finish_reasons";
/// Seconds from the request to the first chunk of the answer.
pub(super) const RESPONSE_TIME_TO_FIRST_CHUNK: &str = "gen_ai.response.time_to_first_chunk";
/// Input tokens, those of caches included.
pub(super) const USAGE_INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
/// Output tokens, those of reasoning included.
pub(super) const USAGE_OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
/// The part of the input that was read from a cache.
pub(super) const USAGE_CACHE_READ_INPUT_TOKENS: &str = "gen_ai.usage.cache_read.input_tokens";
/// The part of the input that was written to a cache.
pub(super) const USAGE_CACHE_WRITE_INPUT_TOKENS: &str = "gen_ai.usage.cache_write.input_tokens";
/// The same under its name up to version 1.41.
pub(super) const USAGE_CACHE_CREATION_INPUT_TOKENS: &str = "gen_ai.usage.cache_creation.input_tokens";
/// The part of the output spent on reasoning.
pub(super) const USAGE_REASONING_OUTPUT_TOKENS: &str = "gen_ai.usage.reasoning.output_tokens";
/// The session, as the generative AI conventions call it.
pub(super) const CONVERSATION_ID: &str = "gen_ai.conversation.id";
/// The session, as the general conventions call it.
pub(super) const SESSION_ID: &str = "session.id";
/// The agent.
pub(super) const AGENT_NAME: &str = "gen_ai.agent.name";
/// The tool.
pub(super) const TOOL_NAME: &str = "gen_ai.tool.name";
/// The kind of tool: `function`, `extension` or `datastore`.
pub(super) const TOOL_TYPE: &str = "gen_ai.tool.type";
/// The model's id of a tool call.
pub(super) const TOOL_CALL_ID: &str = "gen_ai.tool.call.id";
/// Content: the arguments of a tool call, as JSON.
pub(super) const TOOL_CALL_ARGUMENTS: &str = "gen_ai.tool.call.arguments";
/// Content: what came out of a tool, as JSON.
pub(super) const TOOL_CALL_RESULT: &str = "gen_ai.tool.call.result";
/// Content: the system's instructions, as JSON.
pub(super) const SYSTEM_INSTRUCTIONS: &str = "gen_ai.system_instructions";
/// Content: what the model was given, as JSON.
pub(super) const INPUT_MESSAGES: &str = "gen_ai.input.messages";
/// Content: what the model answered, as JSON.
pub(super) const OUTPUT_MESSAGES: &str = "gen_ai.output.messages";
/// Content: the tools on offer, as JSON.
pub(super) const TOOL_DEFINITIONS: &str = "gen_ai.tool.definitions";
/// What kind of error ended the operation: one of few words.
pub(super) const ERROR_TYPE: &str = "error.type";
/// The error in its own words.
pub(super) const ERROR_MESSAGE: &str = "error.message";
/// The host that serves the model.
pub(super) const SERVER_ADDRESS: &str = "server.address";
/// Its port.
pub(super) const SERVER_PORT: &str = "server.port";
/// `OpenInference`'s kind of span: `LLM`, `TOOL`, `AGENT` and others.
pub(super) const OPENINFERENCE_SPAN_KIND: &str = "openinference.span.kind";

/// The words of [`OPERATION_NAME`].
pub(super) mod operation {
    /// A model call.
    pub(in crate::otel) const CHAT: &str = "chat";
    /// A turn of an agent.
    pub(in crate::otel) const INVOKE_AGENT: &str = "invoke_agent";
    /// A tool call.
    pub(in crate::otel) const EXECUTE_TOOL: &str = "execute_tool";
}

/// The error type of failures that give none.
pub(super) const ERROR_OTHER: &str = "_OTHER";

/// `OpenInference`'s kind for a span of an operation; `CHAIN` for those of none.
pub(super) fn openinference_kind(operation: Option<&str>) -> &'static str {
    match operation {
        Some(operation::CHAT) => "LLM",
        Some(operation::INVOKE_AGENT) => "AGENT",
        Some(operation::EXECUTE_TOOL) => "TOOL",
        _ => "CHAIN",
    }
}
