use super::super::extent::{ends, row};
use super::*;

const S: i64 = 1_000_000;

fn found(rows: &[Row], span: i64) -> Vec<(i64, i64)> {
    gaps(rows, &ends(rows), span)
}

#[test]
fn a_pause_between_turns_is_idle() {
    let rows = [
        row(0, RowKind::Session, 0, 100 * S),
        row(1, RowKind::Turn, 0, 5 * S),
        row(2, RowKind::LlmCall, 0, 2 * S),
        row(2, RowKind::ToolCall, 2 * S, 5 * S),
        row(1, RowKind::Turn, 95 * S, 100 * S),
        row(2, RowKind::LlmCall, 95 * S, 100 * S),
    ];
    assert_eq!(found(&rows, 100 * S), [(5 * S, 95 * S)]);
}

#[test]
fn a_record_ends_a_pause() {
    let rows = [
        row(0, RowKind::ToolCall, 0, S),
        row(0, RowKind::Log, 50 * S, 50 * S),
        row(0, RowKind::ToolCall, 90 * S, 91 * S),
    ];
    assert_eq!(found(&rows, 91 * S), [(S, 50 * S), (50 * S, 90 * S)]);
}

#[test]
fn a_tool_that_only_wrote_a_log_line_was_running() {
    let rows = [row(0, RowKind::ToolCall, 0, 60 * S), row(1, RowKind::Log, S, S)];
    assert_eq!(found(&rows, 60 * S), []);
}

#[test]
fn a_tool_that_holds_a_session_waits_for_it() {
    let rows = [
        row(0, RowKind::ToolCall, 0, 60 * S),
        row(1, RowKind::Session, 0, 60 * S),
        row(2, RowKind::LlmCall, 0, 3 * S),
        row(2, RowKind::LlmCall, 50 * S, 60 * S),
    ];
    assert_eq!(found(&rows, 60 * S), [(3 * S, 50 * S)]);
}

#[test]
fn code_and_calls_run_whatever_is_inside() {
    let rows = [row(0, RowKind::CodeBlock, 0, 60 * S), row(1, RowKind::ToolCall, 0, S)];
    assert_eq!(found(&rows, 60 * S), []);
}

#[test]
fn short_pauses_are_part_of_long_work() {
    let work = [row(0, RowKind::ToolCall, 0, 400 * S), row(0, RowKind::ToolCall, 405 * S, 500 * S)];
    assert_eq!(found(&work, 500 * S), [], "5 s is less than a fiftieth of the work");
    let work = [row(0, RowKind::ToolCall, 0, 9_000 * S), row(0, RowKind::ToolCall, 9_031 * S, 9_100 * S)];
    assert_eq!(found(&work, 9_100 * S), [(9_000 * S, 9_031 * S)], "half a minute is always idle");
}

#[test]
fn of_very_many_the_longest_are_kept_in_order() {
    let rows: Vec<Row> =
        (0..3_000).map(|at| row(0, RowKind::Log, at * (40 * S + at), at * (40 * S + at))).collect();
    let gaps = found(&rows, rows[2_999].start_us);
    assert_eq!(gaps.len(), MOST);
    assert!(gaps.windows(2).all(|pair| pair[0].1 <= pair[1].0));
    assert_eq!(gaps[MOST - 1].1, rows[2_999].start_us);
}

#[test]
fn nothing_is_no_pause() {
    assert_eq!(found(&[], 0), []);
}
