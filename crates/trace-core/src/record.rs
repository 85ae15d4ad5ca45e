//! One record of a trace: who, when, what.

mod envelope;

pub(crate) use envelope::ENVELOPE_KEYS;

use std::fmt;

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::ExtraFields;
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
        let time = DateTime::parse_from_rfc3339(text)
            .map_err(|cause| E::custom(format_args!("timestamp {text:?} is not RFC 3339: {cause}")))?
            .to_utc();
        if (0..=9999).contains(&time.year()) {
            Ok(Timestamp(time))
        } else {
            Err(E::custom(format_args!("timestamp {text:?} is outside the years 0 to 9999 in UTC")))
        }
    }
}
