//! What streams back from a model: counted, not copied.

use trace_core::TraceContext;
use trace_core::event::{TraceProviderRequestEvent, TraceProviderStreamEvent, TraceRuntimeStreamEvent};

use super::describe::write_json;
use super::instant::describe_usage;
use super::llm::{LLM, call_id};
use super::open::{At, Open, Parent};
use super::{Assembler, Incoming, family};
use crate::otel::attributes::Attributes;
use crate::otel::convention;
use crate::otel::place::{Kind, Turn};
use crate::otel::span::SpanEvent;
use crate::otel::time::Time;

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
    pub(super) fn provider_request(&mut self, incoming: Incoming<'_>, request: &TraceProviderRequestEvent) {
        let payload = self.options.include_payload_json;
        let limit = self.options.limits.events;
        self.in_stream(
            incoming,
            "lash.provider_request",
            |to| describe_request(request, payload, to),
            |open, describe| {
                let mut attributes = Attributes::default();
                describe(&mut attributes);
                describe_provider(request, &mut open.span.attributes);
                let event = SpanEvent { name: "lash.provider_request", time: incoming.time, attributes };
                open.span.add_event(event, limit);
            },
        );
    }

    pub(super) fn provider_chunk(&mut self, incoming: Incoming<'_>, chunk: &TraceProviderStreamEvent) {
        let (raw, payload) = (self.options.raw_stream_events, self.options.include_payload_json);
        self.in_stream(
            incoming,
            "lash.provider_stream_event",
            |to| describe_provider_chunk(chunk, payload, to),
            |open, describe| {
                let stream = open.stream.get_or_insert_default();
                stream.arrive(incoming.time);
                stream.chunks += 1;
                stream.bytes += chunk.raw_len as u64;
                if raw {
                    add_raw(open, "lash.provider_stream_event", incoming.time, describe);
                }
            },
        );
    }

    pub(super) fn runtime_chunk(&mut self, incoming: Incoming<'_>, chunk: &TraceRuntimeStreamEvent) {
        let (raw, payload) = (self.options.raw_stream_events, self.options.include_payload_json);
        self.note_streamed_request(incoming, chunk);
        self.in_stream(
            incoming,
            "lash.runtime_stream_event",
            |to| describe_runtime_chunk(chunk, payload, to),
            |open, describe| {
                let stream = open.stream.get_or_insert_default();
                stream.arrive(incoming.time);
                stream.events += 1;
                if raw {
                    add_raw(open, "lash.runtime_stream_event", incoming.time, describe);
                }
            },
        );
    }

    /// Keeps which tool call a stream asks for: not every answer lists them again.
    fn note_streamed_request(&mut self, incoming: Incoming<'_>, chunk: &TraceRuntimeStreamEvent) {
        if let (Some(tool_call), Some(_), Some(call)) =
            (&chunk.call_id, &chunk.tool_name, llm_call(&incoming.record.context))
        {
            let key = self.latest_key(incoming.lane, Kind::Llm, call);
            self.note_requested(incoming.lane, &key, tool_call);
        }
    }

    /// Does something to the call that a record of a stream belongs to. One that names no call is a moment of its own.
    fn in_stream<D: FnOnce(&mut Attributes)>(
        &mut self,
        incoming: Incoming<'_>,
        name: &'static str,
        describe: D,
        act: impl FnOnce(&mut Open, D),
    ) {
        let Some(id) = llm_call(&incoming.record.context) else {
            return self.moment(incoming, family(name), |_, to| describe(to));
        };
        if self.is_repeat(incoming) {
            return;
        }
        let key = self.latest_key(incoming.lane, Kind::Llm, id);
        let parent = if incoming.place.turn == Turn::None { Parent::Session } else { Parent::LaneRoot };
        let name = self.orphan_name(None);
        if let Some(open) = self.touch(incoming, At { key, parent }, LLM, name) {
            act(open, describe);
        }
    }
}

/// The call that a record of a stream names, as its own or as its parent.
fn llm_call(context: &TraceContext) -> Option<&str> {
    let parent = context.parent_graph_node_id.as_deref().and_then(|node| node.strip_prefix("llm:"));
    call_id(context).or(parent).filter(|id| !id.is_empty())
}

fn describe_request(request: &TraceProviderRequestEvent, payload: bool, to: &mut Attributes) {
    to.text("lash.provider.name", &request.provider);
    to.text("lash.provider.endpoint", &request.endpoint);
    to.int("lash.stream.sequence", request.sequence);
    to.int("lash.stream.elapsed_ms", request.elapsed_ms);
    to.int("lash.request.body_len", request.body_len);
    to.text("lash.request.body_sha256", &request.body_sha256);
    to.text_if("lash.request.body_json_omitted_reason", request.body_json_omitted_reason.as_deref());
    if let Some(body) = request.body_json.as_ref().filter(|_| payload) {
        to.written("lash.request.body_json", |text| write_json(body, text));
    }
}

fn describe_provider_chunk(chunk: &TraceProviderStreamEvent, payload: bool, to: &mut Attributes) {
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
}

fn describe_runtime_chunk(chunk: &TraceRuntimeStreamEvent, payload: bool, to: &mut Attributes) {
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
    // Under names of ours: what only passes by is not to be added up.
    if let Some(usage) = chunk.usage {
        describe_usage(usage, to);
    }
}

/// What came back in pieces, as attributes of the call.
pub(super) fn describe_stream(open: &mut Open) {
    let Some(stream) = open.stream.take() else { return };
    let to = &mut open.span.attributes;
    // Where no start is known, nor a duration, the first chunk is all that is known of it.
    if let Some(first) = stream.first.filter(|first| open.started || *first > open.span.start) {
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
        to.text(convention::PROVIDER_NAME, &provider);
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
    let (scheme, _) = url.split_once("://")?;
    let host = convention::authority(url);
    let default = if scheme.eq_ignore_ascii_case("http") { 80 } else { 443 };
    match host.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?))) {
        Some((host, port)) => Some((host, port)),
        None => Some((host, default)).filter(|(host, _)| !host.is_empty()),
    }
}
