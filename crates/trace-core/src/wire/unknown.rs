//! Objects whose tag this version does not know.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::ExtraFields;

/// A tagged object of a kind this version does not know: its tag and all of its fields.
///
/// It is written as it was read, so a newer writer's data passes through unharmed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownTagged {
    tag_key: &'static str,
    /// The value of the tag.
    pub tag: String,
    /// Everything beside the tag.
    pub fields: ExtraFields,
}

impl UnknownTagged {
    pub(crate) fn new(tag_key: &'static str, tag: &str, fields: ExtraFields) -> Self {
        Self { tag_key, tag: tag.to_owned(), fields }
    }
}

impl Serialize for UnknownTagged {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.fields.len() + 1))?;
        map.serialize_entry(self.tag_key, &self.tag)?;
        for (name, value) in self.fields.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
