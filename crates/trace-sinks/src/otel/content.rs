//! Prompts, answers, arguments and results as the JSON that the generative AI conventions ask for, within a limit of bytes.

mod attachment;
mod cut;
mod fit;
mod marker;
mod part;
mod plan;
mod request;
mod response;
#[cfg(test)]
mod tests;
mod tree;

#[cfg(test)]
use fit::Content;
pub(super) use fit::{fit, fit_json, fit_plain};
pub(super) use request::{input_messages, question, system_instructions, tool_definitions};
pub(super) use response::output_messages;

use serde_json::Value;
use trace_core::event::TraceToolCallOutput;

/// The arguments of a tool call: any JSON.
pub(super) fn tool_arguments(args: &Value) -> &Value {
    args
}

/// What came out of a tool, however it ended: any JSON.
pub(super) fn tool_result(output: &TraceToolCallOutput) -> &Value {
    output.payload()
}
