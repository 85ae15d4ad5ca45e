//! What the page's filters offer: the values that the trace has, by field, the most frequent first.
//!
//! The page counts the same columns again under a query; `facets.mjs` is the other half.

use super::text::{grouped, visible};
use crate::model::{Model, Row, RowKind};

/// Values that one filter lists.
const VALUES: usize = 60;
/// Characters of a value.
const LABEL: usize = 60;
/// Words of the query language for the kinds, by discriminant.
const KINDS: [&str; 24] = [
    "session",
    "turn",
    "llm",
    "tool",
    "code",
    "batch",
    "process",
    "graph",
    "node",
    "prompt",
    "request",
    "provider_chunk",
    "runtime_chunk",
    "step",
    "usage",
    "diff",
    "custom",
    "log",
    "event",
    "run",
    "error",
    "dropped",
    "unknown",
    "foreign",
];
/// Its words for the statuses, by discriminant.
const STATUSES: [&str; 5] = ["none", "unfinished", "completed", "failed", "cancelled"];
/// Its words for the flags, by bit.
const FLAGS: [&str; 7] = ["no_start", "orphan", "cycle", "repeated", "no_time", "drift", "retry"];
/// The values of one field.
#[derive(Debug)]
pub(super) struct Facet {
    pub(super) field: &'static str,
    /// How a chosen value is compared.
    pub(super) compared: &'static str,
    pub(super) title: &'static str,
    pub(super) values: Vec<Value>,
    /// Values that are not listed.
    pub(super) more: usize,
}

/// One value of a field.
#[derive(Debug)]
pub(super) struct Value {
    /// What the page's columns call it.
    pub(super) code: usize,
    /// Its word in a query; empty for a name of the dictionary.
    pub(super) word: &'static str,
    pub(super) label: String,
    /// How many rows have it.
    pub(super) count: String,
}

/// The filters worth having for `model`.
pub(super) fn facets(model: &Model) -> Vec<Facet> {
    let rows = &model.rows;
    let size = model.names.len();
    let of_kind = |kind: RowKind| {
        tally(size, rows.iter().filter(move |row| row.kind == kind).map(|row| row.name as usize))
    };
    let all = [
        closed("kind", "Kind", &KINDS, &tally(KINDS.len(), rows.iter().map(|row| row.kind as usize))),
        closed(
            "status",
            "Status",
            &STATUSES,
            &tally(STATUSES.len(), rows.iter().map(|row| row.status as usize)),
        ),
        open("tool", "Tool", model, &of_kind(RowKind::ToolCall)),
        open("model", "Model", model, &of_kind(RowKind::LlmCall)),
        open("session", "Session", model, &tally(size, session_names(rows))),
        closed("flag", "Flag", &FLAGS, &tally(FLAGS.len(), rows.iter().flat_map(flags))),
    ];
    all.into_iter().filter(|facet| facet.values.len() > usize::from(facet.field != "flag")).collect()
}

/// A field whose values are words of the language.
fn closed(field: &'static str, title: &'static str, words: &[&'static str], counts: &[u64]) -> Facet {
    let values =
        counts.iter().zip(words).enumerate().filter(|(_, (count, word))| **count > 0 && !word.is_empty());
    let values = values.map(|(code, (count, word))| {
        (*count, Value { code, word, label: word.replace('_', " "), count: grouped((*count).into()) })
    });
    facet(field, ":", title, values.collect())
}

/// A field whose values are names of the trace.
fn open(field: &'static str, title: &'static str, model: &Model, counts: &[u64]) -> Facet {
    let values = counts
        .iter()
        .zip(&model.names)
        .enumerate()
        .filter(|(_, (count, name))| **count > 0 && !name.is_empty());
    let values = values.map(|(code, (count, name))| {
        (*count, Value { code, word: "", label: visible(name, LABEL), count: grouped((*count).into()) })
    });
    facet(field, "=", title, values.collect())
}

fn facet(
    field: &'static str,
    compared: &'static str,
    title: &'static str,
    mut counted: Vec<(u64, Value)>,
) -> Facet {
    counted.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let more = counted.len().saturating_sub(VALUES);
    Facet {
        field,
        compared,
        title,
        values: counted.into_iter().take(VALUES).map(|(_, value)| value).collect(),
        more,
    }
}

fn tally(size: usize, codes: impl Iterator<Item = usize>) -> Vec<u64> {
    let mut counts = vec![0; size];
    for code in codes {
        if let Some(count) = counts.get_mut(code) {
            *count += 1;
        }
    }
    counts
}

fn flags(row: &Row) -> impl Iterator<Item = usize> {
    let bits = row.flags.0;
    (0..FLAGS.len()).filter(move |bit| bits & (1 << bit) != 0)
}

/// For each row inside a session, the name of the nearest one.
fn session_names(rows: &[Row]) -> impl Iterator<Item = usize> {
    let mut path: Vec<Option<u32>> = Vec::new();
    rows.iter().filter_map(move |row| {
        let depth = row.depth as usize;
        path.truncate(depth);
        let above = path.last().copied().flatten();
        let own = if row.kind == RowKind::Session { Some(row.name) } else { above };
        path.push(own);
        own.map(|name| name as usize)
    })
}
