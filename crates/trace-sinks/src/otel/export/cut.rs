//! Spans that are too large even alone, made smaller.

use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SpanData;

/// How much was taken from a span so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Texts are at most some kilobytes.
    Long,
    /// Texts are at most a few lines.
    Short,
    /// There are no events and links.
    Bare,
}

impl Cut {
    fn next(cut: Option<Self>) -> Option<Self> {
        match cut {
            None => Some(Self::Long),
            Some(Self::Long) => Some(Self::Short),
            Some(Self::Short) => Some(Self::Bare),
            Some(Self::Bare) => None,
        }
    }
}

/// Takes the next larger things out of a span; none if nothing is left to take.
pub(super) fn cut(span: &mut SpanData, before: Option<Cut>) -> Option<Cut> {
    let cut = Cut::next(before)?;
    let changed = match cut {
        Cut::Long => texts(span, 4096),
        Cut::Short => texts(span, 256),
        Cut::Bare => bare(span),
    };
    if changed { Some(cut) } else { self::cut(span, Some(cut)) }
}

fn texts(span: &mut SpanData, longest: usize) -> bool {
    let mut changed = shorten(&mut span.attributes, &mut span.dropped_attributes_count, longest);
    for event in &mut span.events.events {
        changed |= shorten(&mut event.attributes, &mut event.dropped_attributes_count, longest);
    }
    for link in &mut span.links.links {
        changed |= shorten(&mut link.attributes, &mut link.dropped_attributes_count, longest);
    }
    changed
}

fn bare(span: &mut SpanData) -> bool {
    let events = std::mem::take(&mut span.events.events).len();
    let links = std::mem::take(&mut span.links.links).len();
    span.events.dropped_count = span.events.dropped_count.saturating_add(count(events));
    span.links.dropped_count = span.links.dropped_count.saturating_add(count(links));
    events + links > 0
}

/// Cuts long texts. What is JSON, or a list, is left out instead: half of it would be read as broken.
fn shorten(attributes: &mut Vec<KeyValue>, dropped: &mut u32, longest: usize) -> bool {
    let before = attributes.len();
    let mut changed = false;
    attributes.retain_mut(|attribute| match &mut attribute.value {
        Value::String(text) if text.as_str().len() > longest => {
            changed = true;
            let short = shortened(text.as_str(), longest);
            short.map(|short| *text = short).is_some()
        }
        Value::Array(array) => array_bytes(array) <= longest,
        _ => true,
    });
    let gone = before - attributes.len();
    *dropped = dropped.saturating_add(count(gone));
    changed || gone > 0
}

fn shortened(text: &str, longest: usize) -> Option<StringValue> {
    if text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let kept = text.floor_char_boundary(longest);
    Some(format!("{}…[+{} bytes]", &text[..kept], text.len() - kept).into())
}

fn array_bytes(array: &Array) -> usize {
    match array {
        Array::Bool(values) => values.len(),
        Array::I64(values) => values.len() * 8,
        Array::F64(values) => values.len() * 8,
        Array::String(values) => values.iter().map(|value| value.as_str().len()).sum(),
        _ => 0,
    }
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
