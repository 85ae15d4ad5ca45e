//! The critical path: what each top-level row waited for, from its end backwards.
//!
//! A row's path goes back from its end to the child that finished last, through that child, then on from the child's
//! start to the child that finished last before it, and so on to the row's own start. The stretches between children are
//! the row's own work; those of a session, a turn or a run are waiting and belong to nobody.

use super::extent::is_group;
use super::{Row, RowFlags};

/// A stretch of time that a row is looked at in.
#[derive(Debug, Clone, Copy)]
struct Span {
    row: usize,
    start: i64,
    end: i64,
}

/// A row whose path is being walked.
#[derive(Debug)]
struct Step {
    span: Span,
    /// Those that end latest come last.
    children: Vec<Span>,
    /// The path has come back to here.
    until: i64,
}

/// Flags the rows on the critical path of each top-level row.
///
/// Returns how long the paths are together; nothing when top-level rows overlap in time, for then no sum says anything.
pub(super) fn mark(rows: &mut [Row], ends: &[u32]) -> Option<i64> {
    let (mut sum, mut last_end, mut apart) = (0, 0, true);
    let mut root = 0;
    while root < rows.len() {
        let span = whole(rows, root);
        let mut own = 0_i64;
        if span.end > span.start {
            for row in walk(rows, ends, span, &mut |_, from, to| own += to - from) {
                rows[row].flags.0 |= RowFlags::CRITICAL;
            }
        }
        // A group without work in it is in nobody's way.
        if own > 0 {
            apart &= span.start >= last_end;
            last_end = last_end.max(span.end);
            sum = i64::saturating_add(sum, own);
        }
        root = ends[root] as usize;
    }
    apart.then_some(sum)
}

/// Walks the path of one row from its end to its start. Tells each row's own part of it; returns the rows it leads through.
fn walk(rows: &[Row], ends: &[u32], root: Span, part: &mut impl FnMut(usize, i64, i64)) -> Vec<usize> {
    let mut found = vec![root.row];
    let mut path = vec![Step::new(rows, ends, root)];
    while let Some(step) = path.last_mut() {
        let child = step.last_finished();
        let from = child.map_or(step.span.start, |child| child.end);
        if from < step.until && !is_group(rows[step.span.row].kind) {
            part(step.span.row, from, step.until);
        }
        match child {
            Some(child) => {
                step.until = child.start;
                found.push(child.row);
                path.push(Step::new(rows, ends, child));
            }
            None => drop(path.pop()),
        }
    }
    found
}

impl Step {
    fn new(rows: &[Row], ends: &[u32], span: Span) -> Self {
        let mut children = Vec::new();
        let mut child = span.row + 1;
        while child < ends[span.row] as usize {
            let own = whole(rows, child);
            let inside = Span { row: child, start: own.start.max(span.start), end: own.end.min(span.end) };
            if inside.end > inside.start {
                children.push(inside);
            }
            child = ends[child] as usize;
        }
        children.sort_by_key(|child| (child.end, child.start));
        Self { span, children, until: span.end }
    }

    /// The child that finished last of those that were done where the path is now.
    fn last_finished(&mut self) -> Option<Span> {
        while let Some(child) = self.children.pop() {
            if child.end <= self.until {
                return Some(child);
            }
        }
        None
    }
}

fn whole(rows: &[Row], row: usize) -> Span {
    let Row { start_us, duration_us, .. } = rows[row];
    Span { row, start: start_us, end: start_us.saturating_add(duration_us) }
}

#[cfg(test)]
#[path = "critical/tests.rs"]
mod tests;
