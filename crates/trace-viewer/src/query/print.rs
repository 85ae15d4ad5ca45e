//! A query as text that means the same.

use std::fmt;

use chrono::{DateTime, SecondsFormat};

use super::Query;
use super::fields::{Field, Sort};
use super::number::{Amount, Bound};
use super::tree::{Tree, Value};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.tree {
            Tree::All(parts) => list(f, parts, " "),
            Tree::Any(parts) => list(f, parts, " or "),
            other => part(f, other),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, parts: &[Tree], between: &str) -> fmt::Result {
    for (place, inner) in parts.iter().enumerate() {
        f.write_str(if place == 0 { "" } else { between })?;
        part(f, inner)?;
    }
    Ok(())
}

fn part(f: &mut fmt::Formatter<'_>, tree: &Tree) -> fmt::Result {
    match tree {
        Tree::All(parts) | Tree::Any(parts) => {
            f.write_str("(")?;
            list(f, parts, if matches!(tree, Tree::All(_)) { " " } else { " or " })?;
            f.write_str(")")
        }
        Tree::Not(inner) => {
            f.write_str("-")?;
            part(f, inner)
        }
        Tree::Text { value, .. } => quoted(f, &value.text),
        Tree::Id { values, .. } => named(f, "id:", values),
        Tree::Words { field, numbers } => words(f, *field, numbers),
        Tree::Named { field, exact, values } => {
            f.write_str(field.name())?;
            named(f, if *exact && field.sort() == Sort::Contains { "=" } else { ":" }, values)
        }
        Tree::Number { field, low, high } => numbers(f, *field, *low, *high),
    }
}

fn named(f: &mut fmt::Formatter<'_>, sign: &str, values: &[Value]) -> fmt::Result {
    f.write_str(sign)?;
    commas(f, values, |f, Value { text, is_glob }| if *is_glob { f.write_str(text) } else { quoted(f, text) })
}

fn commas<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (place, item) in items.iter().enumerate() {
        f.write_str(if place == 0 { "" } else { "," })?;
        write(f, item)?;
    }
    Ok(())
}

fn words(f: &mut fmt::Formatter<'_>, field: Field, numbers: &[u8]) -> fmt::Result {
    // Nothing is greater than the greatest severity, nor less than the least.
    if numbers.is_empty() {
        return write!(f, "{}>critical", field.name());
    }
    write!(f, "{}:", field.name())?;
    let Sort::Words(known) = field.sort() else { return Ok(()) };
    commas(f, numbers, |f, number| {
        let word = known.iter().find(|(_, numbers)| *numbers == [*number]);
        f.write_str(word.map_or("", |(word, _)| word))
    })
}

fn numbers(f: &mut fmt::Formatter<'_>, field: Field, low: Option<Bound>, high: Option<Bound>) -> fmt::Result {
    f.write_str(field.name())?;
    match (low, high) {
        (Some(low), Some(high)) => {
            f.write_str(":")?;
            amount(f, field, low.value)?;
            f.write_str("..")?;
            amount(f, field, high.value)
        }
        (Some(bound), None) => {
            f.write_str(if bound.is_open { ">" } else { ">=" })?;
            amount(f, field, bound.value)
        }
        (None, Some(bound)) => {
            f.write_str(if bound.is_open { "<" } else { "<=" })?;
            amount(f, field, bound.value)
        }
        (None, None) => Ok(()),
    }
}

fn amount(f: &mut fmt::Formatter<'_>, field: Field, amount: Amount) -> fmt::Result {
    let unit = if field.sort() == Sort::Time { "us" } else { "" };
    match amount {
        Amount::Plain(value) => write!(f, "{value}{unit}"),
        Amount::BeforeEnd(value) => write!(f, "-{value}us"),
        Amount::Date(value) => {
            let date = DateTime::from_timestamp_micros(value).unwrap_or_default();
            f.write_str(&date.to_rfc3339_opts(SecondsFormat::Micros, true))
        }
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for character in text.chars() {
        match character {
            '"' => f.write_str("\\\""),
            '\\' => f.write_str("\\\\"),
            '\n' => f.write_str("\\n"),
            '\t' => f.write_str("\\t"),
            other => fmt::Write::write_char(f, other),
        }?;
    }
    f.write_str("\"")
}
