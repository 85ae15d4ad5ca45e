//! Runs of programs, or the inputs where they hold none: what happened, before any row is looked at.

use chrono::TimeDelta;
use trace_core::Severity;

use super::numbers::{Cell, Line, Look, Table};
use super::text::{counted, duration, grouped, visible};
use crate::model::{Model, Run, Status};

/// Runs that are listed.
const RUNS: usize = 100;
/// Characters of a name.
const NAME: usize = 80;

/// The table of runs; without lines when there is nothing to say.
pub(super) fn runs(model: &Model) -> Table {
    if !model.runs.is_empty() {
        return of_runs(model);
    }
    if model.inputs.len() > 1 { of_inputs(model) } else { Table::default() }
}

fn of_runs(model: &Model) -> Table {
    let mut table = Table { title: "Runs", ..Table::default() };
    table.heads = vec!["outcome", "began", "took", "exit code", "log lines", "started by"];
    for run in model.runs.iter().take(RUNS) {
        let row = &model.rows[run.row as usize];
        let (word, look) = outcome(run, row.status);
        let took = if row.status == Status::Unfinished { run.lasted_us } else { row.duration_us };
        let code = run.exit_code.map_or_else(String::new, |code| grouped(code.into()));
        let cells = vec![
            Cell { look, ..Cell::text(word) },
            Cell::text(clock(model, row.start_us)),
            Cell::text(duration(took)),
            Cell::text(code),
            Cell::text(levels(&run.counts)),
            Cell::text(visible(&run.trigger, NAME)),
        ];
        let program = model.names.get(row.name as usize).map_or("", String::as_str);
        let line =
            Line::new(visible(if program.is_empty() { "run" } else { program }, NAME), cells).link(run.row);
        table.lines.push(Line { aside: visible(&run.id, NAME), ..line });
    }
    let more = model.runs.len().saturating_sub(RUNS);
    if more > 0 {
        table.note = format!("and {} in the list of rows", counted(more as u64, "more run", "more runs"));
    }
    table
}

/// How a run ended, in a word and its look.
fn outcome(run: &Run, status: Status) -> (&'static str, Look) {
    match status {
        Status::Failed => ("✕ failed", Look::Bad),
        Status::Cancelled => ("⊘ cancelled", Look::Plain),
        Status::Unfinished if run.vanished => ("? vanished", Look::Warned),
        Status::Unfinished => ("… running", Look::Warned),
        Status::None | Status::Completed => ("✓ ok", Look::Plain),
    }
}

/// `2 warn, 1 error`: what is worth a look, or all of them together.
fn levels(counts: &[u64; 6]) -> String {
    let worth =
        Severity::ALL.into_iter().zip(counts).filter(|&(level, &count)| level >= Severity::Warn && count > 0);
    let worth: Vec<String> =
        worth.map(|(level, &count)| format!("{} {level}", grouped(count.into()))).collect();
    match (worth.is_empty(), counts.iter().sum::<u64>()) {
        (false, _) => worth.join(", "),
        (true, 0) => String::new(),
        (true, all) => grouped(all.into()),
    }
}

fn of_inputs(model: &Model) -> Table {
    let mut table = Table { title: "Inputs", ..Table::default() };
    table.heads = vec!["records", "began", "spans", "failed"];
    let mut from = 0_usize;
    for input in &model.inputs {
        let to = from
            .saturating_add(usize::try_from(input.entries).unwrap_or(usize::MAX))
            .min(model.records.len());
        let mut told = Told::default();
        for record in &model.records[from..to] {
            told.add(model, record.row, from..to);
        }
        from = to;
        let (Some(first), Some(last)) = (told.first, told.last) else { continue };
        let failed = Cell {
            look: if told.failed > 0 { Look::Bad } else { Look::None },
            ..Cell::text(grouped(told.failed.into()))
        };
        let cells = vec![
            Cell::text(grouped(input.entries.into())),
            Cell::text(clock(model, first)),
            Cell::text(duration(last.saturating_sub(first))),
            failed,
        ];
        table.lines.push(Line::new(visible(&input.name, NAME), cells));
    }
    table
}

/// What the rows of an input tell.
#[derive(Debug, Default)]
struct Told {
    first: Option<i64>,
    last: Option<i64>,
    failed: u64,
    latest: Option<u32>,
}

impl Told {
    /// Adds a row that opened within these records.
    fn add(&mut self, model: &Model, at: u32, records: std::ops::Range<usize>) {
        let row = &model.rows[at as usize];
        let opened = row.first.is_some_and(|first| records.contains(&(first as usize)));
        if !opened || self.latest.replace(at) == Some(at) {
            return;
        }
        let end =
            row.start_us.saturating_add(if row.status == Status::Unfinished { 0 } else { row.duration_us });
        self.first = Some(self.first.map_or(row.start_us, |first| first.min(row.start_us)));
        self.last = Some(self.last.map_or(end, |last| last.max(end)));
        self.failed += u64::from(row.status == Status::Failed);
    }
}

/// The date and the time of day, in UTC.
fn clock(model: &Model, us: i64) -> String {
    let time = model.start.and_then(|start| start.checked_add_signed(TimeDelta::microseconds(us)));
    time.map_or_else(String::new, |time| time.format("%Y-%m-%d %H:%M:%S").to_string())
}
