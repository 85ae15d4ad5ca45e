//! Calls of models.

use trace_core::TraceContext;
use trace_core::event::{LlmCallCompleted, LlmCallFailed, TraceLlmRequest, TraceLlmResponse};

use super::describe::write_json;
use super::open::{At, Open};
use super::{Assembler, Family, Incoming};
use crate::otel::attributes::Attributes;
use crate::otel::ids::NodeKey;
use crate::otel::lanes::Same;
use crate::otel::place::Kind;
use crate::otel::span::{Name, SpanEvent, Target};
use crate::otel::{ContentCapture, SpanNames, content, convention};

pub(super) const LLM: Family = Family { name: "lash.llm", operation: Some(convention::operation::CHAT) };
/// How many attempts of a call are told one by one.
const MAX_ATTEMPTS: usize = 32;
/// Among how many parts of an answer the tool calls that it asks for are looked for.
const MAX_REQUESTED: usize = 1024;

impl Assembler {
    /// Where a call stands. What a second way of logging tells of a call that is known, under its id with `:log` behind it, is
    /// told of that call.
    fn llm_at(&mut self, incoming: Incoming<'_>, starts: bool) -> At {
        let id = call_id(&incoming.record.context).unwrap_or(&incoming.record.id);
        if starts {
            let key = self.starting_call(incoming, Kind::Llm, id);
            return self.at(incoming, key);
        }
        let key = self.latest_key(incoming.lane, Kind::Llm, id);
        let logged = id.strip_suffix(":log").map(|id| self.key(incoming.lane, Kind::Llm, id));
        let logged = logged.filter(|key| {
            let id = self.hashes.of(key.bytes());
            self.open.contains_key(&id) || self.closed.contains(id)
        });
        self.at(incoming, logged.unwrap_or(key))
    }

    pub(super) fn llm_started(&mut self, incoming: Incoming<'_>, request: &TraceLlmRequest) {
        let at = self.llm_at(incoming, true);
        let name = self.name(LLM, || format!("chat {}", request.model));
        self.begin(incoming, at, LLM, name, |this, open| {
            this.describe_request(request, &mut open.span.attributes);
            this.link_retried_call(incoming, open);
        });
        self.note_question(incoming, request);
        if let Some(lane) = self.lanes.get_mut(incoming.lane) {
            lane.model.add(&request.model);
            request.agent_name.iter().for_each(|agent| lane.agent.add(agent));
        }
    }

    fn describe_request(&self, request: &TraceLlmRequest, to: &mut Attributes) {
        to.text(convention::REQUEST_MODEL, &request.model);
        if let Some(provider) = &request.provider {
            to.text(convention::PROVIDER_NAME, &convention::provider_name(provider));
        }
        to.text_if(convention::AGENT_NAME, request.agent_name.as_deref());
        if request.stream {
            to.bool(convention::REQUEST_STREAM, true);
        }
        if request.output_spec.as_ref().is_some_and(|spec| !spec.is_null()) {
            to.fixed(convention::OUTPUT_TYPE, "json");
        }
        to.text_if("lash.llm.model_variant", request.model_variant.as_deref());
        to.bool("lash.llm.stream", request.stream);
        to.text("lash.llm.tool_choice", &request.tool_choice);
        to.int("lash.llm.message_count", request.messages.len());
        to.int("lash.llm.tool_count", request.tools.len());
        to.int("lash.llm.attachment_count", request.attachments.len());
        if self.options.include_payload_json {
            to.written("lash.llm.request_json", |text| write_json(request, text));
        }
        self.request_content(request, to);
    }

    /// Links a call that tries again to the one that failed.
    fn link_retried_call(&mut self, incoming: Incoming<'_>, open: &mut Open) {
        let metadata = &incoming.record.context.metadata;
        if let Some(call) = metadata.get("retry_of").and_then(|call| call.as_str()) {
            let key = self.key(incoming.lane, Kind::Llm, call);
            let target = self.target_of(incoming.lane, &key);
            open.span.add_link(target, "retry_of");
        }
    }

    pub(super) fn target_of(&mut self, lane: u64, key: &NodeKey) -> Target {
        let trace = self.lanes.trace(lane, &self.hashes, &mut self.scratch);
        Target { trace, span: crate::otel::ids::span_id(trace, key.bytes()) }
    }

    pub(super) fn llm_completed(&mut self, incoming: Incoming<'_>, call: &LlmCallCompleted) {
        if self.is_repeat(incoming) {
            return;
        }
        let at = self.llm_at(incoming, false);
        let key = at.key.clone();
        let response = &call.response;
        let name = self.orphan_name(response.model.as_deref());
        let is_news = self.finish(incoming, at, LLM, name, Some(response.duration_ms), |this, open| {
            this.describe_response(call, open);
        });
        if is_news {
            self.note_response(incoming, response);
            self.note_answer(incoming, call, &key);
        }
    }

    pub(super) fn orphan_name(&self, model: Option<&str>) -> Name {
        self.name(LLM, || model.map_or_else(|| "chat".to_owned(), |model| format!("chat {model}")))
    }

    fn describe_response(&self, call: &LlmCallCompleted, open: &mut Open) {
        let response = &call.response;
        let to = &mut open.span.attributes;
        to.text_if(convention::RESPONSE_MODEL, response.model.as_deref());
        to.text_if(convention::RESPONSE_ID, response.id.as_deref());
        if let Some(reason) = &response.terminal_reason {
            to.texts(convention::RESPONSE_FINISH_REASONS, [&*convention::finish_reason(reason)]);
        }
        to.fixed("lash.llm.status", "completed");
        to.int("lash.llm.duration_ms", response.duration_ms);
        to.int("lash.llm.response_chars", response.text.chars().count());
        if let Some(usage) = &call.usage {
            let counts = convention::usage_attributes(usage, self.options.cache_creation_alias);
            counts.for_each(|(name, count)| to.int(name, count));
        }
        if let Some(summary) = &call.stream_summary {
            describe_summary(summary, self.options.include_payload_json, to);
        }
        if self.options.include_payload_json {
            to.written("lash.llm.response_json", |text| write_json(response, text));
            if let Some(usage) = &call.provider_usage {
                to.written("lash.llm.provider_usage_json", |text| write_json(usage, text));
            }
        }
        self.response_content(response, to);
    }

    /// Keeps what a turn spent, and which tool calls an answer asked for.
    fn note_answer(&mut self, incoming: Incoming<'_>, call: &LlmCallCompleted, key: &NodeKey) {
        let Some(lane) = self.lanes.get_mut(incoming.lane) else { return };
        lane.calls += 1;
        lane.spent += call.usage.unwrap_or_default();
        if let Some(model) = &call.response.model
            && lane.model == Same::None
        {
            lane.model.add(model);
        }
        let parts = call.response.parts.as_ref().and_then(|parts| parts.as_array()).into_iter().flatten();
        for part in parts.take(MAX_REQUESTED) {
            if let Some(id) = part.get("call_id").or_else(|| part.get("id")).and_then(|id| id.as_str()) {
                self.note_requested(incoming.lane, key, id);
            }
        }
    }

    /// Keeps that the latest call of a lane asked for a tool call.
    pub(super) fn note_requested(&mut self, lane: u64, call: &NodeKey, id: &str) {
        let id = self.hashes.of(id.as_bytes());
        let Some(lane) = self.lanes.get_mut(lane) else { return };
        let (requested, by) = &mut lane.requested;
        if by != call {
            requested.clear();
            by.clone_from(call);
        }
        if requested.len() < MAX_REQUESTED && !requested.contains(&id) {
            requested.push(id);
        }
    }

    pub(super) fn llm_failed(&mut self, incoming: Incoming<'_>, call: &LlmCallFailed) {
        if self.is_repeat(incoming) {
            return;
        }
        let at = self.llm_at(incoming, false);
        let id = self.hashes.of(at.key.bytes());
        let name = self.orphan_name(None);
        let mut again = None;
        self.finish(incoming, at, LLM, name, None, |this, open| {
            let error = &call.error;
            if error.retryable && this.live.is_none() {
                again = Some(Box::new(tried(open, incoming, &error.message)));
            }
            let to = &mut open.span.attributes;
            to.texts(convention::RESPONSE_FINISH_REASONS, ["error"]);
            let (status, text) = if error.is_cancelled() {
                ("cancelled", "lash.llm.message")
            } else {
                ("failed", convention::ERROR_MESSAGE)
            };
            to.fixed("lash.llm.status", status);
            to.text(text, &error.message);
            to.bool("lash.error.retryable", error.retryable);
            to.text_if("lash.error.terminal_reason", error.terminal_reason.as_deref());
            let payload = this.options.include_payload_json;
            to.text_if("lash.error.raw", error.raw.as_deref().filter(|_| payload));
            if let Some(summary) = &call.stream_summary {
                describe_summary(summary, payload, to);
            }
            if let Some(error_type) = convention::error_type(error) {
                open.fail(&error_type, &error.message);
            }
        });
        if let Some(again) = again {
            self.suspended.insert(id, again);
        }
    }

    fn request_content(&self, request: &TraceLlmRequest, to: &mut Attributes) {
        if self.options.content < ContentCapture::Full {
            return;
        }
        let limit = self.options.limits.value_bytes;
        if let Some(instructions) = content::system_instructions(request) {
            to.content(convention::SYSTEM_INSTRUCTIONS, &instructions, limit);
        }
        if let Some(messages) = content::input_messages(request) {
            to.content(convention::INPUT_MESSAGES, &messages, limit);
        }
        if let Some(tools) = content::tool_definitions(request) {
            to.content(convention::TOOL_DEFINITIONS, &tools, limit);
        }
    }

    fn response_content(&self, response: &TraceLlmResponse, to: &mut Attributes) {
        if self.options.content == ContentCapture::Full {
            let reason = response.terminal_reason.as_deref().map(convention::finish_reason);
            let messages = content::output_messages(response, reason.as_deref());
            to.content(convention::OUTPUT_MESSAGES, &messages, self.options.limits.value_bytes);
        }
    }

    /// Whether records without a duration become events of the span around them.
    pub(super) fn folds(&self) -> bool {
        self.options.names == SpanNames::GenAi
    }
}

/// A call as it stands after an attempt that failed, for the next one under the same id.
fn tried(open: &Open, incoming: Incoming<'_>, message: &str) -> Open {
    let mut again = open.copy();
    let mut attributes = Attributes::default();
    attributes.text("lash.trace.record_id", &incoming.record.id);
    attributes.text(convention::ERROR_MESSAGE, message);
    let event = SpanEvent { name: "lash.llm.attempt_failed", time: incoming.time, attributes };
    again.span.add_event(event, MAX_ATTEMPTS);
    again
}

fn describe_summary(summary: &serde_json::Value, payload: bool, to: &mut Attributes) {
    if payload {
        to.written("lash.llm.stream_summary_json", |text| write_json(summary, text));
    }
    let keys = [
        ("first_visible_token_latency_ms", "lash.stream.first_visible_ms"),
        ("stream_duration_ms", "lash.stream.duration_ms"),
        ("text_delta_count", "lash.stream.text_deltas"),
    ];
    for (key, name) in keys {
        if let Some(value) = summary.get(key).and_then(serde_json::Value::as_i64) {
            to.int(name, value);
        }
    }
}

pub(super) fn call_id(context: &TraceContext) -> Option<&str> {
    let named = context.graph_node_id.as_deref().and_then(|node| node.strip_prefix("llm:"));
    let ids = [context.llm_call_id.as_deref(), named];
    ids.into_iter().flatten().find(|id| !id.is_empty())
}
