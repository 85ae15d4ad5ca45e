//! A table: what it is called, and its lines.

use crate::page::text::grouped;

/// A table of the numbers.
#[derive(Debug, Default)]
pub(in crate::page) struct Table {
    pub(in crate::page) title: &'static str,
    pub(in crate::page) note: String,
    pub(in crate::page) heads: Vec<&'static str>,
    pub(in crate::page) lines: Vec<Line>,
}

/// A line: its label, perhaps with a link, and its cells.
#[derive(Debug, Default)]
pub(in crate::page) struct Line {
    pub(in crate::page) label: String,
    /// What stands beside the label.
    pub(in crate::page) aside: String,
    pub(in crate::page) row: Option<u32>,
    pub(in crate::page) look: Look,
    pub(in crate::page) cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Default)]
pub(in crate::page) struct Cell {
    pub(in crate::page) text: String,
    pub(in crate::page) look: Look,
    /// A bar: thousandths.
    pub(in crate::page) share: Option<i128>,
}

/// How a line or a cell looks. The classes stand in the template.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::page) enum Look {
    #[default]
    Plain,
    /// Failed.
    Bad,
    /// Nothing, or as good as nothing.
    None,
    /// A part of what is counted beside it.
    Part,
    /// What is left over.
    Rest,
    /// The sum of the lines above.
    Sum,
    /// Worth a look.
    Warned,
}

impl Table {
    pub(super) fn new(title: &'static str) -> Self {
        Self { title, ..Self::default() }
    }
}

impl Line {
    pub(in crate::page) fn new(label: impl Into<String>, cells: Vec<Cell>) -> Self {
        Self { label: label.into(), cells, ..Self::default() }
    }

    pub(in crate::page) fn link(self, row: u32) -> Self {
        Self { row: Some(row), ..self }
    }

    pub(super) fn look(self, look: Look) -> Self {
        Self { look, ..self }
    }
}

impl Cell {
    pub(in crate::page) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// There is nothing to say.
    pub(super) fn none() -> Self {
        Self { text: "–".to_owned(), look: Look::None, share: None }
    }

    pub(super) fn number(number: i128) -> Self {
        Self { text: grouped(number), look: if number == 0 { Look::None } else { Look::Plain }, share: None }
    }

    pub(super) fn count(count: u64) -> Self {
        Self::number(count.into())
    }

    pub(super) fn failed(count: u64) -> Self {
        Self { look: if count == 0 { Look::None } else { Look::Bad }, ..Self::count(count) }
    }

    /// Adds a bar for a part of a whole.
    pub(super) fn share(self, part: i128, whole: i128) -> Self {
        let share = (whole > 0).then(|| (part.saturating_mul(1_000) / whole).clamp(0, 1_000));
        Self { share, ..self }
    }
}
