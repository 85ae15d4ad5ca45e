//! One model call with its request, stream and end; failed ones are tried again.

use serde_json::{Value, json};
use trace_core::TraceContext;
use trace_core::event::{
    LlmCallCompleted, LlmCallFailed, LlmCallStarted, ProviderRequest, ProviderStreamEvent,
    RuntimeStreamEvent, TraceError, TraceLlmMessage, TraceLlmRequest, TraceLlmResponse,
    TraceProviderRequestEvent, TraceProviderStreamEvent, TraceRuntimeStreamEvent, TraceTokenUsage,
    TraceToolSpec,
};

use super::script::{Script, hex};
use super::session::Session;
use super::{Profile, text};

/// How many messages of the past a request repeats.
const REMEMBERED: usize = 12;
const PROVIDER: &str = "openai_compatible";

/// How a call ended.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    /// The model answered.
    Given,
    /// It failed for good.
    Failed,
    /// The user stopped it.
    Cancelled,
}

/// Calls the model, again after a failure that allows it.
pub(crate) fn play(
    session: &mut Session,
    script: &mut Script,
    step: &TraceContext,
    last: bool,
) -> (Answer, TraceTokenUsage) {
    for ordinal in 0..3 {
        let call = context(session, step, ordinal);
        let begun = script.now();
        let request = request(session, script);
        script.emit(call.clone(), LlmCallStarted::new(request));
        script.wait(1, 6);
        send(script, &call);
        let fate = script.between(0, 99);
        if fate < 5 {
            let answer = fail(script, call, fate);
            if matches!(answer, Answer::Given) {
                script.wait(200, 900);
                continue;
            }
            return (answer, TraceTokenUsage::default());
        }
        return (Answer::Given, answer(session, script, call, begun, last));
    }
    (Answer::Failed, TraceTokenUsage::default())
}

fn context(session: &Session, step: &TraceContext, ordinal: usize) -> TraceContext {
    let iteration = step.protocol_iteration.unwrap_or(0);
    let id = format!("{}:{}:{iteration}:{ordinal}", session.id, session.turns);
    let node = format!("llm:{id}");
    step.clone().with_llm_call(id).with_node(node, Some(session.turn_node()))
}

/// The context of what belongs to a call without being a node.
fn within(call: &TraceContext) -> TraceContext {
    let mut context = call.clone();
    context.parent_graph_node_id = context.graph_node_id.take();
    context
}

fn request(session: &mut Session, script: &mut Script) -> TraceLlmRequest {
    if session.history.len() > REMEMBERED {
        let old = session.history.len() - REMEMBERED;
        session.history.drain(..old);
    }
    let count = script.between(20, 60);
    let rules = TraceLlmMessage::text("system", text::lines(script, count));
    let messages = std::iter::once(rules).chain(session.history.iter().cloned()).collect();
    let mut request = TraceLlmRequest::new(session.model, messages);
    request.model_variant = script.chance(30).then(|| "high".to_owned());
    request.tools = ["read_file", "grep", "run_command", "spawn_agent"]
        .iter()
        .map(|name| {
            let schema =
                json!({"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]});
            TraceToolSpec::new(*name, text::sentence(script), schema)
        })
        .collect();
    if script.profile == Profile::Full {
        request.provider = Some(PROVIDER.to_owned());
    }
    request
}

fn send(script: &mut Script, call: &TraceContext) {
    let body = if script.chance(10) {
        json!({"model": "small", "input": "…", "max_output_tokens": 32}).to_string()
    } else {
        "x".repeat(script.between(2049, 40_000))
    };
    let mut event = TraceProviderRequestEvent::of_body(PROVIDER, "responses", body.as_bytes());
    event.elapsed_ms = script.wait(1, 4);
    script.emit(within(call), ProviderRequest::new(event));
}

/// Ends a call badly; `Given` means that it is worth another try.
fn fail(script: &mut Script, call: TraceContext, fate: usize) -> Answer {
    script.wait(300, 2500);
    let (answer, error) = match fate {
        0 => (Answer::Cancelled, TraceError::cancelled("stopped by the user")),
        1 => {
            let mut error = TraceError::new("the context is longer than the model takes", false);
            error.code = Some("context_length_exceeded".to_owned());
            (Answer::Failed, error)
        }
        _ => {
            let mut error = TraceError::new("too many requests, try again in 1 s", true);
            error.code = Some("rate_limit".to_owned());
            error.raw = Some("HTTP 429".to_owned());
            (Answer::Given, error)
        }
    };
    script.emit(call, LlmCallFailed::new(error));
    answer
}

fn answer(
    session: &mut Session,
    script: &mut Script,
    call: TraceContext,
    begun: i64,
    last: bool,
) -> TraceTokenUsage {
    let first_token = script.wait(150, 1600);
    let count = script.between(3, 14);
    let words = text::lines(script, count);
    let chunks = stream(script, &call, &words, begun);
    let duration = millis(script.now() - begun);
    let usage = usage(script);
    session.spent += usage;
    let mut response = TraceLlmResponse::new(words.as_str(), duration);
    response.terminal_reason = Some(if last { "stop" } else { "tool_use" }.to_owned());
    if script.profile == Profile::Full {
        response.model = Some(format!("{}-2026-01", session.model));
        response.id = Some(format!("resp_{}", hex(&mut script.rng, 12)));
    }
    let mut event = LlmCallCompleted::new(response, Some(usage));
    event.provider_usage =
        Some(json!({"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}));
    event.stream_summary = Some(summary(&words, chunks, first_token, duration));
    session.history.push(TraceLlmMessage::text("assistant", words));
    if script.chance(1) {
        log_twice(script, &call, &event);
    }
    script.emit(call, event);
    usage
}

/// A second logging path of the seed system writes an end without a start.
fn log_twice(script: &mut Script, call: &TraceContext, event: &LlmCallCompleted) {
    let id = format!("{}:log", call.llm_call_id.as_deref().unwrap_or_default());
    let node = format!("llm:{id}");
    let context = call.clone().with_llm_call(id).with_node(node, call.parent_graph_node_id.clone());
    let mut event = event.clone();
    event.response.duration_ms = 0;
    event.usage = None;
    script.emit(context, event);
}

/// Streams the words, to the provider's events and the runtime's, and counts the chunks.
fn stream(script: &mut Script, call: &TraceContext, words: &str, begun: i64) -> u64 {
    let within = within(call);
    let chars: Vec<char> = words.chars().collect();
    let mut count = 0;
    for piece in chars.chunks(64) {
        count += 1;
        let piece: String = piece.iter().collect();
        let raw = json!({"type": "response.output_text.delta", "item_id": "msg_0", "output_index": 0, "delta": piece});
        let mut event = chunk("response.output_text.delta", &raw);
        (event.sequence, event.elapsed_ms) = (count, millis(script.now() - begun));
        (event.item_id, event.output_index) = (Some("msg_0".to_owned()), Some(0));
        script.emit(within.clone(), ProviderStreamEvent::new(event));
        let mut event = TraceRuntimeStreamEvent::text_delta(piece);
        (event.sequence, event.elapsed_ms) = (count, millis(script.now() - begun));
        script.emit(within.clone(), RuntimeStreamEvent::new(event));
        script.wait(4, 60);
    }
    count
}

fn chunk(name: &str, raw: &Value) -> TraceProviderStreamEvent {
    TraceProviderStreamEvent::of_chunk(PROVIDER, name, raw.to_string().as_bytes())
}

fn usage(script: &mut Script) -> TraceTokenUsage {
    let mut count = |low, high| i64::try_from(script.between(low, high)).unwrap_or(0);
    let output_tokens = count(12, 600);
    TraceTokenUsage {
        input_tokens: count(40, 2000),
        output_tokens,
        cache_read_input_tokens: count(0, 9000),
        cache_write_input_tokens: count(0, 1500),
        reasoning_output_tokens: count(0, 200).min(output_tokens),
    }
}

fn summary(words: &str, chunks: u64, first_token: u64, duration: u64) -> Value {
    json!({
        "first_visible_token_latency_ms": first_token,
        "stream_duration_ms": duration.saturating_sub(first_token),
        "text_delta_count": chunks,
        "visible_chunk_count": chunks,
        "max_visible_chunk_chars": words.chars().count().min(64),
    })
}

fn millis(nanos: i64) -> u64 {
    u64::try_from(nanos / 1_000_000).unwrap_or(0)
}
