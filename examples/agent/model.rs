//! A model that answers from a script, streamed as a provider would.

mod reply;
mod tokens;

use std::collections::VecDeque;

use facade::tracing::event::{
    LlmCallCompleted, TraceError, TraceLlmRequest, TraceLlmResponse, TraceProviderRequestEvent,
    TraceProviderStreamEvent, TraceRuntimeStreamEvent, TraceTokenUsage,
};
use facade::tracing::recorder::{FailedLlmCall, LlmCall};
use serde_json::{Value, json};

use super::pace::Pace;
use super::tools::ToolRequest;

pub(crate) use reply::{Chunk, Reply};
use tokens::Meter;

const PROVIDER: &str = "acme";
const ENDPOINT: &str = "https://models.acme.example/v1/stream";

/// A model and what is left of its script.
#[derive(Debug)]
pub(crate) struct Model {
    name: &'static str,
    script: VecDeque<Reply>,
    pace: Pace,
    meter: Meter,
    answered: usize,
    asked: usize,
}

/// What came of a model call.
#[derive(Debug)]
pub(crate) enum Streamed {
    /// The model answered.
    Answered(Answer),
    /// The provider broke off; the call can be retried where the error says so.
    Failed(FailedLlmCall, TraceError),
    /// The user broke off.
    Stopped,
}

/// Who broke off a stream.
enum Broken {
    ByProvider(TraceError),
    ByUser,
}

/// What the model said.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) reasoning: String,
    pub(crate) text: String,
    pub(crate) requests: Vec<ToolRequest>,
}

impl Model {
    pub(crate) fn new(name: &'static str, script: Vec<Reply>, pace: Pace) -> Self {
        Self { name, script: script.into(), pace, meter: Meter::default(), answered: 0, asked: 0 }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn provider() -> &'static str {
        PROVIDER
    }

    /// Carries out a call that has begun: takes the next reply of the script and streams it.
    pub(crate) fn stream(&mut self, call: LlmCall, request: &TraceLlmRequest) -> Streamed {
        let body = serde_json::to_vec(request).unwrap_or_default();
        call.provider_request(|| TraceProviderRequestEvent::of_body(PROVIDER, ENDPOINT, &body));
        let Some(reply) = self.script.pop_front() else {
            let error = TraceError::new("the script has no further reply", false);
            return Streamed::Failed(call.fail(error.clone()), error);
        };
        match self.play(&call, &reply) {
            Ok(answer) => {
                let usage = self.meter.measure(&body, &answer);
                self.finish(call, &answer, usage);
                Streamed::Answered(answer)
            }
            Err(Broken::ByProvider(error)) => Streamed::Failed(call.fail(error.clone()), error),
            Err(Broken::ByUser) => {
                call.cancel("stopped by the user");
                Streamed::Stopped
            }
        }
    }

    /// Streams a reply, chunk by chunk.
    fn play(&mut self, call: &LlmCall, reply: &Reply) -> Result<Answer, Broken> {
        self.pace.wait(reply.first_token_ms);
        let mut answer = Answer::default();
        for chunk in &reply.chunks {
            match chunk {
                Chunk::Reasoning(text) => self.reasoning(call, text, &mut answer),
                Chunk::Text(text) => self.text(call, text, &mut answer),
                Chunk::Pause(millis) => self.pace.wait(*millis),
                Chunk::Tool(tool, args) => self.tool(call, tool, args, &mut answer),
                Chunk::Interrupt => return Err(Broken::ByUser),
                Chunk::Break(error) => return Err(Broken::ByProvider(error.clone())),
            }
        }
        Ok(answer)
    }

    fn reasoning(&self, call: &LlmCall, text: &str, answer: &mut Answer) {
        for piece in self.pieces(text) {
            provider_chunk(call, "reasoning.delta", &json!({ "delta": piece }));
            call.runtime_stream_event(|| {
                let mut chunk = TraceRuntimeStreamEvent::new("reasoning_delta");
                chunk.raw_text = Some(piece.to_owned());
                chunk
            });
            answer.reasoning.push_str(piece);
        }
    }

    fn text(&self, call: &LlmCall, text: &str, answer: &mut Answer) {
        for piece in self.pieces(text) {
            provider_chunk(call, "text.delta", &json!({ "delta": piece }));
            call.text_delta(piece);
            answer.text.push_str(piece);
        }
    }

    fn tool(&mut self, call: &LlmCall, tool: &str, args: &Value, answer: &mut Answer) {
        self.asked += 1;
        self.pace.wait(26);
        let request = ToolRequest::new(format!("call_{}", self.asked), tool, args.clone());
        provider_chunk(call, "tool.call", &json!({ "id": request.call_id, "name": tool, "input": args }));
        call.runtime_stream_event(|| {
            let mut chunk = TraceRuntimeStreamEvent::new("tool_call");
            chunk.call_id = Some(request.call_id.clone());
            chunk.tool_name = Some(tool.to_owned());
            chunk.input_json = Some(args.clone());
            chunk
        });
        answer.requests.push(request);
    }

    fn finish(&mut self, call: LlmCall, answer: &Answer, usage: TraceTokenUsage) {
        self.answered += 1;
        let reason = if answer.requests.is_empty() { "stop" } else { "tool_use" };
        provider_chunk(&call, "message.end", &json!({ "reason": reason, "usage": usage }));
        call.runtime_stream_event(|| {
            let mut chunk = TraceRuntimeStreamEvent::new("usage");
            chunk.usage = Some(usage);
            chunk
        });
        let mut response = TraceLlmResponse::default();
        response.id = Some(format!("msg_{:04}", self.answered));
        response.model = Some(self.name.to_owned());
        response.text.clone_from(&answer.text);
        response.terminal_reason = Some(reason.to_owned());
        call.finish(LlmCallCompleted::new(response, Some(usage)));
    }

    /// The pieces a text streams in, each after a moment.
    fn pieces<'a>(&self, text: &'a str) -> impl Iterator<Item = &'a str> {
        let pace = self.pace;
        reply::pieces(text).inspect(move |piece| pace.wait(reply::gap(piece)))
    }
}

fn provider_chunk(call: &LlmCall, event_name: &str, chunk: &Value) {
    call.provider_stream_event(|| {
        TraceProviderStreamEvent::of_chunk(PROVIDER, event_name, chunk.to_string().as_bytes())
    });
}
