//! What can be known of a line without decoding it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
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

/// An object of which some members are kept.
trait FromMembers<'a>: Default {
    /// Takes the value of a member that is kept; `false` leaves it to be skipped.
    ///
    /// With `LENIENT`, a value of the wrong type is skipped too; without, it is an error.
    fn take<A: MapAccess<'a>, const LENIENT: bool>(
        &mut self,
        name: &str,
        map: &mut A,
    ) -> Result<bool, A::Error>;
}

fn scan<'a, T: FromMembers<'a>>(text: &'a str) -> Result<T, serde_json::Error> {
    scan_members::<T, false>(text).or_else(|error| {
        // A context of the wrong type, or a member name with an unpaired surrogate that no string can hold.
        serde_json::from_str::<IgnoredAny>(text).map_err(|_| error)?;
        scan_members::<T, true>(text)
    })
}

fn scan_members<'a, T: FromMembers<'a>, const LENIENT: bool>(text: &'a str) -> Result<T, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let Members(found) = Members::<T, LENIENT>::deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(found)
}

struct Members<T, const LENIENT: bool>(T);

impl<'de, T: FromMembers<'de>, const LENIENT: bool> Deserialize<'de> for Members<T, LENIENT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(T::default()))
    }
}

impl<'de, T: FromMembers<'de>, const LENIENT: bool> Visitor<'de> for Members<T, LENIENT> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(Name(name)) = map.next_key::<Name<'de, LENIENT>>()? {
            if !self.0.take::<A, LENIENT>(&name, &mut map)? {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(self)
    }
}

/// A member's name; with `ANY`, also one that no string can hold, in lossy form.
struct Name<'a, const ANY: bool>(Cow<'a, str>);

impl<'de, const ANY: bool> Deserialize<'de> for Name<'de, ANY> {
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

/// The exact text of a member's value.
fn raw<'a, A: MapAccess<'a>>(map: &mut A) -> Result<&'a str, A::Error> {
    map.next_value::<&'a RawValue>().map(RawValue::get)
}

fn text<'a, A: MapAccess<'a>>(map: &mut A) -> Result<Option<Cow<'a, str>>, A::Error> {
    let value = raw(map)?;
    Ok(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).and_then(|inner| {
        if memchr::memchr(b'\\', inner.as_bytes()).is_some() {
            serde_json::from_str::<String>(value).ok().map(Cow::Owned)
        } else {
            Some(Cow::Borrowed(inner))
        }
    }))
}

fn number<'a, A: MapAccess<'a>>(map: &mut A) -> Result<Option<u64>, A::Error> {
    raw(map).map(|value| value.parse().ok())
}

impl<'a> FromMembers<'a> for TraceHeader<'a> {
    fn take<A: MapAccess<'a>, const LENIENT: bool>(
        &mut self,
        name: &str,
        map: &mut A,
    ) -> Result<bool, A::Error> {
        match name {
            "schema_version" => self.schema_version = number(map)?,
            "id" => self.id = text(map)?,
            "timestamp" => self.timestamp = text(map)?,
            "type" => self.kind = text(map)?,
            "writer" => self.writer = text(map)?,
            "seq" => self.seq = number(map)?,
            "context" if LENIENT => self.context = scan(raw(map)?).unwrap_or_default(),
            "context" => self.context = map.next_value::<Members<_, false>>()?.0,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl<'a> FromMembers<'a> for ContextHeader<'a> {
    fn take<A: MapAccess<'a>, const LENIENT: bool>(
        &mut self,
        name: &str,
        map: &mut A,
    ) -> Result<bool, A::Error> {
        match name {
            "run_id" => self.run_id = text(map)?,
            "session_id" => self.session_id = text(map)?,
            "turn_id" => self.turn_id = text(map)?,
            "turn_index" => self.turn_index = number(map)?,
            "llm_call_id" => self.llm_call_id = text(map)?,
            "graph_node_id" => self.graph_node_id = text(map)?,
            "parent_graph_node_id" => self.parent_graph_node_id = text(map)?,
            "metadata" => self.metadata = Some(raw(map)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Whether arrays and objects nest deeper than `limit`.
pub(super) fn depth_exceeds(text: &str, limit: usize) -> bool {
    text.len() > limit && openings(text.as_bytes()) > limit && max_depth(text) > limit
}

/// How many `[` and `{` there are. Few cannot nest deeply, and counting them is cheap.
fn openings(text: &[u8]) -> usize {
    // The two differ in one bit. A chunk's count fits a byte, which lets the compiler count many at once.
    let count = |chunk: &[u8]| chunk.iter().map(|byte| u8::from(byte | 0x20 == b'{')).sum::<u8>();
    text.chunks(255).map(|chunk| usize::from(count(chunk))).sum()
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
