//! Records made of JSON.

use serde_json::{Value, json};
use trace_core::TraceRecord;

use super::support::record;

pub(crate) fn tool_started(id: &str, name: &str) -> Value {
    json!({"type": "tool_call_started", "call_id": id, "name": name, "args": {}})
}

pub(crate) fn tool_completed(id: &str, name: &str) -> Value {
    json!({"type": "tool_call_completed", "call_id": id, "name": name, "args": {}, "duration_ms": 5,
        "output": {"outcome": {"status": "success", "payload": 1}}})
}

pub(crate) fn llm_started() -> Value {
    json!({"type": "llm_call_started",
        "request": {"model": "m", "messages": [], "tool_choice": "auto", "stream": false}})
}

pub(crate) fn llm_completed() -> Value {
    json!({"type": "llm_call_completed", "response": {"text": "hi", "duration_ms": 5},
        "usage": {"input_tokens": 10, "output_tokens": 2, "cache_read_input_tokens": 0,
            "cache_write_input_tokens": 0, "reasoning_output_tokens": 0}})
}

pub(crate) fn llm_failed(retryable: bool) -> Value {
    json!({"type": "llm_call_failed", "error": {"message": "busy", "retryable": retryable, "code": "503"}})
}

pub(crate) fn turn_started() -> Value {
    json!({"type": "turn_started"})
}

pub(crate) fn turn_completed() -> Value {
    json!({"type": "turn_completed", "status": "completed", "done_reason": "assistant_message"})
}

pub(crate) fn turn(session: &str, turn: &str) -> Value {
    json!({"session_id": session, "turn_id": turn, "graph_node_id": format!("turn:{session}:{turn}"),
        "parent_graph_node_id": format!("session:{session}")})
}

pub(crate) fn with(mut context: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        context[key] = value.clone();
    }
    context
}

pub(crate) fn call(session: &str, turn: &str, id: &str) -> Value {
    json!({"session_id": session, "turn_id": turn, "llm_call_id": id, "graph_node_id": format!("llm:{id}"),
        "parent_graph_node_id": format!("turn:{session}:{turn}")})
}

pub(crate) fn tool(session: &str, turn: &str, id: &str) -> Value {
    json!({"session_id": session, "turn_id": turn, "graph_node_id": format!("tool:{id}"),
        "parent_graph_node_id": format!("turn:{session}:{turn}")})
}

pub(crate) fn caused(session: &str, id: &str, by: &Value) -> Value {
    with(turn(session, id), &json!({"metadata": {"caused_by": by}}))
}

pub(crate) fn by_tool(session: &str, turn: &str, call: &str) -> Value {
    json!({"kind": "tool_call", "session_id": session, "turn_id": turn, "call_id": call})
}

pub(crate) fn step(phase: &str, payload: &Value) -> Value {
    json!({"type": "protocol_step", "plugin_id": "runtime",
        "payload": {"diagnostic": {"phase": phase, "payload": payload}}})
}

pub(crate) fn graph(id: &str, ms: i64, subject: &str, mut event: Value) -> TraceRecord {
    event["event_key"] = id.into();
    event["identity"] = json!({"scope": {"session_id": "s", "turn_id": "t"},
        "subject": {"type": "effect", "effect_id": subject, "kind": "tool"},
        "module_ref": "m", "entry_kind": "main", "entry_name": "main"});
    record(id, ms, json!({"session_id": "s"}), json!({"type": "lashlang_execution", "event": event}))
}
