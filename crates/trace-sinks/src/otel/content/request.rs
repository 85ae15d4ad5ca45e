//! What a model was asked.

use serde::{Serialize, Serializer};
use trace_core::event::{
    TraceAttachment, TraceContentBlock, TraceLlmMessage, TraceLlmRequest, TraceToolSpec,
};

use super::part::BlockPart;

/// The messages of a request but for its leading system texts; `None` when there are no others.
pub(in crate::otel) fn input_messages(request: &TraceLlmRequest) -> Option<impl Serialize> {
    let (_, messages) = split_system(request);
    (!messages.is_empty()).then_some(Messages { messages, attachments: &request.attachments })
}

/// The latest message of the user, which a turn is about; `None` when there is none.
pub(in crate::otel) fn question(request: &TraceLlmRequest) -> Option<impl Serialize> {
    let is_question = |message: &TraceLlmMessage| {
        let is_result = |block: &TraceContentBlock| matches!(block, TraceContentBlock::ToolResult(_));
        message.role == "user" && !message.blocks.iter().any(is_result)
    };
    let at = request.messages.iter().rposition(is_question)?;
    Some(Messages { messages: &request.messages[at..=at], attachments: &request.attachments })
}

/// The texts of the leading system messages; `None` when there are none.
pub(in crate::otel) fn system_instructions(request: &TraceLlmRequest) -> Option<impl Serialize> {
    let (system, _) = split_system(request);
    (!system.is_empty()).then_some(Instructions(system))
}

/// The tools of a request by name; `None` when there are none.
pub(in crate::otel) fn tool_definitions(request: &TraceLlmRequest) -> Option<impl Serialize> {
    (!request.tools.is_empty()).then_some(Definitions(&request.tools))
}

/// Instructions hold text only: a system message with anything else stays a message, and so do those after it.
fn split_system(request: &TraceLlmRequest) -> (&[TraceLlmMessage], &[TraceLlmMessage]) {
    let is_instruction = |message: &TraceLlmMessage| {
        let is_text = |block: &TraceContentBlock| matches!(block, TraceContentBlock::Text(_));
        message.role == "system" && !message.blocks.is_empty() && message.blocks.iter().all(is_text)
    };
    let messages = &request.messages;
    let end = messages.iter().position(|message| !is_instruction(message)).unwrap_or(messages.len());
    messages.split_at(end)
}

struct Instructions<'a>(&'a [TraceLlmMessage]);

impl Serialize for Instructions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let blocks = self.0.iter().flat_map(|message| &message.blocks);
        serializer.collect_seq(blocks.map(|block| BlockPart { block, attachments: &[] }))
    }
}

struct Messages<'a> {
    messages: &'a [TraceLlmMessage],
    attachments: &'a [TraceAttachment],
}

impl Serialize for Messages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_seq(self.messages.iter().flat_map(|message| messages_of(message, self.attachments)))
    }
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'a str,
    parts: Parts<'a>,
}

/// Tools answer in messages of their own, whoever the runtime lets say it.
fn messages_of<'a>(
    message: &'a TraceLlmMessage,
    attachments: &'a [TraceAttachment],
) -> impl Iterator<Item = Message<'a>> {
    let is_result = |block: &TraceContentBlock| matches!(block, TraceContentBlock::ToolResult(_));
    let splits = message.role != "tool" && message.blocks.iter().any(is_result);
    let whole = (!splits).then_some(message.blocks.as_slice());
    let runs =
        splits.then(|| message.blocks.chunk_by(move |left, right| is_result(left) == is_result(right)));
    whole.into_iter().chain(runs.into_iter().flatten()).map(move |blocks| {
        let role = if splits && is_result(&blocks[0]) { "tool" } else { &message.role };
        Message { role, parts: Parts { blocks, attachments } }
    })
}

struct Parts<'a> {
    blocks: &'a [TraceContentBlock],
    attachments: &'a [TraceAttachment],
}

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_seq(self.blocks.iter().map(|block| BlockPart { block, attachments: self.attachments }))
    }
}

struct Definitions<'a>(&'a [TraceToolSpec]);

impl Serialize for Definitions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|tool| Definition { name: &tool.name }))
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "function")]
struct Definition<'a> {
    name: &'a str,
}
