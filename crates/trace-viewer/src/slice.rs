//! A part of a trace: some sessions or turns, a stretch of time, the rows of a query.
//!
//! A row that is chosen brings everything inside it and the rows above it, so that a slice reads like a trace of its own.
//! A session that a query finds brings everything in it only where nothing in it is found by itself. Terms of a query
//! that only take away (negations, and the time of the start) hold for every row, except those above a row that stays.

mod choose;
mod error;

use crate::model::Model;
use crate::query::{Moment, Needle, Query, TraceRows};

pub use error::SliceError;

/// What to keep of a trace.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Slice {
    /// Ids of sessions, or their beginnings; of none all.
    pub sessions: Vec<String>,
    /// Ids or numbers of turns; of none all.
    pub turns: Vec<String>,
    /// What ends before this is left out.
    pub since: Option<Moment>,
    /// What starts after this is left out.
    pub until: Option<Moment>,
    /// What does not match is left out.
    pub query: Option<Query>,
}

/// The part of a trace that a slice keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Whether each record stays, in the order of the input.
    pub records: Vec<bool>,
    /// Records that stay.
    pub count: u64,
    /// What was chosen, in words.
    pub words: String,
}

impl Slice {
    /// Whether everything is kept.
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// Texts that have to be looked for in the records before rows can be chosen.
    pub fn needles(&self) -> &[Needle] {
        self.query.as_ref().map_or(&[], Query::needles)
    }

    /// Chooses from a model; `held` says for each needle which rows have a record that holds it.
    ///
    /// # Errors
    ///
    /// A session or a turn is not there or is not the only one, or nothing is left.
    pub fn choose(&self, model: &Model, held: Vec<Vec<bool>>) -> Result<Part, SliceError> {
        let rows = TraceRows::new(model, held);
        let kept = choose::Chooser::new(self, model, &rows)?.kept();
        let records: Vec<bool> = model.records.iter().map(|record| kept[record.row as usize]).collect();
        let count = records.iter().filter(|&&stays| stays).count() as u64;
        let words = self.words();
        if count == 0 {
            return Err(SliceError::Nothing { words, records: records.len() as u64 });
        }
        Ok(Part { records, count, words })
    }

    fn words(&self) -> String {
        let named = |what: &str, list: &[String]| match list {
            [] => None,
            [one] => Some(format!("{what} {one}")),
            several => Some(format!("{what}s {}", several.join(", "))),
        };
        let parts = [
            named("session", &self.sessions),
            named("turn", &self.turns),
            self.since.as_ref().map(|since| format!("since {since}")),
            self.until.as_ref().map(|until| format!("until {until}")),
            self.query.as_ref().map(|query| format!("query {}", query.text())),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}
