//! A code block: diagnostics around an execution graph and the tools that it calls.

use serde_json::{Value, json};
use trace_core::TraceContext;
use trace_core::event::ProtocolStep;

use super::script::Script;
use super::session::Session;
use super::tools::{self, Done};
use super::{execution, text};

/// Runs one block of code.
pub(crate) fn play(session: &mut Session, script: &mut Script, step: &TraceContext) {
    let mut context = step.clone();
    context.parent_graph_node_id = Some(session.turn_node());
    let count = script.between(3, 14);
    let source = text::lines(script, count);
    diagnostic(script, &context, "exec_code_started", &json!({"language": "lashlang", "code": source}));
    let begun = script.now();
    let mark = script.mark();
    execution::play(session, script, step);
    if script.chance(5) {
        script.replay_since(mark);
    }
    let calls = tools::play(session, script, step, None);
    let duration_ms = (script.now() - begun) / 1_000_000;
    if script.chance(4) {
        let error = json!({"duration_ms": duration_ms, "error": format!("{} is not defined", text::function(script))});
        diagnostic(script, &context, "exec_code_failed", &error);
        return;
    }
    let count = script.between(5, 70);
    let output = text::lines(script, count);
    let chars = output.chars().count();
    let payload = json!({
        "duration_ms": duration_ms, "output": output, "output_chars": chars, "observation_count": 1,
        "observation_truncation": [], "error": null, "terminal_finish": null, "terminal_finish_present": false,
        "tool_call_count": calls.len(), "tool_calls": calls.iter().map(roll_up).collect::<Vec<_>>(),
    });
    diagnostic(script, &context, "exec_code_completed", &payload);
    if chars > 2000 {
        let cut = json!({"projections": [{"index": 0, "original_chars": chars, "kept_chars": 2000}]});
        diagnostic(script, &context, "observation_projection", &cut);
    }
}

fn roll_up(call: &Done) -> Value {
    json!({"call_id": call.call_id, "name": call.name, "duration_ms": call.duration_ms, "status": call.status})
}

fn diagnostic(script: &mut Script, context: &TraceContext, phase: &str, payload: &Value) {
    script.emit(context.clone(), ProtocolStep::diagnostic(phase, payload));
    script.wait(0, 2);
}
