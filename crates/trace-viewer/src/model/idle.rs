//! Stretches of time in which nothing ran.

use super::extent::is_group;
use super::{Row, RowKind};

/// Shorter pauses are part of the work.
const SHORTEST_US: i64 = 1_000_000;
/// From here on a pause is idle however long the work is.
const LONG_US: i64 = 30_000_000;
/// Pauses that are kept, the longest of them.
const MOST: usize = 1_000;

/// The long pauses between 0 and `span_us` in which no row ran, in order: from and to.
///
/// Sessions, turns and runs do not count as running, nor does what holds other work and may only wait for it; model calls
/// and code blocks always count. A record is something that happened and ends a pause.
pub(super) fn gaps(rows: &[Row], ends: &[u32], span_us: i64) -> Vec<(i64, i64)> {
    let pauses = pauses(work(rows, ends), span_us);
    let rest: i64 = pauses.iter().map(|(from, to)| to - from).sum();
    let shortest = ((span_us - rest) / 50).clamp(SHORTEST_US, LONG_US);
    let mut gaps: Vec<_> = pauses.into_iter().filter(|(from, to)| to - from > shortest).collect();
    if gaps.len() > MOST {
        gaps.sort_by_key(|(from, to)| from - to);
        gaps.truncate(MOST);
        gaps.sort_unstable();
    }
    gaps
}

/// Where something ran or happened.
fn work(rows: &[Row], ends: &[u32]) -> Vec<(i64, i64)> {
    let mut found = Vec::new();
    // The rows are seen from the last to the first: this is the next one below that takes time.
    let mut next = usize::MAX;
    for (place, row) in rows.iter().enumerate().rev() {
        let holds_work = next < ends[place] as usize;
        if is_group(row.kind) {
            continue;
        }
        if row.duration_us > 0 {
            next = place;
        }
        if !holds_work || matches!(row.kind, RowKind::LlmCall | RowKind::CodeBlock) {
            found.push((row.start_us, row.start_us.saturating_add(row.duration_us)));
        }
    }
    found
}

/// The stretches of at least a second that `work` leaves.
fn pauses(mut work: Vec<(i64, i64)>, span_us: i64) -> Vec<(i64, i64)> {
    work.sort_unstable();
    let mut found = Vec::new();
    let mut busy_until = 0;
    for (from, to) in work.into_iter().chain([(span_us, span_us)]) {
        if from - busy_until > SHORTEST_US {
            found.push((busy_until, from));
        }
        busy_until = busy_until.max(to);
    }
    found
}

#[cfg(test)]
#[path = "idle/tests.rs"]
mod tests;
