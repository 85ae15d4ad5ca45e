//! The whole view model of a small trace, as text.

use std::fmt::Write as _;

use trace_viewer::model::{Model, Row, RowFlags};

use crate::support::{model, path, seed, status};

fn text(model: &Model) -> String {
    let mut text = format!("{:#?}\n", model.totals);
    for row in &model.rows {
        line(&mut text, model, row);
    }
    text
}

fn line(text: &mut String, model: &Model, row: &Row) {
    let indent = "  ".repeat(row.depth as usize);
    let name = &model.names[row.name as usize];
    let _ = write!(
        text,
        "{indent}{:?} {name:?} {} at {}+{}",
        row.kind,
        status(row.status),
        row.start_us,
        row.duration_us
    );
    let records = [("first", row.first), ("last", row.last)];
    for (what, record) in records.into_iter().filter_map(|(what, record)| Some((what, record?))) {
        let _ = write!(text, " {what} {record}");
    }
    if let Some(usage) = row.usage {
        let usage = model.usages[usage as usize];
        let _ = write!(
            text,
            " tokens {}/{}/{}/{}",
            usage.input, usage.cache_read, usage.cache_write, usage.output
        );
    }
    for (flag, word) in [
        (RowFlags::ENDED_WITHOUT_START, "startless"),
        (RowFlags::ORPHAN, "orphan"),
        (RowFlags::CYCLE, "cycle"),
        (RowFlags::REPEATED, "repeated"),
        (RowFlags::NO_TIME, "timeless"),
        (RowFlags::DRIFT, "drift"),
        (RowFlags::RETRY, "retry"),
        (RowFlags::CRITICAL, "critical"),
    ] {
        if row.flags.0 & flag != 0 {
            let _ = write!(text, " {word}");
        }
    }
    text.push('\n');
}

/// To take a wanted change over: `UPDATE_SNAPSHOTS=1 cargo nextest run -p trace-viewer`.
#[test]
fn the_model_of_a_small_trace_is_the_known_one() {
    let (lines, _) = seed("seed-v2-1k");
    let found = text(&model(&lines[..300]));
    let file = path("tests/data/seed-v2-300.model.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&file, &found).unwrap();
    }
    let known = std::fs::read_to_string(&file).unwrap_or_default();
    for (number, (found, known)) in found.lines().zip(known.lines()).enumerate() {
        assert_eq!(found, known, "line {}", number + 1);
    }
    assert_eq!(found.lines().count(), known.lines().count());
}
