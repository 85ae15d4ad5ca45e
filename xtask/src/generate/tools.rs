//! Tool calls, side by side, some of which start sub-agents.

use serde_json::{Value, json};
use trace_core::TraceContext;
use trace_core::event::{
    TextBlock, ToolCallCompleted, ToolCallStarted, TraceContentBlock, TraceLlmMessage, TraceToolCallOutput,
};

use super::script::Script;
use super::session::Session;
use super::text;

const CANCELLED: u32 = 4;
const FAILED: u32 = 9;
/// A call that never ends, as when the program dies.
const UNFINISHED: u32 = 1;

/// A call that ended, for the roll-up of a code block.
pub(crate) struct Done {
    /// Its id.
    pub(crate) call_id: String,
    /// The tool.
    pub(crate) name: &'static str,
    /// How long it ran, in milliseconds.
    pub(crate) duration_ms: u64,
    /// How it ended.
    pub(crate) status: &'static str,
}

struct Call {
    id: Option<String>,
    started: ToolCallStarted,
    name: &'static str,
    context: TraceContext,
    begun: i64,
}

/// Calls one to four tools at once, under `parent` or the turn.
pub(crate) fn play(
    session: &mut Session,
    script: &mut Script,
    step: &TraceContext,
    parent: Option<&str>,
) -> Vec<Done> {
    let count = script.between(1, 4);
    let calls: Vec<_> = (0..count).map(|_| start(session, script, step, parent)).collect();
    let begun = script.now();
    let mut end = begun;
    let mut done = Vec::new();
    for call in calls {
        script.set_now(begun);
        done.extend(finish(session, script, step, call));
        end = end.max(script.now());
    }
    script.set_now(end);
    done
}

fn start(session: &mut Session, script: &mut Script, step: &TraceContext, parent: Option<&str>) -> Call {
    let name = pick_tool(session, script);
    let id = (!script.chance(1)).then(|| session.next_call_id(script));
    let parent = parent.map_or_else(|| session.turn_node(), str::to_owned);
    let mut context = step.clone();
    context.parent_graph_node_id = Some(parent.clone());
    if let Some(id) = &id {
        context = context.with_node(session.tool_node(script.profile, id), Some(parent));
    }
    let started = ToolCallStarted::new(id.clone(), name, arguments(script, name));
    script.emit(context.clone(), started.clone());
    let begun = script.now();
    script.wait(0, 2);
    Call { id, started, name, context, begun }
}

fn pick_tool(session: &Session, script: &mut Script) -> &'static str {
    match script.between(0, 9) {
        0 if session.can_spawn() => "spawn_agent",
        0..=3 => "read_file",
        4..=6 => "grep",
        7..=8 => "run_command",
        _ => "edit_file",
    }
}

fn arguments(script: &mut Script, name: &str) -> Value {
    match name {
        "spawn_agent" => json!({"capability": "explore", "task": text::lines(script, 3)}),
        "read_file" => json!({"path": text::path(script), "offset": script.between(1, 900), "limit": 200}),
        "grep" => json!({"pattern": text::function(script), "path": "src"}),
        "run_command" => {
            json!({"command": format!("cargo test {}", text::function(script)), "timeout_ms": 60_000})
        }
        _ => {
            json!({"path": text::path(script), "old": text::sentence(script), "new": text::sentence(script)})
        }
    }
}

fn finish(session: &mut Session, script: &mut Script, step: &TraceContext, call: Call) -> Option<Done> {
    let Call { id, started, name, context, begun } = call;
    if let Some(mut child) =
        id.as_deref().filter(|_| name == "spawn_agent").and_then(|id| session.spawn(script, step, id))
    {
        for _ in 0..script.between(1, 2) {
            child.play_turn(script);
        }
    }
    script.wait(3, 1800);
    if script.chance(UNFINISHED) {
        return None;
    }
    let duration_ms = u64::try_from((script.now() - begun) / 1_000_000).unwrap_or(0);
    let (status, output) = outcome(script);
    remember(session, &output);
    script.emit(context, ToolCallCompleted::new(started, output, duration_ms));
    Some(Done { call_id: id.unwrap_or_default(), name, duration_ms, status })
}

fn outcome(script: &mut Script) -> (&'static str, TraceToolCallOutput) {
    if script.chance(CANCELLED) {
        ("cancelled", TraceToolCallOutput::cancelled(json!({"message": "stopped by the user"})))
    } else if script.chance(FAILED) {
        let message = format!("no such file: {}", text::path(script));
        ("failure", TraceToolCallOutput::failure(json!({"message": message, "retryable": false})))
    } else {
        let count = script.between(4, 60);
        ("success", TraceToolCallOutput::success(json!({"content": text::lines(script, count)})))
    }
}

fn remember(session: &mut Session, output: &TraceToolCallOutput) {
    let words = output.payload()["content"].as_str().unwrap_or("failed");
    let block = TraceContentBlock::Text(TextBlock::new(words));
    session.history.push(TraceLlmMessage::new("tool", vec![block]));
}
