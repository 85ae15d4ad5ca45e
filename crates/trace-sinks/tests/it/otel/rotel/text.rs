//! Spans as rotel prints them.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{Event, Link, SpanId, SpanKind, Status};
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

/// The text of each span in an output, by trace and span; those of one id in the order in which they came.
pub(super) fn spans(output: &str) -> BTreeMap<String, Vec<String>> {
    let mut spans: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in output.split("\nSpan #").skip(1) {
        let (_, text) = part.split_once('\n').unwrap();
        let ends = ["\nResourceSpans #", "\nScopeSpans #", "\n{\"v\":"];
        let end = ends.iter().filter_map(|end| text.find(end)).min().unwrap_or(text.len());
        let text = text[..end]
            .trim_end()
            .replace("    Status code    : STATUS_CODE_UNSET\n    Status message : \n", "");
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.trim_start().strip_prefix(name));
            line.and_then(|rest| rest.split_once(": ")).map_or("", |(_, value)| value).to_owned()
        };
        spans.entry(format!("{} {}", value("Trace ID"), value("ID"))).or_default().push(text);
    }
    spans
}

/// A span's trace and own id.
pub(super) fn id(span: &SpanData) -> String {
    format!("{} {}", span.span_context.trace_id(), span.span_context.span_id())
}

/// A span that was sent, as it must be printed.
pub(super) fn print(span: &SpanData) -> String {
    let head = head(span);
    let sections = [status(&span.status), attributes(span), events(&span.events), links(&span.links)];
    let lines: Vec<String> = head.into_iter().chain(sections.into_iter().flatten()).collect();
    lines.join("\n").trim_end().to_owned()
}

fn head(span: &SpanData) -> [String; 7] {
    let parent = Some(span.parent_span_id).filter(|id| *id != SpanId::INVALID);
    let kind = match span.span_kind {
        SpanKind::Client => "CLIENT",
        SpanKind::Internal => "INTERNAL",
        SpanKind::Server | SpanKind::Producer | SpanKind::Consumer => "that no span of ours has",
    };
    [
        format!("    Trace ID       : {}", span.span_context.trace_id()),
        format!("    Parent ID      : {}", parent.map_or_else(String::new, |id| id.to_string())),
        format!("    ID             : {}", span.span_context.span_id()),
        format!("    Name           : {}", span.name),
        format!("    Kind           : SPAN_KIND_{kind}"),
        format!("Start time: {}", nanoseconds(span.start_time)),
        format!("End time: {}", nanoseconds(span.end_time)),
    ]
}

fn status(status: &Status) -> Vec<String> {
    let (code, message) = match status {
        Status::Unset => return Vec::new(),
        Status::Ok => ("OK", ""),
        Status::Error { description } => ("ERROR", &**description),
    };
    vec![format!("    Status code    : STATUS_CODE_{code}"), format!("    Status message : {message}")]
}

fn attributes(span: &SpanData) -> Vec<String> {
    headed("Attributes:", pairs("     ", &span.attributes))
}

fn events(events: &[Event]) -> Vec<String> {
    let event = |(number, event): (usize, &Event)| {
        let head = vec![
            format!("SpanEvent #{number}"),
            format!("     -> Name: {}", event.name),
            format!("     -> Timestamp: {}", nanoseconds(event.timestamp)),
            format!("     -> DroppedAttributesCount: {}", event.dropped_attributes_count),
        ];
        [head, nested(&event.attributes)].concat()
    };
    headed("Events:", events.iter().enumerate().flat_map(event).collect())
}

fn links(links: &[Link]) -> Vec<String> {
    let link = |(number, link): (usize, &Link)| {
        let head = vec![
            format!("SpanLink #{number}"),
            format!("     -> Trace ID: {}", link.span_context.trace_id()),
            format!("     -> ID: {}", link.span_context.span_id()),
            format!("     -> TraceState: {}", link.span_context.trace_state().header()),
            format!("     -> DroppedAttributesCount: {}", link.dropped_attributes_count),
        ];
        [head, nested(&link.attributes)].concat()
    };
    headed("Links:", links.iter().enumerate().flat_map(link).collect())
}

fn nested(attributes: &[KeyValue]) -> Vec<String> {
    headed("     -> Attributes::", pairs("          ", attributes))
}

/// What is empty has no head.
fn headed(head: &str, lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() { lines } else { [vec![head.to_owned()], lines].concat() }
}

fn pairs(indent: &str, attributes: &[KeyValue]) -> Vec<String> {
    attributes.iter().map(|pair| format!("{indent}-> {}: {}", pair.key, value(&pair.value))).collect()
}

fn value(value: &Value) -> String {
    match value {
        Value::Bool(value) => format!("Bool({value})"),
        Value::I64(value) => format!("Int({value})"),
        Value::F64(value) => format!("Double({value})"),
        Value::String(value) => format!("Str({value})"),
        Value::Array(Array::Bool(values)) => slice("Bool", values),
        Value::Array(Array::I64(values)) => slice("Int", values),
        Value::Array(Array::F64(values)) => slice("Double", values),
        Value::Array(Array::String(values)) => slice("Str", values),
        other => format!("{other:?}, which no attribute of ours is"),
    }
}

fn slice<T: Display>(kind: &str, values: &[T]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("{kind}({value})")).collect();
    format!("Slice({})", values.join(", "))
}

fn nanoseconds(time: SystemTime) -> u128 {
    time.duration_since(UNIX_EPOCH).unwrap().as_nanos()
}
