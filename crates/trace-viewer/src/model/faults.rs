//! What failed records say of their failure.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::ids::{NONE, Names};
use super::lenient::{Obj, Text, read, unwanted};

/// Different messages that are kept; those after them count as one.
const MESSAGES: usize = 10_000;
/// Characters of a message that are kept.
const CHARS: usize = 300;

/// What a failed row says of its failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Index into [`Model::rows`](super::Model::rows).
    pub row: u32,
    /// Index into [`Model::messages`](super::Model::messages).
    pub message: u32,
}

/// The messages of failed nodes.
#[derive(Debug, Default)]
pub(super) struct Faults {
    by_node: BTreeMap<u32, u32>,
    messages: Names,
}

impl Faults {
    /// Keeps the message of the record that made a node fail.
    pub(super) fn note(&mut self, node: u32, text: &str) {
        let failed: Failed<'_> = read(text);
        let message: String = failed.message().trim().chars().take(CHARS).collect();
        let number = if self.messages.len() < MESSAGES || self.messages.knows(&message) {
            self.messages.number(&message)
        } else {
            self.messages.number("other messages")
        };
        self.by_node.insert(node, number);
    }

    /// Two halves of a call became one.
    pub(super) fn moved(&mut self, from: u32, to: u32) {
        if let Some(message) = self.by_node.remove(&from) {
            self.by_node.insert(to, message);
        }
    }

    /// Messages by row, of the rows that `failed` says yes to; and the messages.
    pub(super) fn settle(self, row_of: &[u32], failed: impl Fn(u32) -> bool) -> (Vec<Fault>, Vec<String>) {
        let rows =
            self.by_node.into_iter().map(|(node, message)| Fault { row: row_of[node as usize], message });
        let mut faults: Vec<Fault> = rows.filter(|fault| fault.row != NONE && failed(fault.row)).collect();
        faults.sort_unstable_by_key(|fault| fault.row);
        (faults, self.messages.into_list())
    }
}

/// Where records of any kind say what went wrong.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Failed<'a> {
    error: Said<'a>,
    output: Obj<Output<'a>>,
    event: Obj<Event<'a>>,
    payload: Obj<Payload<'a>>,
    message: Text<'a>,
    done_reason: Text<'a>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Output<'a> {
    outcome: Obj<Outcome<'a>>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Outcome<'a> {
    payload: Said<'a>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Event<'a> {
    error: Said<'a>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Payload<'a> {
    diagnostic: Obj<Diagnostic<'a>>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Diagnostic<'a> {
    payload: Obj<Event<'a>>,
}

impl Failed<'_> {
    fn message(&self) -> &str {
        let places = [
            self.message.get(),
            &self.error.0,
            &self.output.outcome.payload.0,
            &self.event.error.0,
            &self.payload.diagnostic.payload.error.0,
            self.done_reason.get(),
        ];
        places.into_iter().find(|text| !text.is_empty()).unwrap_or("")
    }
}

/// A text, or the `message` of an object.
#[derive(Debug, Default)]
struct Said<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Said<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SaidVisitor)
    }
}

struct SaidVisitor;

impl<'de> Visitor<'de> for SaidVisitor {
    type Value = Said<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Said(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Said(Cow::Owned(text.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut said = Said::default();
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if key == "message" {
                said = Said(Cow::Owned(map.next_value::<Text<'de>>()?.get().to_owned()));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(said)
    }

    unwanted! { Said::default(); number word list }
}
