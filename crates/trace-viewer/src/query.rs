//! The query language: text into a tree, and the tree over the facts of a row.
//!
//! The page reads the same language in its script; `docs/query.md` is the grammar of both, and the vectors in
//! `tests/data/query` hold them together. Parsing takes time in proportion to the text and never panics.
//!
//! ```
//! use trace_viewer::query::Query;
//!
//! let query: Query = "kind:tool status:failed dur>500".parse()?;
//! assert!(query.needles().is_empty(), "nothing has to be looked for in the records");
//! let error = "knid:tool".parse::<Query>().unwrap_err();
//! assert_eq!(error.at(), 0);
//! assert!(error.to_string().contains("did you mean kind:?"));
//! # Ok::<(), trace_viewer::query::QueryError>(())
//! ```

mod cursor;
mod error;
mod evaluate;
mod fields;
mod needle;
mod number;
mod parse;
mod pattern;
mod print;
mod rows;
mod tree;

use std::str::FromStr;

pub use error::QueryError;
pub use evaluate::{Clock, Facts};
pub use needle::Needle;
pub use number::{Moment, instant_us};
pub use rows::TraceRows;

pub(crate) use fields::{Sort, fields, usual_words};

use tree::Tree;

/// A query, ready to be asked of rows.
#[derive(Debug, Clone)]
pub struct Query {
    text: String,
    tree: Tree,
    needles: Vec<Needle>,
}

impl Query {
    /// Reads a query. An empty one matches everything.
    ///
    /// # Errors
    ///
    /// The text is no query; the error names the place.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut tree = parse::parse(text)?;
        let mut needles = Vec::new();
        tree.number_needles(&mut needles);
        Ok(Self { text: text.trim().to_owned(), tree, needles })
    }

    /// The query as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The texts that have to be looked for in the records; [`Facts::holds`] names them by their place here.
    pub fn needles(&self) -> &[Needle] {
        &self.needles
    }

    /// Whether a row matches.
    pub fn matches(&self, facts: &impl Facts, clock: Clock) -> bool {
        evaluate::matches(&self.tree, facts, clock)
    }

    /// The terms that all must hold, apart: those that choose rows, and those that only take rows away.
    ///
    /// A term takes away when it is a negation or compares the time of the start.
    pub fn split(&self) -> (Self, Self) {
        let terms = match &self.tree {
            Tree::All(terms) => terms.clone(),
            other => vec![other.clone()],
        };
        let (filters, choosers) = terms.into_iter().partition(Tree::takes_away);
        let query = |terms| Self { tree: Tree::All(terms), ..self.clone() };
        (query(choosers), query(filters))
    }
}

/// Queries that mean the same by their terms, however they are written.
impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.tree == other.tree
    }
}

impl FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        Self::parse(text)
    }
}
