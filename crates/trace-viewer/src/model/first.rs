//! One text of a record's body, found without reading on: what names a row comes first, a prompt or a chunk after it.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::lenient::Text;

/// The members of an object that may hold the wanted text, the better one first.
type Names = [&'static str; 2];

/// The text of `names` in the object that a record keeps under `object`; empty when it has none.
pub(super) fn first<'a>(text: &'a str, object: &'static str, names: Names) -> Text<'a> {
    let mut found = Found { object, names, texts: [Text::default(), Text::default()] };
    // It ends in an error where the text is found: that is what saves reading on.
    let _ = Record(&mut found).deserialize(&mut serde_json::Deserializer::from_str(text));
    let [better, other] = found.texts;
    if better.get().is_empty() { other } else { better }
}

struct Found<'a> {
    object: &'static str,
    names: Names,
    texts: [Text<'a>; 2],
}

impl Found<'_> {
    /// An error once there is nothing more to look for.
    fn stop<E: serde::de::Error>(&self) -> Result<(), E> {
        if self.texts[0].get().is_empty() { Ok(()) } else { Err(E::custom("found")) }
    }
}

struct Record<'f, 'a>(&'f mut Found<'a>);

struct Object<'f, 'a>(&'f mut Found<'a>);

macro_rules! looks_in_maps {
    ($($seed:ident)*) => {$(
        impl<'a> DeserializeSeed<'a> for $seed<'_, 'a> {
            type Value = ();

            fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
                deserializer.deserialize_map(self)
            }
        }
    )*};
}

looks_in_maps! { Record Object }

impl<'a> Visitor<'a> for Record<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Text<'a>>()? {
            if name.get() == self.0.object {
                map.next_value_seed(Object(self.0))?;
                self.0.stop()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'a> Visitor<'a> for Object<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Text<'a>>()? {
            match self.0.names.iter().position(|wanted| *wanted == name.get()) {
                Some(place) => {
                    self.0.texts[place] = map.next_value()?;
                    self.0.stop()?;
                }
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn the_better_name_is_found_wherever_it_stands() {
        for (text, wanted) in [
            (r#"{"a":[1,{"event":{"x":"no"}}],"event":{"n":1,"x":"yes","rest":{"x":"no"}}}"#, "yes"),
            (r#"{"event":{"y":"second","raw":{"x":"no"},"x":"yes"}}"#, "yes"),
            (r#"{"event":{"raw":{"x":"no"},"y":"second"},"x":"no"}"#, "second"),
            (r#"{"event":{"x":7,"y":"second"}}"#, "second"),
            (r#"{"event":{"\u0078":"esc\u0061ped"}}"#, "escaped"),
            (r#"{"event":{"x":""}}"#, ""),
            (r#"{"event":"x"}"#, ""),
            (r#"{"event":null}"#, ""),
            (r"{}", ""),
        ] {
            assert_eq!(first(text, "event", ["x", "y"]).get(), wanted, "{text}");
        }
    }
}
