//! When spans end: turns, what is busy for long, and what a graph leaves open.

use opentelemetry_sdk::trace::SpanData;
use serde_json::{Value, json};
use trace_core::TraceRecord;
use trace_sinks::otel::{OtelOptions, OtelReport};

use super::made::{
    by_tool, caused, graph, tool, tool_completed, tool_started, turn, turn_completed, turn_started,
};
use super::support::{export, only, record, text};

const HALF_AN_HOUR: i64 = 30 * 60 * 1000;

fn spans(records: &[TraceRecord]) -> (Vec<SpanData>, OtelReport) {
    export(records, OtelOptions::default())
}

#[test]
fn a_turn_ends_no_earlier_than_what_happened_in_it() {
    let (spans, _) = spans(&[
        record("r1", 0, turn("s", "t"), turn_started()),
        record("r2", 30, tool("s", "t", "c"), tool_completed("c", "glob")),
        record("r3", 20, turn("s", "t"), turn_completed()),
    ]);
    assert_eq!(only(&spans, "lash.turn").end_time, only(&spans, "lash.tool").end_time);
}

#[test]
fn what_is_busy_is_not_given_up() {
    let mut records = vec![
        record("a", 0, turn("s", "t"), turn_started()),
        record("b", 0, tool("s", "t", "c"), tool_started("c", "spawn")),
        record("c", 0, caused("child", "t", &by_tool("s", "t", "c")), turn_started()),
    ];
    for step in 1..8 {
        let custom = json!({"type": "custom", "name": "busy", "payload": step});
        records.push(record(&format!("s{step}"), step * HALF_AN_HOUR, turn("child", "t"), custom));
    }
    let end = 8 * HALF_AN_HOUR;
    records.push(record("d", end, turn("child", "t"), turn_completed()));
    records.push(record("e", end, tool("s", "t", "c"), tool_completed("c", "spawn")));
    records.push(record("f", end, turn("s", "t"), turn_completed()));
    assert_eq!(spans(&records).1.incomplete, 0);
    // The same without a sign of life: another session lets the time pass.
    for record in &mut records[3..10] {
        record.context.session_id = Some("other".to_owned());
    }
    let (spans, report) = spans(&records);
    assert_eq!(report.incomplete, 3);
    let is_revised = |span: &&SpanData| text(span, "lash.span.revised").is_some();
    assert_eq!(spans.iter().filter(is_revised).count(), 3);
}

fn node(kind: &str, occurrence: u64) -> Value {
    json!({"kind": kind, "node_id": "n", "node_kind": "call", "label": "x", "occurrence": occurrence})
}

#[test]
fn a_graph_that_ends_interrupts_the_passes_it_leaves_open() {
    let map =
        json!({"module_ref": "m", "entry_kind": "main", "entry_name": "main", "nodes": [], "edges": []});
    let mut records = vec![
        graph("g0", 0, "e", json!({"kind": "execution_started", "execution_map": map})),
        graph("g1", 1, "e", node("node_started", 0)),
        graph("g2", 2, "e", node("node_completed", 0)),
        graph("g3", 3, "e", node("node_started", 1)),
        graph("g4", 4, "other", node("node_started", 1)),
        graph("g5", 5, "e", json!({"kind": "execution_finished", "status": "completed"})),
    ];
    let status = |spans: &[SpanData]| -> Vec<String> {
        spans.iter().filter_map(|span| text(span, "lash.lashlang_execution.status")).collect()
    };
    let (once, report) = spans(&records);
    assert_eq!((status(&once), report.incomplete), (vec_of(["completed", "interrupted", "completed"]), 2));
    records.push(graph("g6", 6, "e", node("node_completed", 1)));
    let (late, _) = spans(&records);
    assert_eq!(status(&late), vec_of(["completed", "interrupted", "completed", "completed"]));
    assert_eq!(text(&late[3], "lash.span.revised").as_deref(), Some("true"));
    assert_eq!(late[3].span_context.span_id(), late[1].span_context.span_id());
}

fn vec_of<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}
