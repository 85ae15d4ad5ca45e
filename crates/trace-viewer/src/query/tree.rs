//! What a query is made of.

use super::fields::Field;
use super::needle::Needle;
use super::number::Bound;

/// A query or a part of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    /// All hold; of none everything.
    All(Vec<Tree>),
    /// One holds at least.
    Any(Vec<Tree>),
    /// It does not hold.
    Not(Box<Tree>),
    /// The name contains the text, or a record contains the needle.
    Text { value: Value, needle: usize },
    /// A record contains one of the needles.
    Id { values: Vec<Value>, needles: Vec<usize> },
    /// A field is one of some words, by their numbers.
    Words { field: Field, numbers: Vec<u8> },
    /// A field's text.
    Named { field: Field, exact: bool, values: Vec<Value> },
    /// A field's number lies between two bounds, where there are any.
    Number { field: Field, low: Option<Bound>, high: Option<Bound> },
}

/// A text to compare with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// In lower case.
    pub(super) text: String,
    /// Whether a `*` in it stands for any text.
    pub(super) is_glob: bool,
}

impl Value {
    pub(super) fn new(text: &str, is_glob: bool) -> Self {
        Self { text: text.to_lowercase(), is_glob }
    }
}

impl Tree {
    /// Lists what has to be looked for in the records, and remembers the places in the list.
    pub(super) fn number_needles(&mut self, list: &mut Vec<Needle>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.number_needles(list);
                }
            }
            Self::Not(part) => part.number_needles(list),
            Self::Text { value, needle } => *needle = place(list, Needle::new(&value.text)),
            Self::Id { values, needles } => {
                *needles = values.iter().map(|value| place(list, Needle::of_id(value))).collect();
            }
            Self::Words { .. } | Self::Named { .. } | Self::Number { .. } => {}
        }
    }

    /// Whether it says what not to take, rather than what to take.
    pub(super) fn takes_away(&self) -> bool {
        matches!(self, Self::Not(_) | Self::Number { field: Field::At, .. })
    }
}

/// The place of a needle in the list, where it is added if it is new.
fn place(list: &mut Vec<Needle>, needle: Needle) -> usize {
    list.iter().position(|known| *known == needle).unwrap_or_else(|| {
        list.push(needle);
        list.len() - 1
    })
}
