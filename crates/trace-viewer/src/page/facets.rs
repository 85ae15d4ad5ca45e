//! What the page's filters offer: the values that the trace has, by field, the most frequent first.
//!
//! The page counts the same columns again under a query; `facets.mjs` is the other half.

use std::cmp::Reverse;

use super::text::{grouped, visible};
use super::words::KINDS;
use crate::model::{Model, Row, RowFlags, RowKind};
use crate::query::usual_words;

/// Values that one filter lists.
const VALUES: usize = 60;
/// Characters of a value.
const LABEL: usize = 60;
/// The values of one field.
#[derive(Debug)]
pub(super) struct Facet {
    pub(super) field: &'static str,
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
    pub(super) label: String,
    /// Icon and hue of a kind.
    pub(super) look: Option<(&'static str, &'static str)>,
    /// How many rows have it.
    pub(super) count: String,
}

/// The filters worth having for `model`: something to choose from, or something odd.
pub(super) fn facets(model: &Model) -> Vec<Facet> {
    let rows = &model.rows;
    let names: Vec<String> = model.names.iter().map(|name| visible(name, LABEL)).collect();
    let of_names = |codes: &mut dyn Iterator<Item = u32>| listed(&names, codes.map(|name| name as usize));
    let calls = |kind: RowKind| of_names(&mut rows.iter().filter(|row| row.kind == kind).map(|row| row.name));
    let all = [
        ("kind", "Kind", kinds(rows)),
        ("status", "Status", listed(&usual_words("status"), rows.iter().map(|row| row.status as usize))),
        ("tool", "Tool", calls(RowKind::ToolCall)),
        ("model", "Model", calls(RowKind::LlmCall)),
        ("session", "Session", of_names(&mut session_names(rows))),
        ("level", "Level", listed(&usual_words("level"), rows.iter().map(level))),
        ("flag", "Flag", listed(&usual_words("flag"), rows.iter().flat_map(flags))),
    ];
    let facets = all.into_iter().map(|(field, title, mut values)| {
        let more = values.len().saturating_sub(VALUES);
        values.truncate(VALUES);
        Facet { field, title, values, more }
    });
    facets
        .filter(|facet| facet.values.len() > usize::from(!matches!(facet.field, "level" | "flag")))
        .collect()
}

fn kinds(rows: &[Row]) -> Vec<Value> {
    let values = listed(&usual_words("kind"), rows.iter().map(|row| row.kind as usize)).into_iter();
    values
        .map(|value| Value { look: KINDS.get(value.code).map(|kind| (kind.icon, kind.hue)), ..value })
        .collect()
}

/// The labels that any code stands for, with how many do, the most frequent first.
fn listed(labels: &[impl AsRef<str>], codes: impl Iterator<Item = usize>) -> Vec<Value> {
    let counts = tally(labels.len(), codes);
    let mut found: Vec<_> =
        (0..labels.len()).filter(|&code| counts[code] > 0 && !labels[code].as_ref().is_empty()).collect();
    found.sort_by_key(|&code| Reverse(counts[code]));
    let value = |code: usize| Value {
        code,
        label: labels[code].as_ref().to_owned(),
        look: None,
        count: grouped(counts[code].into()),
    };
    found.into_iter().map(value).collect()
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

/// 0 where there is none.
fn level(row: &Row) -> usize {
    (row.flags.0 >> RowFlags::LEVEL_SHIFT).into()
}

fn flags(row: &Row) -> impl Iterator<Item = usize> {
    let bits = row.flags.peculiarities();
    (0..16).filter(move |bit| bits & (1 << bit) != 0)
}

/// For each row inside a session, the name of the nearest one.
fn session_names(rows: &[Row]) -> impl Iterator<Item = u32> {
    let mut path: Vec<Option<u32>> = Vec::new();
    rows.iter().filter_map(move |row| {
        let depth = row.depth as usize;
        path.truncate(depth);
        let above = path.last().copied().flatten();
        path.resize(depth, above);
        let own = if row.kind == RowKind::Session { Some(row.name) } else { above };
        path.push(own);
        own
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use trace_core::Severity;

    use crate::model::Status;

    fn row(depth: u32, kind: RowKind, name: u32, status: Status) -> Row {
        let flags = RowFlags(if status == Status::Failed { RowFlags::RETRY | RowFlags::ORPHAN } else { 0 });
        Row {
            depth,
            kind,
            status,
            flags,
            name,
            start_us: 0,
            duration_us: 0,
            first: None,
            last: None,
            usage: None,
        }
    }

    fn model() -> Model {
        let mut rows = vec![
            row(0, RowKind::Session, 1, Status::None),
            row(1, RowKind::ToolCall, 3, Status::Completed),
            row(1, RowKind::Session, 2, Status::None),
            row(2, RowKind::ToolCall, 4, Status::Failed),
            row(2, RowKind::ToolCall, 4, Status::Completed),
            row(1, RowKind::LlmCall, 5, Status::Completed),
            row(0, RowKind::Run, 0, Status::None),
        ];
        rows[6].flags.set_level(Severity::Warn);
        let names = ["", "s", "inner\u{202e}", "read", "write", "m"].map(str::to_owned).into();
        Model { names, rows, ..Model::default() }
    }

    fn values(facet: &Facet) -> Vec<(usize, &str, &str)> {
        facet.values.iter().map(|value| (value.code, value.label.as_str(), value.count.as_str())).collect()
    }

    #[test]
    fn values_come_by_frequency_with_their_codes() {
        let facets = facets(&model());
        let fields: Vec<_> = facets.iter().map(|facet| facet.field).collect();
        assert_eq!(fields, ["kind", "status", "tool", "session", "level", "flag"], "one model is no choice");
        assert_eq!(
            values(&facets[0]),
            [(3, "tool", "3"), (0, "session", "2"), (2, "llm", "1"), (19, "run", "1")]
        );
        assert_eq!(values(&facets[1]), [(0, "none", "3"), (2, "completed", "3"), (3, "failed", "1")]);
        assert_eq!(values(&facets[2]), [(4, "write", "2"), (3, "read", "1")]);
        assert_eq!(facets[0].values[0].look, Some(("tool", "tool")));
        assert_eq!(values(&facets[4]), [(4, "warn", "1")]);
        assert_eq!(values(&facets[5]), [(1, "orphan", "1"), (6, "retry", "1")]);
    }

    #[test]
    fn a_row_counts_for_the_nearest_session_and_nothing_hidden_is_shown() {
        let facets = facets(&model());
        assert_eq!(values(&facets[3]), [(1, "s", "3"), (2, "inner⟨U+202E⟩", "3")]);
    }

    #[test]
    fn long_lists_say_how_much_they_leave_out() {
        let names: Vec<String> = (0..100).map(|number| format!("tool {number}")).collect();
        let rows = (0..100).map(|name| row(0, RowKind::ToolCall, name, Status::Completed)).collect();
        let model = Model { names, rows, ..Model::default() };
        let facets = facets(&model);
        assert_eq!((facets[0].field, facets[0].values.len(), facets[0].more), ("tool", VALUES, 100 - VALUES));
    }
}
