//! Reading a record: the fields beside its event.

use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{TRACE_SCHEMA_VERSION, Timestamp, TraceRecord};
use crate::wire::{ExtraFields, Side, Slot, decode_tagged};
use crate::{TraceContext, TraceEvent};

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

/// The keys of a record beside its event's.
pub(crate) const ENVELOPE_KEYS: &[&str] = &["schema_version", "id", "timestamp", "context", "writer", "seq"];

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
