//! Why a text is no query.

use std::fmt;

/// What is wrong with a query, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    at: usize,
    column: usize,
    message: String,
}

impl QueryError {
    pub(super) fn new(text: &str, at: usize, message: String) -> Self {
        let column = text.get(..at).map_or(0, |before| before.chars().count()) + 1;
        Self { at, column, message }
    }

    /// The byte of the text where it goes wrong.
    pub fn at(&self) -> usize {
        self.at
    }

    /// What is wrong there, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: {}", self.column, self.message)
    }
}

impl std::error::Error for QueryError {}
