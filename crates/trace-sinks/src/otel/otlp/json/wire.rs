//! The one place that spells OTLP JSON: ids as hex, 64-bit integers as strings, enums as numbers, fields at their default left out.

mod value;

use std::fmt;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1 as common;
use opentelemetry_proto::tonic::resource::v1 as resource;
use opentelemetry_proto::tonic::trace::v1 as trace;
use serde::{Serialize, Serializer};

use value::{KeyValue, key_values};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request<'a> {
    resource_spans: Vec<ResourceSpans<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceSpans<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Resource<'a>>,
    scope_spans: Vec<ScopeSpans<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    schema_url: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resource<'a> {
    attributes: Vec<KeyValue<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_attributes_count: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScopeSpans<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<Scope<'a>>,
    spans: Vec<Span<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    schema_url: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Scope<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<KeyValue<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_attributes_count: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "as OTLP spells them")]
struct Span<'a> {
    trace_id: Hex<'a>,
    span_id: Hex<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    trace_state: &'a str,
    #[serde(skip_serializing_if = "Hex::is_empty")]
    parent_span_id: Hex<'a>,
    #[serde(skip_serializing_if = "is_zero")]
    flags: u32,
    name: &'a str,
    kind: i32,
    start_time_unix_nano: Text<u64>,
    end_time_unix_nano: Text<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<KeyValue<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_attributes_count: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<Event<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_events_count: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_links_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    time_unix_nano: Text<u64>,
    name: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<KeyValue<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_attributes_count: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Link<'a> {
    trace_id: Hex<'a>,
    span_id: Hex<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    trace_state: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<KeyValue<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_attributes_count: u32,
    #[serde(skip_serializing_if = "is_zero")]
    flags: u32,
}

#[derive(Serialize)]
struct Status<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    message: &'a str,
    #[serde(skip_serializing_if = "is_unset")]
    code: i32,
}

impl<'a> From<&'a ExportTraceServiceRequest> for Request<'a> {
    fn from(request: &'a ExportTraceServiceRequest) -> Self {
        Self { resource_spans: request.resource_spans.iter().map(ResourceSpans::from).collect() }
    }
}

impl<'a> From<&'a trace::ResourceSpans> for ResourceSpans<'a> {
    fn from(spans: &'a trace::ResourceSpans) -> Self {
        Self {
            resource: spans.resource.as_ref().map(Resource::from),
            scope_spans: spans.scope_spans.iter().map(ScopeSpans::from).collect(),
            schema_url: &spans.schema_url,
        }
    }
}

impl<'a> From<&'a resource::Resource> for Resource<'a> {
    fn from(resource: &'a resource::Resource) -> Self {
        Self {
            attributes: key_values(&resource.attributes),
            dropped_attributes_count: resource.dropped_attributes_count,
        }
    }
}

impl<'a> From<&'a trace::ScopeSpans> for ScopeSpans<'a> {
    fn from(spans: &'a trace::ScopeSpans) -> Self {
        Self {
            scope: spans.scope.as_ref().map(Scope::from),
            spans: spans.spans.iter().map(Span::from).collect(),
            schema_url: &spans.schema_url,
        }
    }
}

impl<'a> From<&'a common::InstrumentationScope> for Scope<'a> {
    fn from(scope: &'a common::InstrumentationScope) -> Self {
        Self {
            name: &scope.name,
            version: &scope.version,
            attributes: key_values(&scope.attributes),
            dropped_attributes_count: scope.dropped_attributes_count,
        }
    }
}

impl<'a> From<&'a trace::Span> for Span<'a> {
    fn from(span: &'a trace::Span) -> Self {
        Self {
            trace_id: Hex(&span.trace_id),
            span_id: Hex(&span.span_id),
            trace_state: &span.trace_state,
            parent_span_id: Hex(&span.parent_span_id),
            flags: span.flags,
            name: &span.name,
            kind: span.kind,
            start_time_unix_nano: Text(span.start_time_unix_nano),
            end_time_unix_nano: Text(span.end_time_unix_nano),
            attributes: key_values(&span.attributes),
            dropped_attributes_count: span.dropped_attributes_count,
            events: span.events.iter().map(Event::from).collect(),
            dropped_events_count: span.dropped_events_count,
            links: span.links.iter().map(Link::from).collect(),
            dropped_links_count: span.dropped_links_count,
            status: span.status.as_ref().map(|status| Status { message: &status.message, code: status.code }),
        }
    }
}

impl<'a> From<&'a trace::span::Event> for Event<'a> {
    fn from(event: &'a trace::span::Event) -> Self {
        Self {
            time_unix_nano: Text(event.time_unix_nano),
            name: &event.name,
            attributes: key_values(&event.attributes),
            dropped_attributes_count: event.dropped_attributes_count,
        }
    }
}

impl<'a> From<&'a trace::span::Link> for Link<'a> {
    fn from(link: &'a trace::span::Link) -> Self {
        Self {
            trace_id: Hex(&link.trace_id),
            span_id: Hex(&link.span_id),
            trace_state: &link.trace_state,
            attributes: key_values(&link.attributes),
            dropped_attributes_count: link.dropped_attributes_count,
            flags: link.flags,
        }
    }
}

/// Bytes of an id.
struct Hex<'a>(&'a [u8]);

impl Hex<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A number too long for some readers of JSON.
struct Text<T>(T);

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "so serde asks")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "so serde asks")]
fn is_unset(code: &i32) -> bool {
    *code == 0
}
