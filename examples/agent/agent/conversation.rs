//! What is said, as the model gets it back in the next call.

use facade::tracing::event::{
    ReasoningBlock, TextBlock, ToolCallBlock, ToolResultBlock, TraceContentBlock, TraceLlmMessage,
    TraceToolCallOutput,
};

use super::{Answer, ToolRequest};

/// An answer as a message.
pub(super) fn answer_message(answer: &Answer) -> TraceLlmMessage {
    let mut blocks: Vec<TraceContentBlock> = Vec::new();
    if !answer.reasoning.is_empty() {
        blocks.push(ReasoningBlock::new(answer.reasoning.as_str()).into());
    }
    if !answer.text.is_empty() {
        blocks.push(TextBlock::new(answer.text.as_str()).into());
    }
    blocks.extend(answer.requests.iter().map(|request| {
        let ToolRequest { call_id, tool, args } = request;
        ToolCallBlock::new(call_id, tool, args.clone()).into()
    }));
    TraceLlmMessage::new("assistant", blocks)
}

/// What a tool gave, as a part of a message.
pub(super) fn result_block(request: &ToolRequest, output: &TraceToolCallOutput) -> TraceContentBlock {
    ToolResultBlock::new(&request.call_id, &request.tool, output.payload().to_string()).into()
}
