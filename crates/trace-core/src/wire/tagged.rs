//! Reading objects whose meaning hangs on a tag, in one pass and in any key order.
//!
//! `#[serde(tag)]` and `#[serde(flatten)]` copy the whole object into a generic tree first. Here fields that follow the tag
//! go straight to their type; only those before it are held as text. Keys beside the payload's (an envelope, unknown
//! fields) are claimed by a [`Side`].

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::value::RawValue;

use super::{ExtraFields, RawJson};

/// A type chosen by the tag of an object.
pub(crate) trait Tagged<'de>: Sized {
    /// The tag's key.
    const TAG: &'static str;
    /// Keys that an object of an unknown tag does not own: those of the record it stands in.
    const FOREIGN_KEYS: &'static [&'static str];
    /// Decodes the fields that belong to `tag`.
    fn decode<D: Deserializer<'de>>(tag: &str, fields: D) -> Result<Self, D::Error>;
}

/// A place that takes one value.
pub(crate) trait Slot<'de>: DeserializeSeed<'de, Value = ()> {}
impl<'de, T: DeserializeSeed<'de, Value = ()>> Slot<'de> for T {}

/// What stands in an object beside the tag and its payload.
pub(crate) trait Side<'de> {
    /// The slot for a key that is not the payload's; `None` for keys the payload may want.
    fn claim(&mut self, key: &str) -> Option<impl Slot<'de>>;
    /// The slot for a key that nobody knows.
    fn unknown(&mut self, key: &str) -> impl Slot<'de>;
}

/// Unknown fields are kept.
impl<'de> Side<'de> for ExtraFields {
    fn claim(&mut self, _key: &str) -> Option<impl Slot<'de>> {
        None::<Ignore>
    }
    fn unknown(&mut self, key: &str) -> impl Slot<'de> {
        Keep { key: key.to_owned(), fields: self }
    }
}

struct Keep<'f> {
    key: String,
    fields: &'f mut ExtraFields,
}

impl<'de> DeserializeSeed<'de> for Keep<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let value = RawJson::deserialize(deserializer)?;
        self.fields.insert(self.key, value);
        Ok(())
    }
}

/// Nothing to keep beside the payload: these keys and unknown fields are dropped.
pub(crate) struct Dropped(pub(crate) &'static [&'static str]);

pub(crate) struct Ignore;

impl<'de> DeserializeSeed<'de> for Ignore {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| ())
    }
}

impl<'de> Side<'de> for Dropped {
    fn claim(&mut self, key: &str) -> Option<impl Slot<'de>> {
        self.0.contains(&key).then_some(Ignore)
    }
    fn unknown(&mut self, _key: &str) -> impl Slot<'de> {
        Ignore
    }
}

/// Decodes a tagged object, with what stands beside it.
pub(crate) fn decode_tagged<'de, T, A, S>(mut map: A, side: &mut S) -> Result<T, A::Error>
where
    T: Tagged<'de>,
    A: MapAccess<'de>,
    S: Side<'de>,
{
    let mut early = Vec::new();
    while let Some(Key(key)) = map.next_key()? {
        if key == T::TAG {
            let Key(tag) = map.next_value()?;
            return T::decode(&tag, Fields { tag: T::TAG, early: early.into_iter(), rest: map, side });
        }
        if let Some(slot) = side.claim(&key) {
            map.next_value_seed(slot)?;
        } else {
            early.push((key, map.next_value()?));
        }
    }
    Err(A::Error::missing_field(T::TAG))
}

type Early<'de> = std::vec::IntoIter<(Cow<'de, str>, Box<RawValue>)>;

/// The fields of a tagged object, without its tag, as a deserializer.
pub(crate) struct Fields<'s, 'de, A, S> {
    tag: &'static str,
    early: Early<'de>,
    rest: A,
    side: &'s mut S,
}

impl<'de, A: MapAccess<'de>, S: Side<'de>> Deserializer<'de> for Fields<'_, 'de, A, S> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_map(FieldAccess { fields: self, known: None, pending: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_map(FieldAccess { fields: self, known: Some(known), pending: None })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct FieldAccess<'s, 'de, A, S> {
    fields: Fields<'s, 'de, A, S>,
    /// The keys the payload wants; `None` when it wants all.
    known: Option<&'static [&'static str]>,
    /// The value of the key just handed out, when it came before the tag.
    pending: Option<Box<RawValue>>,
}

impl<'de, A: MapAccess<'de>, S: Side<'de>> FieldAccess<'_, 'de, A, S> {
    fn wants(&self, key: &str) -> bool {
        self.known.is_none_or(|known| known.contains(&key))
    }
}

impl<'de, A: MapAccess<'de>, S: Side<'de>> MapAccess<'de> for FieldAccess<'_, 'de, A, S> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some((key, value)) = self.fields.early.next() {
            if self.wants(&key) {
                self.pending = Some(value);
                return seed.deserialize(key.into_deserializer()).map(Some);
            }
            from_text(&value, self.fields.side.unknown(&key))?;
        }
        while let Some(Key(key)) = self.fields.rest.next_key()? {
            if key == self.fields.tag {
                return Err(A::Error::duplicate_field(self.fields.tag));
            } else if let Some(slot) = self.fields.side.claim(&key) {
                self.fields.rest.next_value_seed(slot)?;
            } else if self.wants(&key) {
                return seed.deserialize(key.into_deserializer()).map(Some);
            } else {
                self.fields.rest.next_value_seed(self.fields.side.unknown(&key))?;
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.pending.take() {
            Some(raw) => from_text(&raw, seed),
            None => self.fields.rest.next_value_seed(seed),
        }
    }
}

fn from_text<'de, V: DeserializeSeed<'de>, E: Error>(raw: &RawValue, seed: V) -> Result<V::Value, E> {
    // A reader-based deserializer lends nothing, so the text need not outlive the value.
    let mut deserializer = serde_json::Deserializer::from_reader(raw.get().as_bytes());
    seed.deserialize(&mut deserializer).map_err(E::custom)
}

/// A string that is borrowed from the input where it can be.
pub(crate) struct Key<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(text.to_owned())))
    }
}

/// Declares an enum that is written as an object with a tag; each variant's tag is spelled once, here.
///
/// `beside` names the keys that stand in the same object and are not the enum's. `Variant(Payload in Box)` keeps a large payload behind a pointer.
macro_rules! tagged_enum {
    (@type $payload:ident) => { $payload };
    (@keys) => { &[] };
    (@keys $beside:ident) => { $beside };
    (@type $payload:ident Box) => { Box<$payload> };
    (
        $(#[$meta:meta])*
        pub enum $name:ident, tag = $tag_key:literal $(, beside = $beside:ident)? {
            $( $(#[$variant_meta:meta])* $variant:ident($payload:ident $(in $holder:ident)?) = $tag:literal, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[serde(tag = $tag_key)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_meta])* #[serde(rename = $tag)]
            $variant(crate::wire::tagged_enum!(@type $payload $($holder)?)), )*
            /// A kind this version does not know, kept as it was read.
            #[serde(untagged)]
            Unknown(crate::wire::UnknownTagged),
        }

        impl $name {
            /// The tag as it stands on the wire.
            pub fn kind(&self) -> &str {
                match self {
                    $( Self::$variant(_) => $tag, )*
                    Self::Unknown(unknown) => &unknown.tag,
                }
            }
        }

        impl<'de> crate::wire::Tagged<'de> for $name {
            const TAG: &'static str = $tag_key;
            const FOREIGN_KEYS: &'static [&'static str] = crate::wire::tagged_enum!(@keys $($beside)?);
            fn decode<D: serde::Deserializer<'de>>(tag: &str, fields: D) -> Result<Self, D::Error> {
                use serde::Deserialize as _;
                match tag {
                    $( $tag => $payload::deserialize(fields).map(Self::from), )*
                    _ => crate::wire::ExtraFields::deserialize(fields)
                        .map(|extra| Self::Unknown(crate::wire::UnknownTagged::new($tag_key, tag, extra))),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct TagVisitor;
                impl<'de> serde::de::Visitor<'de> for TagVisitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("an object with the key `", $tag_key, "`"))
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        let keys = <$name as crate::wire::Tagged<'de>>::FOREIGN_KEYS;
                        crate::wire::decode_tagged(map, &mut crate::wire::Dropped(keys))
                    }
                }
                deserializer.deserialize_map(TagVisitor)
            }
        }

        $( impl From<$payload> for $name {
            fn from(payload: $payload) -> Self {
                Self::$variant(payload.into())
            }
        } )*
    };
}
pub(crate) use tagged_enum;
