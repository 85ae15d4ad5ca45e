//! From what is wanted to the rows that stay.

use super::{Slice, SliceError};
use crate::model::{Model, Row, RowKind};
use crate::query::{Query, TraceRows};

/// Sessions and turns that are found, and the terms of the query apart.
pub(super) struct Chooser<'a> {
    model: &'a Model,
    rows: &'a TraceRows<'a>,
    /// One past the last row inside each row.
    ends: Vec<usize>,
    /// Rows that bring everything inside them; of none all are chosen from.
    roots: Vec<usize>,
    /// What chooses, and what takes away.
    query: Option<(Query, Query)>,
    /// From when to when, in microseconds after the start; `None` where a date means nothing.
    times: Option<(i64, i64)>,
    is_timed: bool,
}

impl<'a> Chooser<'a> {
    pub(super) fn new(slice: &Slice, model: &'a Model, rows: &'a TraceRows<'a>) -> Result<Self, SliceError> {
        let clock = rows.clock();
        let sessions =
            slice.sessions.iter().map(|wanted| session(model, wanted)).collect::<Result<Vec<_>, _>>()?;
        let turns = slice
            .turns
            .iter()
            .map(|wanted| turn(model, rows, &sessions, wanted))
            .collect::<Result<Vec<_>, _>>()?;
        let since = slice.since.as_ref().map_or(Some(i64::MIN), |since| since.on(clock));
        let until = slice.until.as_ref().map_or(Some(i64::MAX), |until| until.on(clock));
        Ok(Self {
            model,
            rows,
            ends: ends(&model.rows),
            roots: if turns.is_empty() { sessions } else { turns },
            query: slice.query.as_ref().map(Query::split),
            times: since.zip(until),
            is_timed: slice.since.is_some() || slice.until.is_some(),
        })
    }

    /// Whether each row stays.
    pub(super) fn kept(&self) -> Vec<bool> {
        let chosen = self.with_insides(&self.chosen());
        let mut kept = vec![false; self.model.rows.len()];
        let mut path: Vec<usize> = Vec::new();
        for (number, row) in self.model.rows.iter().enumerate() {
            path.truncate(row.depth as usize);
            path.push(number);
            if chosen[number] && self.is_in_time(row) && self.passes(number) {
                for &above in path.iter().rev() {
                    if std::mem::replace(&mut kept[above], true) {
                        break;
                    }
                }
            }
        }
        kept
    }

    /// Rows that are chosen by themselves.
    fn chosen(&self) -> Vec<bool> {
        let clock = self.rows.clock();
        let mut chosen = vec![self.roots.is_empty(); self.model.rows.len()];
        for &root in &self.roots {
            chosen[root..self.ends[root]].fill(true);
        }
        if let Some((choosers, _)) = &self.query {
            for (number, chosen) in chosen.iter_mut().enumerate() {
                *chosen = *chosen && choosers.matches(&self.rows.row(number), clock);
            }
        }
        chosen
    }

    /// Adds what chosen rows bring.
    fn with_insides(&self, chosen: &[bool]) -> Vec<bool> {
        let counts: Vec<usize> = std::iter::once(0)
            .chain(chosen.iter().scan(0, |sum, &chosen| {
                *sum += usize::from(chosen);
                Some(*sum)
            }))
            .collect();
        let mut brought = 0;
        let mut all = Vec::with_capacity(chosen.len());
        for (number, row) in self.model.rows.iter().enumerate() {
            let end = self.ends[number];
            let has_found = counts[end] > counts[number + 1];
            if chosen[number] && !(row.kind == RowKind::Session && has_found) {
                brought = brought.max(end);
            }
            all.push(chosen[number] || number < brought);
        }
        all
    }

    /// A session has no time of its own: it is there when something in it is.
    fn is_in_time(&self, row: &Row) -> bool {
        let Some((since, until)) = self.times else { return false };
        !self.is_timed
            || (row.kind != RowKind::Session
                && row.start_us <= until
                && row.start_us.saturating_add(row.duration_us) >= since)
    }

    fn passes(&self, row: usize) -> bool {
        self.query.as_ref().is_none_or(|(_, filters)| filters.matches(&self.rows.row(row), self.rows.clock()))
    }
}

/// The row of the session that is wanted: of this id, or the only one whose id begins like this.
fn session(model: &Model, wanted: &str) -> Result<usize, SliceError> {
    if let Some(exact) = model.sessions.iter().find(|session| session.id == wanted) {
        return Ok(exact.row as usize);
    }
    let ids = || model.sessions.iter().map(|session| session.id.clone());
    let found: Vec<_> = model.sessions.iter().filter(|session| session.id.starts_with(wanted)).collect();
    match found.as_slice() {
        [only] => Ok(only.row as usize),
        [] => Err(SliceError::NoSession { wanted: wanted.to_owned(), known: ids().collect() }),
        _ => Err(SliceError::SeveralSessions {
            wanted: wanted.to_owned(),
            found: found.iter().map(|session| session.id.clone()).collect(),
        }),
    }
}

/// The row of the turn that is wanted: the only one of this id or number in the sessions.
fn turn(model: &Model, rows: &TraceRows<'_>, sessions: &[usize], wanted: &str) -> Result<usize, SliceError> {
    let name = |row: usize| model.names.get(model.rows[row].name as usize).map_or("", String::as_str);
    let is_here = |row: &usize| {
        sessions.is_empty() || rows.session_of(*row).is_some_and(|session| sessions.contains(&session))
    };
    let turns = (0..model.rows.len()).filter(|&row| model.rows[row].kind == RowKind::Turn);
    let turns: Vec<usize> = turns.filter(is_here).collect();
    let numbered = |row: &usize| rows.number_of(*row).is_some_and(|number| number.to_string() == wanted);
    let mut found: Vec<usize> = turns.iter().copied().filter(|&row| name(row) == wanted).collect();
    if found.is_empty() {
        found = turns.iter().copied().filter(numbered).collect();
    }
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(SliceError::NoTurn {
            wanted: wanted.to_owned(),
            known: turns.into_iter().map(|row| name(row).to_owned()).collect(),
        }),
        _ => Err(SliceError::SeveralTurns {
            wanted: wanted.to_owned(),
            sessions: found
                .iter()
                .filter_map(|&row| rows.session_of(row))
                .map(|row| name(row).to_owned())
                .collect(),
        }),
    }
}

/// One past the last row inside each row.
pub(super) fn ends(rows: &[Row]) -> Vec<usize> {
    let mut ends = vec![rows.len(); rows.len()];
    let mut path: Vec<usize> = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        for done in path.drain(path.len().min(row.depth as usize)..) {
            ends[done] = number;
        }
        path.push(number);
    }
    ends
}
