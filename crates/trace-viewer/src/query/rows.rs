//! The rows of a model, as queries see them.

use trace_core::Severity;

use super::evaluate::{Clock, Facts};
use crate::model::{Model, Row, RowFlags, RowKind, Status, Usage};

/// All rows of a model with what queries ask of them.
#[derive(Debug)]
pub struct TraceRows<'a> {
    model: &'a Model,
    /// The nearest session and turn at or above each row, [`NONE`] where there is none.
    above: Vec<(u32, u32)>,
    /// The number of each turn, by its row.
    numbers: Vec<(u32, u32)>,
    /// The records of row `n` are `records[starts[n]..starts[n + 1]]`.
    starts: Vec<u32>,
    records: Vec<u32>,
    /// For each needle, the rows with a record that holds it.
    held: Vec<Vec<bool>>,
}

const NONE: u32 = u32::MAX;

impl<'a> TraceRows<'a> {
    /// The rows of a model; `held` says for each needle of the query which rows have a record with it.
    pub fn new(model: &'a Model, held: Vec<Vec<bool>>) -> Self {
        let (starts, records) = records_by_row(model);
        Self { model, above: above(model), numbers: numbers(model), starts, records, held }
    }

    /// One row.
    pub fn row(&self, row: usize) -> impl Facts + use<'_> {
        RowFacts { rows: self, number: row, row: &self.model.rows[row] }
    }

    /// The row of the nearest session at or above a row.
    pub fn session_of(&self, row: usize) -> Option<usize> {
        self.above.get(row).map(|above| above.0).filter(|&session| session != NONE).map(|row| row as usize)
    }

    /// The row of the nearest turn at or above a row.
    pub fn turn_of(&self, row: usize) -> Option<usize> {
        self.above.get(row).map(|above| above.1).filter(|&turn| turn != NONE).map(|row| row as usize)
    }

    /// The recorded number of a turn.
    pub fn number_of(&self, turn: usize) -> Option<u32> {
        let place = self.numbers.binary_search_by_key(&turn, |(row, _)| *row as usize).ok()?;
        self.numbers.get(place).map(|(_, number)| *number)
    }

    /// Where time zero and the end are.
    pub fn clock(&self) -> Clock {
        Clock {
            start_us: self.model.start.map(|start| start.timestamp_micros()),
            span_us: self.model.span_us(),
        }
    }

    fn name(&self, number: u32) -> &'a str {
        self.model.names.get(number as usize).map_or("", String::as_str)
    }

    fn name_of(&self, row: usize) -> &'a str {
        self.name(self.model.rows[row].name)
    }
}

fn index(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(NONE)
}

fn above(model: &Model) -> Vec<(u32, u32)> {
    let mut path: Vec<(u32, u32)> = Vec::new();
    let nearest = |(place, row): (usize, &Row)| {
        path.truncate(row.depth as usize);
        let (mut session, mut turn) = path.last().copied().unwrap_or((NONE, NONE));
        match row.kind {
            RowKind::Session => session = index(place),
            RowKind::Turn => turn = index(place),
            // Other rows belong to what is above them.
            _ => {}
        }
        path.push((session, turn));
        (session, turn)
    };
    model.rows.iter().enumerate().map(nearest).collect()
}

fn numbers(model: &Model) -> Vec<(u32, u32)> {
    let turns = model.rows.iter().enumerate().filter(|(_, row)| row.kind == RowKind::Turn);
    turns.zip(&model.turn_numbers).filter_map(|((row, _), number)| Some((index(row), (*number)?))).collect()
}

fn records_by_row(model: &Model) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; model.rows.len() + 1];
    for record in &model.records {
        starts[record.row as usize + 1] += 1;
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut next = starts.clone();
    let mut records = vec![0; model.records.len()];
    for (number, record) in model.records.iter().enumerate() {
        let place = &mut next[record.row as usize];
        records[*place as usize] = index(number);
        *place += 1;
    }
    (starts, records)
}

struct RowFacts<'a> {
    rows: &'a TraceRows<'a>,
    number: usize,
    row: &'a Row,
}

impl Facts for RowFacts<'_> {
    fn kind(&self) -> RowKind {
        self.row.kind
    }

    fn status(&self) -> Status {
        self.row.status
    }

    fn flags(&self) -> RowFlags {
        self.row.flags
    }

    fn severity(&self) -> Option<Severity> {
        self.row.flags.level()
    }

    fn tells_error(&self) -> bool {
        self.row.flags.0 & RowFlags::TELLS_ERROR != 0
    }

    fn name(&self) -> &str {
        self.rows.name(self.row.name)
    }

    fn session(&self) -> Option<&str> {
        self.rows.session_of(self.number).map(|session| self.rows.name_of(session))
    }

    fn turn(&self) -> Option<(&str, Option<u32>)> {
        let turn = self.rows.turn_of(self.number)?;
        Some((self.rows.name_of(turn), self.rows.number_of(turn)))
    }

    fn has_type(&self, is_wanted: &mut dyn FnMut(&str) -> bool) -> bool {
        let (from, to) = (self.rows.starts[self.number] as usize, self.rows.starts[self.number + 1] as usize);
        let mut records = self.rows.records[from..to].iter();
        records.any(|&record| is_wanted(self.rows.name(self.rows.model.records[record as usize].kind)))
    }

    fn usage(&self) -> Option<Usage> {
        self.row.usage.and_then(|usage| self.rows.model.usages.get(usage as usize)).copied()
    }

    fn start_us(&self) -> i64 {
        self.row.start_us
    }

    fn duration_us(&self) -> i64 {
        self.row.duration_us
    }

    fn depth(&self) -> u32 {
        self.row.depth
    }

    fn holds(&self, needle: usize) -> bool {
        self.rows.held.get(needle).and_then(|rows| rows.get(self.number)).copied().unwrap_or(false)
    }
}
