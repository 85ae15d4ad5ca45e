//! Why a model stopped.

use std::borrow::Cow;

/// The conventions' word for a provider's reason to stop: `stop`, `length`, `content_filter`, `tool_call` or `error`. A word
/// that is none of the known stays as it is.
pub(in crate::otel) fn finish_reason(terminal_reason: &str) -> Cow<'_, str> {
    let word = match terminal_reason.to_ascii_lowercase().as_str() {
        "stop" | "end_turn" | "stop_sequence" | "eos" | "eos_token" | "complete" | "completed"
        | "finished" => "stop",
        "length"
        | "max_tokens"
        | "max_output_tokens"
        | "max_completion_tokens"
        | "model_context_window_exceeded"
        | "model_length" => "length",
        "content_filter"
        | "content_filtered"
        | "safety"
        | "refusal"
        | "blocklist"
        | "prohibited_content"
        | "recitation"
        | "spii"
        | "guardrail_intervened" => "content_filter",
        "tool_call" | "tool_calls" | "tool_use" | "function_call" => "tool_call",
        "error" | "failed" | "failure" | "cancelled" | "canceled" | "provider_error" | "network_error" => {
            "error"
        }
        _ => return Cow::Borrowed(terminal_reason),
    };
    Cow::Borrowed(word)
}
