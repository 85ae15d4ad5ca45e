//! JSON kept as text: fields a newer writer added.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON value as compact text, exact to the digit.
///
/// [`serde_json::Value`] cannot hold every JSON value: `1e400` overflows, long integers lose digits, deep nesting is
/// refused. This type holds them all. Two values are equal when their compact texts are.
///
/// # Examples
///
/// ```
/// use trace_core::RawJson;
///
/// let value = RawJson::new("{ \"n\": 1e400 }")?;
/// assert_eq!(value.get(), r#"{"n":1e400}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// Checks and compacts a JSON text.
    ///
    /// # Errors
    ///
    /// The text is not one JSON value.
    pub fn new(text: impl Into<String>) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text.into()).and_then(Self::compact)
    }

    /// The JSON text.
    pub fn get(&self) -> &str {
        self.0.get()
    }

    fn compact(raw: Box<RawValue>) -> Result<Self, serde_json::Error> {
        match without_whitespace(raw.get()) {
            None => Ok(Self(raw)),
            Some(text) => RawValue::from_string(text).map(Self),
        }
    }
}

/// The text without insignificant whitespace, or `None` where there is none.
fn without_whitespace(text: &str) -> Option<String> {
    let blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    if !text.bytes().any(blank) {
        return None;
    }
    let (mut in_string, mut escaped) = (false, false);
    let kept = text.chars().filter(|&c| {
        let keep = in_string || !u8::try_from(c).is_ok_and(blank);
        if escaped {
            escaped = false;
        } else if c == '"' {
            in_string = !in_string;
        } else if c == '\\' && in_string {
            escaped = true;
        }
        keep
    });
    Some(kept.collect())
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for RawJson {}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::compact(raw).map_err(D::Error::custom)
    }
}

/// Fields this version does not know, by name, kept so that they survive a read and a write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExtraFields(BTreeMap<String, RawJson>);

impl ExtraFields {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The value of one field.
    pub fn get(&self, name: &str) -> Option<&RawJson> {
        self.0.get(name)
    }

    /// Sets a field; the former value is returned.
    pub fn insert(&mut self, name: impl Into<String>, value: RawJson) -> Option<RawJson> {
        self.0.insert(name.into(), value)
    }

    /// The fields in name order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RawJson)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}
