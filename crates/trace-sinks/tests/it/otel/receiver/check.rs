//! What holds for all good OTLP.

use std::collections::HashSet;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};

use super::Received;

/// What is wrong with what was accepted, a line each.
pub(super) fn problems(requests: &[Received]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut ids = HashSet::new();
    for spans in
        requests.iter().filter(|request| request.accepted).flat_map(|request| &request.message.resource_spans)
    {
        resource(spans, &mut problems);
        for span in spans.scope_spans.iter().flat_map(|spans| &spans.spans) {
            let mut wrong = |what: &str| problems.push(format!("span {:?}: {what}", span.name));
            check(span, &mut wrong);
            if !ids.insert((span.trace_id.clone(), span.span_id.clone())) && !is_revised(span) {
                wrong("its id was seen before");
            }
        }
    }
    problems
}

fn resource(spans: &ResourceSpans, problems: &mut Vec<String>) {
    let attributes =
        spans.resource.as_ref().map(|resource| resource.attributes.as_slice()).unwrap_or_default();
    if !attributes.iter().any(|pair| pair.key == "service.name") {
        problems.push("the resource has no service.name".to_owned());
    }
    if let Some(key) = repeated(attributes) {
        problems.push(format!("the resource has {key} twice"));
    }
}

fn check(span: &Span, wrong: &mut impl FnMut(&str)) {
    if !is_id(&span.trace_id, 16) || !is_id(&span.span_id, 8) {
        wrong("an id is zero or of a wrong length");
    }
    if !span.parent_span_id.is_empty() && !is_id(&span.parent_span_id, 8) {
        wrong("the parent's id is zero or of a wrong length");
    }
    if span.parent_span_id == span.span_id {
        wrong("it is its own parent");
    }
    if span.end_time_unix_nano < span.start_time_unix_nano {
        wrong("it ends before it starts");
    }
    if span.name.is_empty() {
        wrong("it has no name");
    }
    let events = span.events.iter().map(|event| &event.attributes);
    let links = span.links.iter().map(|link| &link.attributes);
    for key in std::iter::once(&span.attributes)
        .chain(events)
        .chain(links)
        .filter_map(|attributes| repeated(attributes))
    {
        wrong(&format!("{key} is there twice"));
    }
    if span.links.iter().any(|link| !is_id(&link.trace_id, 16) || !is_id(&link.span_id, 8)) {
        wrong("a link has an id that is zero or of a wrong length");
    }
}

fn is_id(id: &[u8], length: usize) -> bool {
    id.len() == length && id.iter().any(|byte| *byte != 0)
}

fn repeated(attributes: &[KeyValue]) -> Option<&str> {
    let mut keys = HashSet::new();
    attributes.iter().map(|pair| pair.key.as_str()).find(|key| !keys.insert(*key))
}

/// A span that was closed without its end, and sent again when the end came.
fn is_revised(span: &Span) -> bool {
    span.attributes.iter().any(|pair| pair.key.ends_with(".span.revised"))
}
