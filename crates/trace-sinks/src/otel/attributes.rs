//! Attributes as they are gathered on the caller's thread: one text for all strings, turned into key-value pairs later.

use std::sync::Arc;

use opentelemetry::{Array, Key, KeyValue, StringValue, Value};
use serde::Serialize;

use super::SpanLimits;
use super::content::fit;
use super::limits::apply_limits;

/// How many bytes of texts are kept whole.
const LARGE: usize = 8 * 1024;

/// Attributes of one span, in the order they were set.
#[derive(Debug, Clone, Default)]
pub(super) struct Attributes {
    text: String,
    entries: Vec<(Name, Held)>,
    /// What was cut, and how large it was.
    cut: Vec<(&'static str, usize)>,
}

/// The name of an attribute. A fixed name begins with the default prefix where it is not of a convention.
#[derive(Debug, Clone, Copy)]
enum Name {
    Fixed(&'static str),
    /// A fixed start, and the rest in the text.
    Made(&'static str, Slice),
}

#[derive(Debug, Clone)]
enum Held {
    Bool(bool),
    Int(i64),
    Float(f64),
    Fixed(&'static str),
    /// A name of the source, with the default prefix.
    Name(&'static str),
    Shared(Arc<str>),
    Text(Slice),
    Texts(Vec<Slice>),
}

/// A piece of the text.
#[derive(Debug, Clone, Copy)]
struct Slice {
    start: usize,
    end: usize,
}

impl Attributes {
    /// Takes everything out and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.entries.clear();
        self.cut.clear();
    }

    /// How many bytes of memory are held.
    pub(super) fn capacity(&self) -> usize {
        self.text.capacity() + self.entries.capacity() * size_of::<(Name, Held)>()
    }

    /// Room for what a usual span says.
    pub(super) fn of_span() -> Self {
        Self { text: String::with_capacity(640), entries: Vec::with_capacity(32), cut: Vec::new() }
    }

    /// Sets a text, unless it is empty.
    pub(super) fn text(&mut self, name: &'static str, value: &str) {
        if value.is_empty() {
            return;
        }
        let slice = self.keep(value);
        self.entries.push((Name::Fixed(name), Held::Text(slice)));
    }

    /// Sets a text, where there is one and it is not empty.
    pub(super) fn text_if(&mut self, name: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// Sets a text that `write` makes in place.
    pub(super) fn written(&mut self, name: &'static str, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        let slice = Slice { start, end: self.text.len() };
        self.entries.push((Name::Fixed(name), Held::Text(slice)));
    }

    /// Sets a text that never changes.
    pub(super) fn fixed(&mut self, name: &'static str, value: &'static str) {
        self.entries.push((Name::Fixed(name), Held::Fixed(value)));
    }

    /// Sets a name of the source, which the chosen prefix applies to as well.
    pub(super) fn name(&mut self, name: &'static str, value: &'static str) {
        self.entries.push((Name::Fixed(name), Held::Name(value)));
    }

    /// Sets a text that others share.
    pub(super) fn shared(&mut self, name: &'static str, value: &Arc<str>) {
        self.entries.push((Name::Fixed(name), Held::Shared(Arc::clone(value))));
    }

    /// Sets a list of texts.
    pub(super) fn texts<'a>(&mut self, name: &'static str, values: impl IntoIterator<Item = &'a str>) {
        let slices = values.into_iter().map(|value| self.keep(value)).collect();
        self.entries.push((Name::Fixed(name), Held::Texts(slices)));
    }

    /// Sets a truth value.
    pub(super) fn bool(&mut self, name: &'static str, value: bool) {
        self.entries.push((Name::Fixed(name), Held::Bool(value)));
    }

    /// Sets a whole number; one beyond 64 bits with a sign becomes the greatest.
    pub(super) fn int(&mut self, name: &'static str, value: impl TryInto<i64>) {
        self.entries.push((Name::Fixed(name), Held::Int(value.try_into().unwrap_or(i64::MAX))));
    }

    /// Sets a number.
    pub(super) fn float(&mut self, name: &'static str, value: f64) {
        self.entries.push((Name::Fixed(name), Held::Float(value)));
    }

    /// Sets what a JSON value says, under a name made of a fixed start and a rest: texts, numbers and truth values as
    /// such, the rest as JSON.
    pub(super) fn json(&mut self, start: &'static str, rest: &str, value: &serde_json::Value) {
        if value.as_str() == Some("") {
            return;
        }
        let name = Name::Made(start, self.keep(rest));
        let held = match value {
            serde_json::Value::Bool(value) => Held::Bool(*value),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(int), _) => Held::Int(int),
                (None, Some(float)) if float.is_finite() => Held::Float(float),
                (None, _) => Held::Text(self.keep(&number.to_string())),
            },
            serde_json::Value::String(text) => Held::Text(self.keep(text)),
            serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
                Held::Text(self.keep(&value.to_string()))
            }
        };
        self.entries.push((name, held));
    }

    /// Sets content as JSON of at most `limit` bytes.
    pub(super) fn content(&mut self, name: &'static str, value: &impl Serialize, limit: usize) {
        let content = fit(value, limit);
        self.text(name, &content.text);
        self.cut.extend(content.cut_from.map(|bytes| (name, bytes)));
    }

    /// Whether an attribute of that name is set.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.entries.iter().any(|(known, _)| matches!(known, Name::Fixed(known) if *known == name))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The same without the texts that are large.
    pub(super) fn without_large(&self) -> Self {
        if self.text.len() <= LARGE {
            return self.clone();
        }
        let mut small = Self { cut: self.cut.clone(), ..Self::default() };
        for (name, held) in &self.entries {
            let name = match *name {
                Name::Fixed(name) => Name::Fixed(name),
                Name::Made(start, rest) => Name::Made(start, small.keep(self.get(rest))),
            };
            let held = match held {
                Held::Text(text) if self.get(*text).len() > LARGE / 8 => continue,
                Held::Text(text) => Held::Text(small.keep(self.get(*text))),
                Held::Texts(texts) => {
                    Held::Texts(texts.iter().map(|text| small.keep(self.get(*text))).collect())
                }
                held => held.clone(),
            };
            small.entries.push((name, held));
        }
        small
    }

    /// About how many bytes they take on the wire.
    pub(super) fn bytes(&self) -> usize {
        self.text.len() + self.entries.len() * 32
    }

    /// The pairs from the given index on, with `prefix` in the place of the default one.
    pub(super) fn pairs<'a>(
        &'a self,
        from: usize,
        prefix: &'a Prefix,
    ) -> impl ExactSizeIterator<Item = KeyValue> + 'a {
        let entries = self.entries.get(from..).unwrap_or_default();
        entries.iter().map(|(name, held)| KeyValue::new(self.key(*name, prefix), self.value(held, prefix)))
    }

    /// The pairs from the given index on within limits, and how many were left out.
    pub(super) fn limited(&self, from: usize, prefix: &Prefix, limits: &SpanLimits) -> (Vec<KeyValue>, u32) {
        let mut pairs: Vec<KeyValue> = self.pairs(from, prefix).collect();
        if !self.cut.is_empty() {
            let keys = self.cut.iter().map(|(name, _)| StringValue::from(*name)).collect();
            let bytes = self.cut.iter().map(|(_, bytes)| i64::try_from(*bytes).unwrap_or(i64::MAX)).collect();
            pairs.push(KeyValue::new(prefix.key("lash.truncated"), Value::Array(Array::String(keys))));
            pairs.push(KeyValue::new(prefix.key("lash.truncated.bytes"), Value::Array(Array::I64(bytes))));
        }
        let limited = apply_limits(pairs, limits, prefix.text());
        (limited.attributes, limited.dropped)
    }

    fn keep(&mut self, value: &str) -> Slice {
        let start = self.text.len();
        self.text.push_str(value);
        Slice { start, end: self.text.len() }
    }

    fn get(&self, slice: Slice) -> &str {
        self.text.get(slice.start..slice.end).unwrap_or_default()
    }

    fn key(&self, name: Name, prefix: &Prefix) -> Key {
        match name {
            Name::Fixed(name) => prefix.key(name),
            Name::Made(start, rest) => {
                let (prefix, start) = prefix.split(start);
                Key::from([prefix, start, self.get(rest)].concat())
            }
        }
    }

    fn value(&self, held: &Held, prefix: &Prefix) -> Value {
        match held {
            Held::Bool(value) => Value::Bool(*value),
            Held::Int(value) => Value::I64(*value),
            Held::Float(value) => Value::F64(*value),
            Held::Fixed(text) => Value::String(StringValue::from(*text)),
            Held::Name(name) => Value::String(StringValue::from(prefix.key(name).to_string())),
            Held::Shared(text) => Value::String(StringValue::from(Arc::clone(text))),
            Held::Text(slice) => Value::String(StringValue::from(self.get(*slice).to_owned())),
            Held::Texts(slices) => {
                let texts = slices.iter().map(|slice| StringValue::from(self.get(*slice).to_owned()));
                Value::Array(Array::String(texts.collect()))
            }
        }
    }
}

/// The first part of names that are not of a convention.
#[derive(Debug, Clone)]
pub(super) struct Prefix(Option<Arc<str>>);

/// The prefix that names are spelled with in the source.
const DEFAULT_PREFIX: &str = "lash";

impl Prefix {
    pub(super) fn new(prefix: &str) -> Self {
        Self((prefix != DEFAULT_PREFIX).then(|| Arc::from(prefix)))
    }

    /// The prefix itself.
    pub(super) fn text(&self) -> &str {
        self.0.as_deref().unwrap_or(DEFAULT_PREFIX)
    }

    /// A name of the source as a key.
    pub(super) fn key(&self, name: &'static str) -> Key {
        match self.split(name) {
            ("", name) => Key::from_static_str(name),
            (prefix, rest) => Key::from([prefix, rest].concat()),
        }
    }

    /// The prefix that replaces the default one, and what follows it; or nothing, and the whole name.
    pub(super) fn split<'a>(&'a self, name: &'static str) -> (&'a str, &'static str) {
        let rest = name.strip_prefix(DEFAULT_PREFIX).filter(|rest| rest.starts_with('.'));
        match (&self.0, rest) {
            (Some(prefix), Some(rest)) => (prefix, rest),
            _ => ("", name),
        }
    }
}
