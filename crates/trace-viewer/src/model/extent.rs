//! Where each row's part of the list ends.

use super::ids::index;
use super::{Row, RowKind};

/// For each row one past the last row inside it.
pub(super) fn ends(rows: &[Row]) -> Vec<u32> {
    let mut ends = vec![index(rows.len()); rows.len()];
    let mut open: Vec<usize> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        while let Some(&above) = open.last().filter(|&&above| rows[above].depth >= row.depth) {
            ends[above] = index(place);
            open.pop();
        }
        open.push(place);
    }
    ends
}

/// Whether a row only spans what is inside it, and does no work of its own.
pub(super) fn is_group(kind: RowKind) -> bool {
    matches!(kind, RowKind::Session | RowKind::Turn | RowKind::Run)
}

/// A completed row from a moment to another, for tests of what is between rows.
#[cfg(test)]
pub(super) fn row(depth: u32, kind: RowKind, from_us: i64, to_us: i64) -> Row {
    Row {
        depth,
        kind,
        status: super::Status::Completed,
        flags: super::RowFlags::default(),
        name: 0,
        start_us: from_us,
        duration_us: to_us - from_us,
        first: None,
        last: None,
        usage: None,
    }
}
