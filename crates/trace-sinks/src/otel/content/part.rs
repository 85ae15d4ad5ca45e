//! Blocks of messages as parts.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use trace_core::UnknownTagged;
use trace_core::event::{ReasoningBlock, TraceAttachment, TraceContentBlock};

use super::attachment::AttachmentPart;

/// Text.
#[derive(Serialize)]
#[serde(tag = "type", rename = "text")]
pub(super) struct TextPart<'a> {
    pub(super) content: &'a str,
}

/// Reasoning, or the word that none can be shown.
#[derive(Serialize)]
#[serde(tag = "type", rename = "reasoning")]
pub(super) struct ReasoningPart<'a> {
    content: Cow<'a, str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    redacted: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    encrypted: bool,
}

impl<'a> ReasoningPart<'a> {
    /// Reasoning without text shows its summary; without either it says why there is nothing to see.
    pub(super) fn new(text: &'a str, summary: &[&'a str], redacted: bool, encrypted: bool) -> Self {
        let content = match summary {
            _ if !text.is_empty() => text.into(),
            [only] => (*only).into(),
            [_, _, ..] => summary.join("\n\n").into(),
            [] if redacted => "[redacted]".into(),
            [] if encrypted => "[encrypted]".into(),
            [] => "".into(),
        };
        Self { content, redacted, encrypted }
    }
}

impl<'a> From<&'a ReasoningBlock> for ReasoningPart<'a> {
    fn from(block: &'a ReasoningBlock) -> Self {
        let summary: Vec<&str> = block.summary.iter().map(String::as_str).collect();
        Self::new(&block.text, &summary, block.redacted, block.has_encrypted)
    }
}

/// A tool asked for.
#[derive(Serialize)]
#[serde(tag = "type", rename = "tool_call")]
pub(super) struct ToolCallPart<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'a str>,
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) arguments: Option<&'a Value>,
}

/// A tool's answer.
#[derive(Serialize)]
#[serde(tag = "type", rename = "tool_call_response")]
struct ToolResponsePart<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    response: &'a str,
}

/// A block of a kind that has no part.
#[derive(Serialize)]
struct KindPart<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
}

/// A block of a request.
pub(super) struct BlockPart<'a> {
    pub(super) block: &'a TraceContentBlock,
    pub(super) attachments: &'a [TraceAttachment],
}

impl Serialize for BlockPart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.block {
            TraceContentBlock::Text(text) => TextPart { content: &text.text }.serialize(serializer),
            TraceContentBlock::Reasoning(reasoning) => ReasoningPart::from(reasoning).serialize(serializer),
            TraceContentBlock::Attachment(block) => match self.attachments.get(block.attachment_idx) {
                Some(attachment) => AttachmentPart::new(attachment).serialize(serializer),
                None => AttachmentPart::missing(block.attachment_idx).serialize(serializer),
            },
            TraceContentBlock::ToolCall(call) => {
                let arguments = Some(&call.input_json);
                ToolCallPart { id: call.call_id.as_deref(), name: &call.tool_name, arguments }
                    .serialize(serializer)
            }
            TraceContentBlock::ToolResult(result) => {
                ToolResponsePart { id: result.call_id.as_deref(), response: &result.content }
                    .serialize(serializer)
            }
            TraceContentBlock::Unknown(unknown) => unknown_part(unknown, serializer),
            other => KindPart { kind: other.kind() }.serialize(serializer),
        }
    }
}

fn unknown_part<S: Serializer>(unknown: &UnknownTagged, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("type", &unknown.tag)?;
    for (name, value) in unknown.fields.iter().filter(|(name, _)| *name != "type") {
        map.serialize_entry(name, value)?;
    }
    map.end()
}
