//! JSON in and out: tagged objects, unknown fields, decode errors.

mod error;
mod extra;
mod tagged;
mod unknown;

pub use error::{DecodeError, DecodeErrorKind};
pub use extra::{ExtraFields, RawJson};
pub use unknown::UnknownTagged;

pub(crate) use tagged::{Dropped, Key, Side, Slot, Tagged, decode_tagged, tagged_enum};

use serde::{Deserialize, Deserializer};

/// Reads `null` as the empty value, so that absent, null and empty are one.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
pub(crate) fn is_false(value: &bool) -> bool {
    !*value
}
