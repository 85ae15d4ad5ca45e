//! What can be known of a line without decoding it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The envelope of a JSON object, borrowed from its text.
///
/// A field of the wrong type counts as absent; of a repeated field the last counts. Reading it checks the grammar of the
/// whole object.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct TraceHeader<'a> {
    /// `schema_version`.
    pub schema_version: Option<u64>,
    /// `id`.
    pub id: Option<Cow<'a, str>>,
    /// `timestamp`, unparsed.
    pub timestamp: Option<Cow<'a, str>>,
    /// `type`.
    pub kind: Option<Cow<'a, str>>,
    /// `writer`.
    pub writer: Option<Cow<'a, str>>,
    /// `seq`.
    pub seq: Option<u64>,
    /// `context`.
    pub context: ContextHeader<'a>,
}

/// The identities of a record's context, borrowed from its text.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ContextHeader<'a> {
    /// `run_id`.
    pub run_id: Option<Cow<'a, str>>,
    /// `session_id`.
    pub session_id: Option<Cow<'a, str>>,
    /// `turn_id`.
    pub turn_id: Option<Cow<'a, str>>,
    /// `turn_index`.
    pub turn_index: Option<u64>,
    /// `llm_call_id`.
    pub llm_call_id: Option<Cow<'a, str>>,
    /// `graph_node_id`.
    pub graph_node_id: Option<Cow<'a, str>>,
    /// `parent_graph_node_id`.
    pub parent_graph_node_id: Option<Cow<'a, str>>,
    /// `metadata`, as JSON text.
    pub metadata: Option<&'a str>,
}

impl<'a> TraceHeader<'a> {
    /// Scans one JSON object.
    ///
    /// # Errors
    ///
    /// The text is not exactly one JSON object.
    pub fn scan(text: &'a str) -> Result<Self, serde_json::Error> {
        scan(text)
    }
}

/// An object of which some members are kept as raw text.
trait FromMembers<'a>: Default {
    /// Where the member of this name goes, if it is kept.
    fn take(&mut self, key: &str, value: &'a str);
    /// Whether the member of this name is kept.
    fn wants(key: &str) -> bool;
}

fn scan<'a, T: FromMembers<'a>>(text: &'a str) -> Result<T, serde_json::Error> {
    scan_members::<T, false>(text).or_else(|error| {
        // A member name with an unpaired surrogate is valid JSON that no string can hold.
        serde_json::from_str::<IgnoredAny>(text).map_err(|_| error)?;
        scan_members::<T, true>(text)
    })
}

fn scan_members<'a, T: FromMembers<'a>, const ANY_NAME: bool>(text: &'a str) -> Result<T, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let found = deserializer.deserialize_map(Members::<T, ANY_NAME>(T::default()))?;
    deserializer.end()?;
    Ok(found)
}

struct Members<T, const ANY_NAME: bool>(T);

impl<'de, T: FromMembers<'de>, const ANY_NAME: bool> Visitor<'de> for Members<T, ANY_NAME> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<T, A::Error> {
        while let Some(Name(name)) = map.next_key::<Name<'de, ANY_NAME>>()? {
            if T::wants(&name) {
                let value: &'de RawValue = map.next_value()?;
                self.0.take(&name, value.get());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(self.0)
    }
}

/// A member's name; with `ANY`, also one that no string can hold, in lossy form.
struct Name<'a, const ANY: bool>(Cow<'a, str>);

impl<'de, const ANY: bool> serde::Deserialize<'de> for Name<'de, ANY> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if ANY {
            deserializer.deserialize_bytes(NameVisitor::<ANY>)
        } else {
            deserializer.deserialize_str(NameVisitor::<ANY>)
        }
    }
}

struct NameVisitor<const ANY: bool>;

impl<'de, const ANY: bool> Visitor<'de> for NameVisitor<ANY> {
    type Value = Name<'de, ANY>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<Self::Value, E> {
        Ok(Name(Cow::Owned(String::from_utf8_lossy(name).into_owned())))
    }
}

fn text(value: &str) -> Option<Cow<'_, str>> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str::<String>(value).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

fn number(value: &str) -> Option<u64> {
    value.parse().ok()
}

impl<'a> FromMembers<'a> for TraceHeader<'a> {
    fn wants(key: &str) -> bool {
        matches!(key, "schema_version" | "id" | "timestamp" | "context" | "type" | "writer" | "seq")
    }

    fn take(&mut self, key: &str, value: &'a str) {
        match key {
            "schema_version" => self.schema_version = number(value),
            "id" => self.id = text(value),
            "timestamp" => self.timestamp = text(value),
            "type" => self.kind = text(value),
            "writer" => self.writer = text(value),
            "seq" => self.seq = number(value),
            _ => self.context = scan(value).unwrap_or_default(),
        }
    }
}

impl<'a> FromMembers<'a> for ContextHeader<'a> {
    fn wants(key: &str) -> bool {
        matches!(
            key,
            "run_id"
                | "session_id"
                | "turn_id"
                | "turn_index"
                | "llm_call_id"
                | "graph_node_id"
                | "parent_graph_node_id"
                | "metadata"
        )
    }

    fn take(&mut self, key: &str, value: &'a str) {
        match key {
            "run_id" => self.run_id = text(value),
            "session_id" => self.session_id = text(value),
            "turn_id" => self.turn_id = text(value),
            "turn_index" => self.turn_index = number(value),
            "llm_call_id" => self.llm_call_id = text(value),
            "graph_node_id" => self.graph_node_id = text(value),
            "parent_graph_node_id" => self.parent_graph_node_id = text(value),
            _ => self.metadata = Some(value),
        }
    }
}

/// Whether arrays and objects nest deeper than `limit`.
pub(super) fn depth_exceeds(text: &str, limit: usize) -> bool {
    // `[` and `{` differ in one bit. Few openings cannot nest deeply, and counting them is cheap.
    let openings = text.bytes().filter(|byte| byte | 0x20 == b'{').count();
    openings > limit && max_depth(text) > limit
}

fn max_depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
