//! Spans as the messages of OTLP.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{Event, Link, SpanContext, SpanId, Status};
use opentelemetry::{InstrumentationScope, KeyValue, Value};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1 as common;
use opentelemetry_proto::tonic::common::v1::any_value::Value as ProtoValue;
use opentelemetry_proto::tonic::resource::v1::Resource as ProtoResource;
use opentelemetry_proto::tonic::trace::v1::{self as proto, ResourceSpans, ScopeSpans, SpanFlags};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

/// Makes requests of batches: knows who sends.
#[derive(Debug, Clone, Default)]
pub(super) struct Encoder {
    resource: ProtoResource,
    schema_url: String,
}

impl Encoder {
    pub(super) fn new(resource: &Resource) -> Self {
        let mut attributes: Vec<_> =
            resource.iter().map(|(key, value)| attribute(key.as_str(), value)).collect();
        attributes.sort_by(|a, b| a.key.cmp(&b.key));
        let resource_schema = resource.schema_url().unwrap_or_default().to_owned();
        Self {
            resource: ProtoResource { attributes, ..ProtoResource::default() },
            schema_url: resource_schema,
        }
    }

    /// One request: the spans under their scopes, each in the order of the batch.
    pub(super) fn request(&self, batch: &[SpanData]) -> ExportTraceServiceRequest {
        let mut places: HashMap<&InstrumentationScope, usize> = HashMap::new();
        let mut scopes: Vec<ScopeSpans> = Vec::new();
        for data in batch {
            let place = *places.entry(&data.instrumentation_scope).or_insert_with(|| {
                scopes.push(scope(&data.instrumentation_scope));
                scopes.len() - 1
            });
            scopes[place].spans.push(span(data));
        }
        ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans {
                resource: Some(self.resource.clone()),
                scope_spans: scopes,
                schema_url: self.schema_url.clone(),
            }],
        }
    }
}

fn scope(scope: &InstrumentationScope) -> ScopeSpans {
    ScopeSpans {
        scope: Some((scope, None).into()),
        spans: Vec::new(),
        schema_url: scope.schema_url().unwrap_or_default().to_owned(),
    }
}

fn span(data: &SpanData) -> proto::Span {
    let kind: proto::span::SpanKind = data.span_kind.clone().into();
    proto::Span {
        trace_id: data.span_context.trace_id().to_bytes().to_vec(),
        span_id: data.span_context.span_id().to_bytes().to_vec(),
        trace_state: data.span_context.trace_state().header(),
        parent_span_id: parent(data.parent_span_id),
        flags: flags(&data.span_context, data.parent_span_is_remote),
        name: data.name.clone().into_owned(),
        kind: kind.into(),
        start_time_unix_nano: nanoseconds(data.start_time),
        end_time_unix_nano: nanoseconds(data.end_time),
        attributes: attributes(&data.attributes),
        dropped_attributes_count: data.dropped_attributes_count,
        events: data.events.iter().map(event).collect(),
        dropped_events_count: data.events.dropped_count,
        links: data.links.iter().map(link).collect(),
        dropped_links_count: data.links.dropped_count,
        status: Some(status(&data.status)),
    }
}

fn parent(id: SpanId) -> Vec<u8> {
    if id == SpanId::INVALID { Vec::new() } else { id.to_bytes().to_vec() }
}

fn flags(context: &SpanContext, is_remote: bool) -> u32 {
    let remote = if is_remote { SpanFlags::ContextIsRemoteMask as u32 } else { 0 };
    u32::from(context.trace_flags().to_u8()) | SpanFlags::ContextHasIsRemoteMask as u32 | remote
}

fn event(event: &Event) -> proto::span::Event {
    proto::span::Event {
        time_unix_nano: nanoseconds(event.timestamp),
        name: event.name.clone().into_owned(),
        attributes: attributes(&event.attributes),
        dropped_attributes_count: event.dropped_attributes_count,
    }
}

fn link(link: &Link) -> proto::span::Link {
    let context = &link.span_context;
    proto::span::Link {
        trace_id: context.trace_id().to_bytes().to_vec(),
        span_id: context.span_id().to_bytes().to_vec(),
        trace_state: context.trace_state().header(),
        attributes: attributes(&link.attributes),
        dropped_attributes_count: link.dropped_attributes_count,
        flags: flags(context, context.is_remote()),
    }
}

fn status(status: &Status) -> proto::Status {
    let message = match status {
        Status::Error { description } => description.clone().into_owned(),
        Status::Unset | Status::Ok => String::new(),
    };
    proto::Status { message, code: proto::status::StatusCode::from(status).into() }
}

fn attributes(attributes: &[KeyValue]) -> Vec<common::KeyValue> {
    attributes.iter().map(|pair| attribute(pair.key.as_str(), &pair.value)).collect()
}

fn attribute(key: &str, value: &Value) -> common::KeyValue {
    let value = match value {
        Value::String(text) => {
            common::AnyValue { value: Some(ProtoValue::StringValue(text.as_str().to_owned())) }
        }
        other => other.clone().into(),
    };
    common::KeyValue { key: key.to_owned(), value: Some(value), ..common::KeyValue::default() }
}

/// Nanoseconds since 1970, within what OTLP can say.
fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
