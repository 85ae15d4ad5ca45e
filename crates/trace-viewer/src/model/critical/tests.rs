use super::super::RowKind;
use super::super::extent::{ends, row};
use super::*;

/// The rows on the path, and the sum.
fn path(rows: &mut [Row]) -> (Vec<usize>, Option<i64>) {
    let sum = mark(rows, &ends(rows));
    let flagged = |row: &usize| rows[*row].flags.0 & RowFlags::CRITICAL != 0;
    ((0..rows.len()).filter(flagged).collect(), sum)
}

#[test]
fn the_slower_of_two_parallel_tools_is_on_the_path() {
    let mut rows = [
        row(0, RowKind::Session, 0, 100),
        row(1, RowKind::Turn, 0, 90),
        row(2, RowKind::LlmCall, 0, 30),
        row(2, RowKind::ToolCall, 32, 50),
        row(2, RowKind::ToolCall, 32, 70),
        row(2, RowKind::LlmCall, 70, 88),
    ];
    assert_eq!(path(&mut rows), (vec![0, 1, 2, 4, 5], Some(30 + 38 + 18)));
}

#[test]
fn a_call_owns_the_time_between_its_children() {
    let mut rows = [
        row(0, RowKind::Turn, 0, 100),
        row(1, RowKind::CodeBlock, 10, 100),
        row(2, RowKind::ToolCall, 20, 40),
        row(2, RowKind::ToolCall, 50, 60),
    ];
    assert_eq!(path(&mut rows), (vec![0, 1, 2, 3], Some(90)));
}

#[test]
fn what_outlives_its_parent_counts_up_to_the_parents_end() {
    let mut rows =
        [row(0, RowKind::Turn, 10, 50), row(1, RowKind::ToolCall, 0, 90), row(1, RowKind::ToolCall, 60, 70)];
    assert_eq!(path(&mut rows), (vec![0, 1], Some(40)));
}

#[test]
fn points_are_on_no_path() {
    let mut rows =
        [row(0, RowKind::LlmCall, 0, 9), row(1, RowKind::ProviderChunk, 4, 4), row(0, RowKind::Log, 9, 9)];
    assert_eq!(path(&mut rows), (vec![0], Some(9)));
    assert_eq!(path(&mut []), (vec![], Some(0)));
}

#[test]
fn top_level_rows_that_overlap_have_no_sum() {
    let mut rows = [row(0, RowKind::ToolCall, 0, 50), row(0, RowKind::ToolCall, 40, 60)];
    assert_eq!(path(&mut rows), (vec![0, 1], None));
    let mut rows = [row(0, RowKind::ToolCall, 0, 50), row(0, RowKind::ToolCall, 50, 60)];
    assert_eq!(path(&mut rows), (vec![0, 1], Some(60)));
}

#[test]
fn depth_needs_no_stack() {
    let mut rows: Vec<Row> = (0..100_000).map(|depth| row(depth, RowKind::ToolCall, 0, 7)).collect();
    let (found, sum) = path(&mut rows);
    assert_eq!((found.len(), sum), (100_000, Some(7)));
}

/// Small numbers that look random: the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 33).unwrap() % sides
    }
}

#[test]
fn parts_never_overlap_and_never_exceed_their_root() {
    for seed in 0..500 {
        let mut dice = Dice(seed);
        let mut depth = 0;
        let mut rows = vec![row(0, RowKind::Turn, 100, 600)];
        for _ in 0..dice.roll(40) {
            depth = 1 + dice.roll(depth + 1);
            let start = i64::from(dice.roll(700));
            let kind = [RowKind::ToolCall, RowKind::Turn, RowKind::LlmCall][dice.roll(3) as usize];
            rows.push(row(depth, kind, start, start + i64::from(dice.roll(300))));
        }
        let ends = ends(&rows);
        let mut parts = Vec::new();
        let root = whole(&rows, 0);
        let found = walk(&rows, &ends, root, &mut |row, from, to| parts.push((row, from, to)));
        assert!(parts.iter().all(|&(row, from, to)| from < to && found.contains(&row)), "seed {seed}");
        assert!(parts.iter().all(|&(row, from, to)| {
            let own = whole(&rows, row);
            own.start <= from && to <= own.end && root.start <= from && to <= root.end
        }));
        assert!(parts.windows(2).all(|pair| pair[1].2 <= pair[0].1), "seed {seed}: {parts:?}");
        assert!(parts.iter().map(|(_, from, to)| to - from).sum::<i64>() <= 500);
    }
}
