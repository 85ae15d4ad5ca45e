//! Optional timestamps as the wire spells them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serializer};

use crate::record::{Timestamp, write_timestamp};

#[expect(clippy::ref_option, reason = "serde passes a reference")]
pub(super) fn serialize<S: Serializer>(
    instant: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match instant {
        Some(instant) => write_timestamp(instant, serializer),
        None => serializer.serialize_none(),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    Ok(Option::<Timestamp>::deserialize(deserializer)?.map(|timestamp| timestamp.0))
}
