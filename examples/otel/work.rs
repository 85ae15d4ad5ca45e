//! The turn that both programs record: a model call, the tool that it asked for, and the answer.

use facade::tracing::Recorder;
use facade::tracing::event::{TraceLlmRequest, TraceLlmResponse, TraceTokenUsage};

/// Records one turn of a session.
pub(crate) fn turn(recorder: &Recorder, session: &str) {
    let turn = recorder.session(session).turn("turn-0");
    let call = turn.llm_call(request);
    call.complete(answer("Let me look."), Some(usage(212, 9)));
    turn.tool_call("read_file", || "docs/otel.md".into()).succeed(|| "Spans for OpenTelemetry.");
    let call = turn.llm_call(request);
    call.complete(answer("It is about spans."), Some(usage(240, 7)));
    turn.complete("assistant_message");
}

fn request() -> TraceLlmRequest {
    let mut request = TraceLlmRequest::new("acme/large-4", vec![]);
    request.provider = Some("acme".to_owned());
    request
}

fn answer(text: &str) -> TraceLlmResponse {
    let mut response = TraceLlmResponse::new(text, 0);
    response.terminal_reason = Some("stop".to_owned());
    response
}

fn usage(input_tokens: i64, output_tokens: i64) -> TraceTokenUsage {
    TraceTokenUsage { input_tokens, output_tokens, ..TraceTokenUsage::default() }
}
