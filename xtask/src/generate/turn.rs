//! One turn: prompts, model calls, tools, until an answer.

use serde_json::json;
use trace_core::TraceContext;
use trace_core::event::{
    PromptBuilt, ProtocolStep, TURN_CANCELLED, TURN_COMPLETED, TURN_FAILED, TokenUsage, TraceLlmMessage,
    TracePromptComponent, TurnCompleted, TurnStarted,
};
use trace_core::sha256_hex;

use super::call::{self, Answer};
use super::script::Script;
use super::session::Session;
use super::{Profile, code, noise, text, tools};

/// Plays the session's next turn.
pub(crate) fn play(session: &mut Session, script: &mut Script) {
    let context = node_context(session);
    let items = script.between(1, 4);
    let started = [("input_item_count".to_owned(), json!(items))].into();
    script.emit(context.clone(), TurnStarted::new(started));
    let (asked, asked_lines) = (script.between(1, 30), script.between(1, 8));
    let words = text::lines(script, asked.min(asked_lines));
    session.history.push(TraceLlmMessage::text("user", words));
    let iterations = script.between(1, 5);
    let (mut status, mut reason) = (TURN_COMPLETED, "assistant_message");
    for iteration in 0..iterations {
        script.wait(0, 4);
        let step = session.turn_context().with_protocol_iteration(iteration);
        match play_iteration(session, script, &step, iteration + 1 == iterations) {
            Answer::Given => {}
            Answer::Failed => (status, reason) = (TURN_FAILED, "provider_error"),
            Answer::Cancelled => (status, reason) = (cancelled_status(script.profile), "cancelled"),
        }
        if status != TURN_COMPLETED {
            break;
        }
    }
    script.wait(0, 3);
    script.emit(context, TurnCompleted::new(status, reason));
    noise::between_turns(session, script);
    let pause = if session.cause.is_some() { 20 } else { 9000 };
    script.wait(5, pause);
}

/// The seed system has no word for a turn that the user stopped.
fn cancelled_status(profile: Profile) -> &'static str {
    match profile {
        Profile::Seed => TURN_FAILED,
        Profile::Full => TURN_CANCELLED,
    }
}

fn node_context(session: &Session) -> TraceContext {
    let parent = format!("session:{}", session.id);
    let mut context = session.turn_context().with_node(session.turn_node(), Some(parent));
    if let Some(cause) = &session.cause {
        cause.apply(&mut context, session.turns);
    }
    context
}

fn play_iteration(session: &mut Session, script: &mut Script, step: &TraceContext, last: bool) -> Answer {
    let mut under_turn = step.clone();
    under_turn.parent_graph_node_id = Some(session.turn_node());
    prompt(script, &under_turn);
    let (answer, usage) = call::play(session, script, step, last);
    if !matches!(answer, Answer::Given) {
        return answer;
    }
    script.emit(under_turn.clone(), TokenUsage::new(usage, Some(session.spent)));
    let action = if last {
        json!({"step": "finish"})
    } else if session.writes_code {
        code::play(session, script, step);
        json!({"step": "code_result"})
    } else {
        let count = tools::play(session, script, step, None).len();
        json!({"step": "tool_results", "count": count})
    };
    script.wait(0, 2);
    script.emit(under_turn, ProtocolStep::new("standard_protocol", action));
    answer
}

fn prompt(script: &mut Script, context: &TraceContext) {
    let parts = [("core", "system"), ("tools", "tools"), ("project", "context"), ("memory", "memory")];
    let built: Vec<_> = parts
        .iter()
        .map(|(id, kind)| {
            let words = text::sentence(script);
            let mut part = TracePromptComponent::of_text(*id, *kind, &words);
            part.chars = Some(script.between(200, 2400));
            part
        })
        .collect();
    let chars = built.iter().filter_map(|part| part.chars).sum();
    let hashes: String = built.iter().map(|part| part.hash.as_str()).collect();
    let mut event = PromptBuilt::new(sha256_hex(hashes), chars);
    event.components = built;
    script.emit(context.clone(), event);
    script.wait(0, 2);
}
