//! Calls of models, and what streams back.

use trace_core::TraceContext;
use trace_core::event::{
    LlmCallCompleted, LlmCallFailed, TraceLlmRequest, TraceLlmResponse, TraceProviderRequestEvent,
    TraceProviderStreamEvent, TraceRuntimeStreamEvent, TraceTokenUsage,
};

use super::describe::write_json;
use super::open::{At, Open, Parent};
use super::{Assembler, Family, Incoming};
use crate::otel::attributes::Attributes;
use crate::otel::ids::NodeKey;
use crate::otel::place::Kind;
use crate::otel::span::{Name, SpanEvent, Target};
use crate::otel::time::Time;
use crate::otel::{ContentCapture, SpanNames, content, convention};

const LLM: Family = Family { name: "lash.llm", operation: Some(convention::operation::CHAT) };
/// How many stream records become events of a span, where they are asked for.
const MAX_RAW: usize = 64;

/// What came back in pieces.
#[derive(Debug, Clone, Default)]
pub(in crate::otel) struct Stream {
    first: Option<Time>,
    latest: Option<Time>,
    chunks: u64,
    bytes: u64,
    events: u64,
    longest_gap: std::time::Duration,
    raw: usize,
    raw_dropped: u64,
}

impl Stream {
    fn arrive(&mut self, time: Time) {
        self.longest_gap =
            self.longest_gap.max(self.latest.map_or_else(Default::default, |latest| time.since(latest)));
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.latest = Some(self.latest.map_or(time, |latest| latest.max(time)));
    }
}

impl Assembler {
    fn llm_at(&mut self, incoming: Incoming<'_>) -> At {
        let id = call_id(&incoming.record.context).unwrap_or(&incoming.record.id);
        let key = self.key(incoming.lane, Kind::Llm, id);
        self.at(incoming, key)
    }

    pub(super) fn llm_started(&mut self, incoming: Incoming<'_>, request: &TraceLlmRequest) {
        let at = self.llm_at(incoming);
        let name = self.name(LLM, || format!("chat {}", request.model));
        self.begin(incoming, at, LLM, name, |this, open| {
            this.describe_request(request, &mut open.span.attributes);
            this.link_retried_call(incoming, open);
        });
        if let Some(lane) = self.lanes.get_mut(incoming.lane) {
            lane.model.add(&request.model);
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
            open.span.add_link(target);
        }
    }

    pub(super) fn target_of(&mut self, lane: u64, key: &NodeKey) -> Target {
        let trace = self.lanes.trace(lane, &self.hashes, &mut self.scratch);
        Target { trace, span: crate::otel::ids::span_id(trace, key.bytes()) }
    }

    pub(super) fn llm_completed(&mut self, incoming: Incoming<'_>, call: &LlmCallCompleted) {
        let at = self.llm_at(incoming);
        let key = at.key.clone();
        let response = &call.response;
        let name = self.orphan_name(response.model.as_deref());
        let is_news = self.finish(incoming, at, LLM, name, Some(response.duration_ms), |this, open| {
            this.describe_response(call, open);
        });
        if is_news {
            self.note_answer(incoming, call, key);
        }
    }

    fn orphan_name(&self, model: Option<&str>) -> Name {
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
        to.int("lash.llm.duration_ms", response.duration_ms);
        to.int("lash.llm.response_chars", response.text.chars().count());
        if let Some(usage) = &call.usage {
            let counts = convention::usage_attributes(usage, self.options.cache_creation_alias);
            counts.for_each(|(name, count)| to.int(name, count));
        }
        if let Some(summary) = &call.stream_summary {
            describe_summary(summary, to);
        }
        if self.options.include_payload_json {
            to.written("lash.llm.response_json", |text| write_json(response, text));
            if let Some(usage) = &call.provider_usage {
                to.written("lash.llm.provider_usage_json", |text| write_json(usage, text));
            }
            if let Some(summary) = &call.stream_summary {
                to.written("lash.llm.stream_summary_json", |text| write_json(summary, text));
            }
        }
        self.response_content(response, to);
    }

    /// Keeps what a turn spent, and which tool calls an answer asked for.
    fn note_answer(&mut self, incoming: Incoming<'_>, call: &LlmCallCompleted, key: NodeKey) {
        let hashes = self.hashes.clone();
        let Some(lane) = self.lanes.get_mut(incoming.lane) else { return };
        lane.calls += 1;
        lane.spent += call.usage.unwrap_or_default();
        if let Some(model) = &call.response.model
            && lane.model == crate::otel::lanes::Model::None
        {
            lane.model.add(model);
        }
        let parts = call.response.parts.as_ref().and_then(|parts| parts.as_array()).into_iter().flatten();
        lane.requested.0.clear();
        lane.requested.0.extend(
            parts
                .filter_map(|part| part.get("call_id").or_else(|| part.get("id"))?.as_str())
                .map(|id| hashes.of(id.as_bytes())),
        );
        lane.requested.1 = key;
    }

    pub(super) fn llm_failed(&mut self, incoming: Incoming<'_>, call: &LlmCallFailed) {
        let at = self.llm_at(incoming);
        let name = self.orphan_name(None);
        self.finish(incoming, at, LLM, name, None, |_, open| {
            let error = &call.error;
            let to = &mut open.span.attributes;
            to.texts(convention::RESPONSE_FINISH_REASONS, ["error"]);
            to.text(convention::ERROR_MESSAGE, &error.message);
            to.bool("lash.error.retryable", error.retryable);
            to.text_if("lash.error.terminal_reason", error.terminal_reason.as_deref());
            if let Some(summary) = &call.stream_summary {
                describe_summary(summary, to);
            }
            if let Some(error_type) = convention::error_type(error) {
                open.fail(&error_type, &error.message);
            }
        });
    }

    pub(super) fn provider_request(&mut self, incoming: Incoming<'_>, request: &TraceProviderRequestEvent) {
        let mut attributes = Attributes::default();
        let to = &mut attributes;
        to.text("lash.provider.name", &request.provider);
        to.text("lash.provider.endpoint", &request.endpoint);
        to.int("lash.stream.sequence", request.sequence);
        to.int("lash.stream.elapsed_ms", request.elapsed_ms);
        to.int("lash.request.body_len", request.body_len);
        to.text("lash.request.body_sha256", &request.body_sha256);
        to.text_if("lash.request.body_json_omitted_reason", request.body_json_omitted_reason.as_deref());
        if let Some(body) = request.body_json.as_ref().filter(|_| self.options.include_payload_json) {
            to.written("lash.request.body_json", |text| write_json(body, text));
        }
        let event = SpanEvent { name: "lash.provider_request", time: incoming.time, attributes };
        let limit = self.options.limits.events;
        self.in_stream(incoming, |open| {
            describe_provider(request, &mut open.span.attributes);
            open.span.add_event(event, limit);
        });
    }

    pub(super) fn provider_chunk(&mut self, incoming: Incoming<'_>, chunk: &TraceProviderStreamEvent) {
        let raw = self.options.raw_stream_events;
        let payload = self.options.include_payload_json;
        self.in_stream(incoming, |open| {
            let stream = open.stream.get_or_insert_default();
            stream.arrive(incoming.time);
            stream.chunks += 1;
            stream.bytes += chunk.raw_len as u64;
            if raw {
                add_raw(open, "lash.provider_stream_event", incoming.time, |to| {
                    to.text("lash.provider.name", &chunk.provider);
                    to.int("lash.stream.sequence", chunk.sequence);
                    to.int("lash.stream.elapsed_ms", chunk.elapsed_ms);
                    to.text("lash.stream.event_name", &chunk.event_name);
                    to.text_if("lash.stream.item_id", chunk.item_id.as_deref());
                    if let Some(index) = chunk.output_index {
                        to.int("lash.stream.output_index", index);
                    }
                    to.int("lash.stream.raw_len", chunk.raw_len);
                    to.text("lash.stream.raw_sha256", &chunk.raw_sha256);
                    if let Some(json) = chunk.raw_json.as_ref().filter(|_| payload) {
                        to.written("lash.stream.raw_json", |text| write_json(json, text));
                    }
                });
            }
        });
    }

    pub(super) fn runtime_chunk(&mut self, incoming: Incoming<'_>, chunk: &TraceRuntimeStreamEvent) {
        let raw = self.options.raw_stream_events;
        let payload = self.options.include_payload_json;
        self.in_stream(incoming, |open| {
            let stream = open.stream.get_or_insert_default();
            stream.arrive(incoming.time);
            stream.events += 1;
            if raw {
                add_raw(open, "lash.runtime_stream_event", incoming.time, |to| {
                    to.int("lash.stream.sequence", chunk.sequence);
                    to.int("lash.stream.elapsed_ms", chunk.elapsed_ms);
                    to.text("lash.stream.event_name", &chunk.event_name);
                    let chars = |text: &Option<String>| text.as_ref().map_or(0, |text| text.chars().count());
                    to.int("lash.stream.visible_chars", chars(&chunk.visible_text));
                    to.int("lash.stream.raw_chars", chars(&chunk.raw_text));
                    to.text_if("lash.stream.item_id", chunk.item_id.as_deref());
                    if let Some(index) = chunk.output_index {
                        to.int("lash.stream.output_index", index);
                    }
                    to.text_if("lash.tool.call_id", chunk.call_id.as_deref());
                    to.text_if("lash.tool.name", chunk.tool_name.as_deref());
                    if let Some(input) = chunk.input_json.as_ref().filter(|_| payload) {
                        to.written("lash.tool.input_json", |text| write_json(input, text));
                    }
                });
            }
        });
    }

    /// Does something to the call that a record of a stream belongs to, or to the turn where it names none.
    fn in_stream(&mut self, incoming: Incoming<'_>, act: impl FnOnce(&mut Open)) {
        let context = &incoming.record.context;
        let named = context.parent_graph_node_id.as_deref().and_then(|node| node.strip_prefix("llm:"));
        let Some(id) = call_id(context).or(named) else { return self.loose_stream(incoming) };
        if self.is_repeat(incoming) {
            return;
        }
        let key = self.key(incoming.lane, Kind::Llm, id);
        let parent = if incoming.place.turn == crate::otel::place::Turn::None {
            Parent::Session
        } else {
            Parent::LaneRoot
        };
        let name = self.orphan_name(None);
        if let Some(open) = self.touch(incoming, At { key, parent }, LLM, name) {
            act(open);
        }
    }

    /// A record of a stream that names no call.
    fn loose_stream(&mut self, incoming: Incoming<'_>) {
        let family = super::family(match incoming.record.event.kind() {
            "provider_request" => "lash.provider_request",
            "provider_stream_event" => "lash.provider_stream_event",
            _ => "lash.runtime_stream_event",
        });
        self.moment(incoming, family, |_, _| {});
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

/// What came back in pieces, as attributes of the call.
pub(super) fn describe_stream(open: &mut Open) {
    let Some(stream) = open.stream.take() else { return };
    let to = &mut open.span.attributes;
    if let Some(first) = stream.first {
        to.float(convention::RESPONSE_TIME_TO_FIRST_CHUNK, first.since(open.span.start).as_secs_f64());
    }
    to.int("lash.stream.chunks", stream.chunks);
    to.int("lash.stream.bytes", stream.bytes);
    to.int("lash.stream.events", stream.events);
    to.int("lash.stream.max_gap_ms", stream.longest_gap.as_millis());
    if stream.raw_dropped > 0 {
        let dropped = u32::try_from(stream.raw_dropped).unwrap_or(u32::MAX);
        open.span.dropped_events = open.span.dropped_events.saturating_add(dropped);
    }
}

fn add_raw(open: &mut Open, name: &'static str, time: Time, fill: impl FnOnce(&mut Attributes)) {
    let Some(stream) = &mut open.stream else { return };
    if stream.raw >= MAX_RAW {
        stream.raw_dropped += 1;
        return;
    }
    stream.raw += 1;
    let mut attributes = Attributes::default();
    fill(&mut attributes);
    open.span.events.push(SpanEvent { name, time, attributes });
}

/// Who serves a call, as its request tells.
fn describe_provider(request: &TraceProviderRequestEvent, to: &mut Attributes) {
    if !to.contains(convention::PROVIDER_NAME) {
        let by_endpoint = convention::provider_of_endpoint(&request.endpoint);
        let provider = by_endpoint.map_or_else(|| convention::provider_name(&request.provider), Into::into);
        to.text_if(convention::PROVIDER_NAME, Some(&provider));
    }
    if !to.contains(convention::SERVER_ADDRESS)
        && let Some((address, port)) = server(&request.endpoint)
    {
        to.text(convention::SERVER_ADDRESS, address);
        to.int(convention::SERVER_PORT, port);
    }
}

/// Host and port of a URL.
fn server(url: &str) -> Option<(&str, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let default = if scheme.eq_ignore_ascii_case("http") { 80 } else { 443 };
    match host.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?))) {
        Some((host, port)) => Some((host, port)),
        None => Some((host, default)).filter(|(host, _)| !host.is_empty()),
    }
}

fn describe_summary(summary: &serde_json::Value, to: &mut Attributes) {
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

/// Input with what a cache served and took.
pub(super) fn inclusive_input(usage: TraceTokenUsage) -> i64 {
    let cached = usage.cache_read_input_tokens.saturating_add(usage.cache_write_input_tokens);
    usage.input_tokens.saturating_add(cached)
}

fn call_id(context: &TraceContext) -> Option<&str> {
    let named = context.graph_node_id.as_deref().and_then(|node| node.strip_prefix("llm:"));
    let ids = [context.llm_call_id.as_deref(), named];
    ids.into_iter().flatten().find(|id| !id.is_empty())
}
