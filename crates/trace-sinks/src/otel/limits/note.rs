//! The account of what was cut.

use std::collections::HashSet;

use foldhash::fast::RandomState;
use opentelemetry::{Array, Key, KeyValue, StringValue, Value};

/// How many keys a span names; with more of them the account itself would fill it.
const MOST: usize = 32;

/// What was cut or is gone, and how large it was.
#[derive(Debug)]
pub(super) struct Note {
    key: String,
    bytes_key: String,
    keys: Vec<Key>,
    bytes: Vec<i64>,
    /// Those of `keys`.
    known: HashSet<Key, RandomState>,
}

impl Note {
    /// The account that attributes carry already, and the others.
    pub(super) fn taken_from(attributes: Vec<KeyValue>, prefix: &str) -> (Self, Vec<KeyValue>) {
        let (key, bytes_key) = (format!("{prefix}.truncated"), format!("{prefix}.truncated.bytes"));
        let mut rest = Vec::with_capacity(attributes.len());
        let (mut keys, mut bytes) = (Vec::new(), Vec::new());
        for attribute in attributes {
            match attribute.value {
                Value::Array(Array::String(told)) if attribute.key.as_str() == key => keys = told,
                Value::Array(Array::I64(told)) if attribute.key.as_str() == bytes_key => bytes = told,
                value => rest.push(KeyValue::new(attribute.key, value)),
            }
        }
        let mut note =
            Self { key, bytes_key, keys: Vec::new(), bytes: Vec::new(), known: HashSet::default() };
        bytes.resize(keys.len(), 0);
        // A key that was told twice was set twice: the last is the one that stays.
        for (key, bytes) in keys.into_iter().zip(bytes).rev() {
            note.tell(&Key::new(String::from(key)), bytes);
        }
        note.keys.reverse();
        note.bytes.reverse();
        (note, rest)
    }

    /// Adds a key, with the bytes of its value before. What was told of it first stays.
    pub(super) fn add(&mut self, key: &Key, bytes: usize) {
        self.tell(key, i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    fn tell(&mut self, key: &Key, bytes: i64) {
        if self.known.insert(key.clone()) {
            self.keys.push(key.clone());
            self.bytes.push(bytes);
        }
    }

    /// How many attributes it takes.
    pub(super) fn count(&self) -> usize {
        if self.keys.is_empty() { 0 } else { 2 }
    }

    /// How many bytes these take.
    pub(super) fn bytes(&self) -> usize {
        if self.keys.is_empty() {
            return 0;
        }
        let keys: usize = self.keys.iter().take(MOST).map(|key| key.as_str().len() + 8).sum();
        self.key.len() + self.bytes_key.len() + keys
    }

    /// The attributes, and all keys.
    pub(super) fn into_attributes(self) -> (Vec<KeyValue>, Vec<Key>) {
        let Self { key, bytes_key, keys, mut bytes, known: _ } = self;
        if keys.is_empty() {
            return (Vec::new(), keys);
        }
        bytes.truncate(MOST);
        let named: Vec<StringValue> =
            keys.iter().take(MOST).map(|key| String::from(key.clone()).into()).collect();
        let attributes = vec![
            KeyValue::new(key, Value::Array(Array::String(named))),
            KeyValue::new(bytes_key, Value::Array(Array::I64(bytes))),
        ];
        (attributes, keys)
    }
}
