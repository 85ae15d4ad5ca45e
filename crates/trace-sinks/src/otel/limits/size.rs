//! What an attribute takes, and how it takes less.

use std::mem;

use opentelemetry::{Array, KeyValue, StringValue, Value};

use super::rank::content;
use crate::otel::content::{fit_json, fit_plain};

/// Bytes of an attribute: its key, and its value as text or as a number takes it.
pub(super) fn size(attribute: &KeyValue) -> usize {
    attribute.key.as_str().len() + value_size(&attribute.value)
}

/// Bytes of a value.
pub(super) fn value_size(value: &Value) -> usize {
    match value {
        Value::Bool(_) => 1,
        Value::String(text) => text.as_str().len(),
        Value::Array(Array::Bool(items)) => items.len(),
        Value::Array(Array::I64(items)) => items.len() * 8,
        Value::Array(Array::F64(items)) => items.len() * 8,
        Value::Array(Array::String(items)) => items.iter().map(|text| text.as_str().len()).sum(),
        _ => 8,
    }
}

/// Cuts a text or an array to at most `limit` bytes. Its bytes before, when it was larger.
pub(super) fn cut(attribute: &mut KeyValue, limit: usize) -> Option<usize> {
    let before = value_size(&attribute.value);
    if before <= limit {
        return None;
    }
    match &mut attribute.value {
        Value::String(text) => {
            let whole = String::from(mem::replace(text, StringValue::from("")));
            *text = cut_text(attribute.key.as_str(), whole, limit).into();
        }
        Value::Array(Array::Bool(items)) => items.truncate(limit),
        Value::Array(Array::I64(items)) => items.truncate(limit / 8),
        Value::Array(Array::F64(items)) => items.truncate(limit / 8),
        Value::Array(Array::String(items)) => cut_items(items, limit),
        _ => return None,
    }
    Some(before)
}

/// JSON stays JSON, whether its key tells it or its first character.
fn cut_text(key: &str, text: String, limit: usize) -> String {
    let is_json = content(key).is_some() || text.starts_with(['{', '[']);
    if is_json { fit_json(text, limit).text } else { fit_plain(text, limit).text }
}

/// Keeps the first texts, the last of them cut.
fn cut_items(items: &mut Vec<StringValue>, limit: usize) {
    let mut room = limit;
    let whole = items.iter().take_while(|text| {
        let fits = text.as_str().len() <= room;
        room -= if fits { text.as_str().len() } else { 0 };
        fits
    });
    let whole = whole.count();
    items.truncate(whole + 1);
    if let Some(last) = items.get_mut(whole) {
        let text = String::from(mem::replace(last, StringValue::from("")));
        *last = fit_plain(text, room).text.into();
    }
    items.retain(|text| !text.as_str().is_empty());
}
