//! What a model answered.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use trace_core::event::TraceLlmResponse;

use super::part::{ReasoningPart, TextPart, ToolCallPart};

/// A response as the one message of its output.
///
/// `finish_reason` is the conventions' word for why the model stopped. Without one it is `tool_call` when the answer asks for
/// a tool, and `stop` otherwise: the message must have one.
pub(in crate::otel) fn output_messages(
    response: &TraceLlmResponse,
    finish_reason: Option<&str>,
) -> impl Serialize {
    let parts = parts_of(response);
    let asks = || parts.iter().any(|part| matches!(part, Part::ToolCall(_)));
    let finish_reason = finish_reason.unwrap_or_else(|| if asks() { "tool_call" } else { "stop" }).to_owned();
    [OutputMessage { role: "assistant", parts, finish_reason }]
}

#[derive(Serialize)]
struct OutputMessage<'a> {
    role: &'static str,
    parts: Vec<Part<'a>>,
    finish_reason: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Part<'a> {
    Text(TextPart<'a>),
    Reasoning(ReasoningPart<'a>),
    ToolCall(ToolCallPart<'a>),
    Other(OtherPart<'a>),
}

/// The recorded parts. The visible text stands where they name a text without saying it, else after the reasoning before
/// the rest, and not at all where they say their texts.
fn parts_of(response: &TraceLlmResponse) -> Vec<Part<'_>> {
    let recorded = match &response.parts {
        Some(Value::Array(parts)) => parts.as_slice(),
        Some(Value::Null) | None => &[],
        Some(part) => std::slice::from_ref(part),
    };
    let mut parts: Vec<Part<'_>> = recorded.iter().map(part_of).collect();
    let says_text = parts.iter().any(|part| part.text().is_some_and(|text| !text.is_empty()));
    if !says_text && !response.text.is_empty() {
        let text = Part::Text(TextPart { content: &response.text });
        let place = parts.iter().position(|part| part.text().is_some());
        if let Some(named) = place.and_then(|place| parts.get_mut(place)) {
            *named = text;
        } else {
            let leading = parts.iter().take_while(|part| matches!(part, Part::Reasoning(_))).count();
            parts.insert(leading, text);
        }
    }
    parts.retain(|part| part.text().is_none_or(|text| !text.is_empty()));
    parts
}

impl Part<'_> {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.content),
            Self::Reasoning(_) | Self::ToolCall(_) | Self::Other(_) => None,
        }
    }
}

fn part_of(value: &Value) -> Part<'_> {
    let fields = match value {
        Value::String(content) => return Part::Text(TextPart { content }),
        Value::Object(fields) => fields,
        other => return Part::Other(OtherPart::Value(other)),
    };
    let kind = text_of(fields, &["type", "kind"]).unwrap_or("unknown");
    let part = match kind {
        "text" | "output_text" => {
            let content = text_of(fields, &["text", "content"]).unwrap_or_default();
            Some(Part::Text(TextPart { content }))
        }
        "reasoning" | "thinking" => Some(Part::Reasoning(reasoning_of(fields))),
        "tool_call" | "tool_use" | "function_call" => tool_call_of(fields).map(Part::ToolCall),
        _ => None,
    };
    part.unwrap_or(Part::Other(OtherPart::Object { kind, fields }))
}

fn reasoning_of(fields: &Map<String, Value>) -> ReasoningPart<'_> {
    let is = |name| fields.get(name).and_then(Value::as_bool).unwrap_or_default();
    let summary = fields.get("summary").and_then(Value::as_array).into_iter().flatten();
    let summary: Vec<&str> = summary.filter_map(Value::as_str).collect();
    let text = text_of(fields, &["text", "content", "thinking"]).unwrap_or_default();
    ReasoningPart::new(text, &summary, is("redacted"), is("has_encrypted"))
}

fn tool_call_of(fields: &Map<String, Value>) -> Option<ToolCallPart<'_>> {
    Some(ToolCallPart {
        id: text_of(fields, &["call_id", "id"]),
        name: text_of(fields, &["tool_name", "name"])?,
        arguments: ["input_json", "arguments", "input", "args"].iter().find_map(|name| fields.get(*name)),
    })
}

fn text_of<'a>(fields: &'a Map<String, Value>, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| fields.get(*name)?.as_str())
}

/// A part that the conventions do not know.
enum OtherPart<'a> {
    Object { kind: &'a str, fields: &'a Map<String, Value> },
    Value(&'a Value),
}

impl Serialize for OtherPart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Value(value) => {
                map.serialize_entry("type", "unknown")?;
                map.serialize_entry("content", value)?;
            }
            Self::Object { kind, fields } => {
                map.serialize_entry("type", kind)?;
                for (name, value) in fields.iter().filter(|(name, _)| *name != "type" && *name != "kind") {
                    map.serialize_entry(name, value)?;
                }
            }
        }
        map.end()
    }
}
