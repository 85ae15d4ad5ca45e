//! Records of known length, as both crates see them.

use serde_json::json;
use trace_core::event::{ToolCallCompleted, ToolCallStarted, TraceToolCallOutput};
use trace_core::{TraceContext, TraceRecord};

/// A line of about `bytes` bytes: a start where it is short, an end with text where it is long.
pub fn record(bytes: usize) -> TraceRecord {
    let short = with_text(bytes, 0);
    let missing = bytes.saturating_sub(line(&short).len());
    with_text(bytes, missing)
}

/// The record as a line.
pub fn line(record: &TraceRecord) -> String {
    serde_json::to_string(record).expect("a record is JSON")
}

fn with_text(bytes: usize, length: usize) -> TraceRecord {
    let words = "let total = items.iter().map(|item| item.size).sum::<u64>();\n\t// größer \"als\" nötig\n";
    let mut text: String = words.chars().cycle().take(length).collect();
    // Escapes and wide characters make the line longer than its text.
    while bytes > 0
        && !text.is_empty()
        && serde_json::to_string(&text).map_or(0, |json| json.len()) > length + 2
    {
        text.pop();
    }
    let mut context = TraceContext::for_session("chat-1").with_turn("turn-0", 0);
    context.parent_graph_node_id = Some("turn:chat-1:turn-0".to_owned());
    let started = ToolCallStarted::new(Some("call_0".to_owned()), "read_file", json!({"path": "src/lib.rs"}));
    if bytes < 1000 {
        let started = ToolCallStarted::new(Some("call_0".to_owned()), "read_file", json!({"path": text}));
        return TraceRecord::new(context, started);
    }
    let output = TraceToolCallOutput::success(json!({"content": text}));
    TraceRecord::new(context, ToolCallCompleted::new(started, output, 12))
}
