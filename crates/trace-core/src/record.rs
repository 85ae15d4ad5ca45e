//! One record of a trace: who, when, what.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::{ExtraFields, Side, Slot, decode_tagged};
use crate::{TraceContext, TraceEvent};

/// The version of the record schema.
///
/// A new kind and a new optional field are additive and leave it alone. A rename, a removal or a changed meaning raises it.
/// A reader of this version refuses records of a higher one (see [`TraceRecord::from_json`]).
pub const TRACE_SCHEMA_VERSION: u32 = 2;

/// One record: an event, when it happened, and whom it belongs to.
///
/// On the wire it is one JSON object; the event's fields stand beside the envelope's, `type` names the event's kind.
///
/// # Examples
///
/// ```
/// use trace_core::{TraceContext, TraceRecord, event::Custom};
///
/// let record = TraceRecord::new(TraceContext::for_session("chat-1"), Custom::new("greeting", "hello".into()));
/// let line = serde_json::to_string(&record)?;
/// assert_eq!(serde_json::from_str::<TraceRecord>(&line)?, record);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TraceRecord {
    /// The schema version the record was written with.
    pub schema_version: u32,
    /// The record's id: a UUID as text.
    pub id: String,
    /// When it happened.
    pub timestamp: DateTime<Utc>,
    /// Whom it belongs to.
    pub context: TraceContext,
    /// The random id of the writer that stamped [`seq`](Self::seq).
    pub writer: Option<String>,
    /// The writer's counter, from 0: without gaps when nothing is missing.
    pub seq: Option<u64>,
    /// What happened.
    pub event: TraceEvent,
    /// Top-level fields of a newer writer.
    pub extra: ExtraFields,
}

impl TraceRecord {
    /// A record of now, with a fresh id (UUID v7).
    pub fn new(context: TraceContext, event: impl Into<TraceEvent>) -> Self {
        Self::new_with_timestamp(context, event, Utc::now())
    }

    /// A record of a given time, with a fresh id (UUID v7).
    pub fn new_with_timestamp(
        context: TraceContext,
        event: impl Into<TraceEvent>,
        timestamp: DateTime<Utc>,
    ) -> Self {
        Self {
            schema_version: TRACE_SCHEMA_VERSION,
            id: uuid::Uuid::now_v7().to_string(),
            timestamp,
            context,
            writer: None,
            seq: None,
            event: event.into(),
            extra: ExtraFields::default(),
        }
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    schema_version: u32,
    id: &'a str,
    #[serde(serialize_with = "write_timestamp")]
    timestamp: &'a DateTime<Utc>,
    context: &'a TraceContext,
    #[serde(skip_serializing_if = "Option::is_none")]
    writer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(flatten)]
    event: &'a TraceEvent,
    #[serde(flatten)]
    extra: &'a ExtraFields,
}

impl Serialize for TraceRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wire = Wire {
            schema_version: self.schema_version,
            id: &self.id,
            timestamp: &self.timestamp,
            context: &self.context,
            writer: self.writer.as_deref(),
            seq: self.seq,
            event: &self.event,
            extra: &self.extra,
        };
        wire.serialize(serializer)
    }
}

/// RFC 3339 with `+00:00` and 0, 3, 6 or 9 digits of the second, as many as needed.
pub(crate) fn write_timestamp<S: Serializer>(
    timestamp: &DateTime<Utc>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&timestamp.to_rfc3339_opts(SecondsFormat::AutoSi, false))
}

/// A timestamp as the wire spells it.
pub(crate) struct Timestamp(pub(crate) DateTime<Utc>);

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TimestampVisitor)
    }
}

struct TimestampVisitor;

impl Visitor<'_> for TimestampVisitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 timestamp")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
        DateTime::parse_from_rfc3339(text)
            .map(|time| Timestamp(time.to_utc()))
            .map_err(|cause| E::custom(format_args!("timestamp {text:?} is not RFC 3339: {cause}")))
    }
}

impl<'de> Deserialize<'de> for TraceRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RecordVisitor)
    }
}

struct RecordVisitor;

impl<'de> Visitor<'de> for RecordVisitor {
    type Value = TraceRecord;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a trace record")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<TraceRecord, A::Error> {
        let mut envelope = Envelope::default();
        let event = decode_tagged(map, &mut envelope)?;
        envelope.into_record(event)
    }
}

/// The fields of a record beside its event, as they come in.
#[derive(Default)]
struct Envelope {
    schema_version: Option<u32>,
    id: Option<String>,
    timestamp: Option<Timestamp>,
    context: Option<TraceContext>,
    writer: Option<String>,
    seq: Option<u64>,
    extra: ExtraFields,
}

impl Envelope {
    fn into_record<E: Error>(self, event: TraceEvent) -> Result<TraceRecord, E> {
        Ok(TraceRecord {
            schema_version: self.schema_version.ok_or_else(|| E::missing_field("schema_version"))?,
            id: self.id.ok_or_else(|| E::missing_field("id"))?,
            timestamp: self.timestamp.ok_or_else(|| E::missing_field("timestamp"))?.0,
            context: self.context.unwrap_or_default(),
            writer: self.writer,
            seq: self.seq,
            event,
            extra: self.extra,
        })
    }
}

impl<'de> Side<'de> for Envelope {
    fn claim(&mut self, key: &str) -> Option<impl Slot<'de>> {
        Some(match key {
            "schema_version" => EnvelopeSlot::Version(&mut self.schema_version),
            "id" => EnvelopeSlot::Id(&mut self.id),
            "timestamp" => EnvelopeSlot::Timestamp(&mut self.timestamp),
            "context" => EnvelopeSlot::Context(&mut self.context),
            "writer" => EnvelopeSlot::Writer(&mut self.writer),
            "seq" => EnvelopeSlot::Seq(&mut self.seq),
            _ => return None,
        })
    }

    fn unknown(&mut self, key: &str) -> impl Slot<'de> {
        self.extra.unknown(key)
    }
}

enum EnvelopeSlot<'a> {
    Version(&'a mut Option<u32>),
    Id(&'a mut Option<String>),
    Timestamp(&'a mut Option<Timestamp>),
    Context(&'a mut Option<TraceContext>),
    Writer(&'a mut Option<String>),
    Seq(&'a mut Option<u64>),
}

impl<'de> DeserializeSeed<'de> for EnvelopeSlot<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self {
            Self::Version(slot) => {
                fill(slot, deserializer, "schema_version")?;
                check_version(*slot)
            }
            Self::Id(slot) => fill(slot, deserializer, "id"),
            Self::Timestamp(slot) => fill(slot, deserializer, "timestamp"),
            Self::Context(slot) => fill(slot, deserializer, "context"),
            Self::Writer(slot) => fill_optional(slot, deserializer, "writer"),
            Self::Seq(slot) => fill_optional(slot, deserializer, "seq"),
        }
    }
}

fn check_version<E: Error>(version: Option<u32>) -> Result<(), E> {
    match version {
        Some(found) if found > TRACE_SCHEMA_VERSION => Err(E::custom(format_args!(
            "schema version {found} is newer than {TRACE_SCHEMA_VERSION}, the newest this reader knows"
        ))),
        _ => Ok(()),
    }
}

fn fill<'de, T, D>(slot: &mut Option<T>, deserializer: D, name: &'static str) -> Result<(), D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    set_once(slot, Some(T::deserialize(deserializer)?), name)
}

fn fill_optional<'de, T, D>(slot: &mut Option<T>, deserializer: D, name: &'static str) -> Result<(), D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    set_once(slot, Option::deserialize(deserializer)?, name)
}

fn set_once<T, E: Error>(slot: &mut Option<T>, value: Option<T>, name: &'static str) -> Result<(), E> {
    if slot.is_some() {
        return Err(E::duplicate_field(name));
    }
    *slot = value;
    Ok(())
}
