//! What goes to a provider and what streams back.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::TraceTokenUsage;

/// Bytes went to a provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProviderRequest {
    /// The request.
    pub event: TraceProviderRequestEvent,
}

impl ProviderRequest {
    /// A request.
    pub fn new(event: TraceProviderRequestEvent) -> Self {
        Self { event }
    }
}

/// A request as it went over the wire.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceProviderRequestEvent {
    /// The provider.
    pub provider: String,
    /// Its place among the call's requests and chunks.
    pub sequence: u64,
    /// Milliseconds since the call started.
    pub elapsed_ms: u64,
    /// The address, without credentials.
    pub endpoint: String,
    /// The body's length in bytes.
    pub body_len: usize,
    /// SHA-256 of the body's exact bytes.
    pub body_sha256: String,
    /// The body, when small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_json: Option<Value>,
    /// Why the body is not here: `size_limit` or `invalid_json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_json_omitted_reason: Option<String>,
}

/// The largest body in bytes that [`TraceProviderRequestEvent::of_body`] keeps.
pub const MAX_BODY_JSON: usize = 2048;

impl TraceProviderRequestEvent {
    /// Describes a body: its length and hash, and its JSON up to [`MAX_BODY_JSON`] bytes.
    pub fn of_body(provider: impl Into<String>, endpoint: impl Into<String>, body: &[u8]) -> Self {
        let (body_json, reason) = if body.len() > MAX_BODY_JSON {
            (None, Some("size_limit"))
        } else {
            match serde_json::from_slice(body) {
                Ok(json) => (Some(json), None),
                Err(_) => (None, Some("invalid_json")),
            }
        };
        Self {
            provider: provider.into(),
            endpoint: endpoint.into(),
            body_len: body.len(),
            body_sha256: crate::sha256_hex(body),
            body_json,
            body_json_omitted_reason: reason.map(str::to_owned),
            ..Self::default()
        }
    }
}

/// A provider sent a chunk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProviderStreamEvent {
    /// The chunk.
    pub event: TraceProviderStreamEvent,
}

impl ProviderStreamEvent {
    /// A chunk.
    pub fn new(event: TraceProviderStreamEvent) -> Self {
        Self { event }
    }
}

/// A chunk as the provider sent it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceProviderStreamEvent {
    /// The provider.
    pub provider: String,
    /// Its place among the call's requests and chunks.
    pub sequence: u64,
    /// Milliseconds since the call started.
    pub elapsed_ms: u64,
    /// The provider's name for the chunk.
    pub event_name: String,
    /// The provider's id of the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// The item's place in the output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_index: Option<i64>,
    /// Length in bytes.
    pub raw_len: usize,
    /// SHA-256 of the bytes.
    pub raw_sha256: String,
    /// The chunk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_json: Option<Value>,
}

impl TraceProviderStreamEvent {
    /// Describes a chunk by its bytes.
    pub fn of_chunk(provider: impl Into<String>, event_name: impl Into<String>, raw: &[u8]) -> Self {
        Self {
            provider: provider.into(),
            event_name: event_name.into(),
            raw_len: raw.len(),
            raw_sha256: crate::sha256_hex(raw),
            raw_json: serde_json::from_slice(raw).ok(),
            ..Self::default()
        }
    }
}

/// The runtime passed a chunk on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RuntimeStreamEvent {
    /// The chunk.
    pub event: TraceRuntimeStreamEvent,
}

impl RuntimeStreamEvent {
    /// A chunk.
    pub fn new(event: TraceRuntimeStreamEvent) -> Self {
        Self { event }
    }
}

/// A chunk as the runtime passed it on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceRuntimeStreamEvent {
    /// Its place in the call's stream.
    pub sequence: u64,
    /// Milliseconds since the call started.
    pub elapsed_ms: u64,
    /// What sort of chunk: `text_delta`, `reasoning_delta`, `tool_call`, `usage` and so on.
    pub event_name: String,
    /// The text as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_text: Option<String>,
    /// The text the user sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_text: Option<String>,
    /// The provider's id of the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// The item's place in the output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_index: Option<i64>,
    /// The tool call it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
    /// The tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_name: Option<String>,
    /// The tool's arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_json: Option<Value>,
    /// Tokens spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<TraceTokenUsage>,
}

impl TraceRuntimeStreamEvent {
    /// A chunk of a sort.
    pub fn new(event_name: impl Into<String>) -> Self {
        Self { event_name: event_name.into(), ..Self::default() }
    }

    /// A chunk of text.
    pub fn text_delta(text: impl Into<String>) -> Self {
        Self { visible_text: Some(text.into()), ..Self::new("text_delta") }
    }
}
