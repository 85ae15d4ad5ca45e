//! Sessions and what goes on after turns.

use opentelemetry_sdk::trace::SpanData;
use serde_json::json;
use trace_core::TraceRecord;
use trace_sinks::otel::{OtelOptions, OtelReport, TraceScope};

use super::made::{
    by_tool, caused, step, tool, tool_completed, tool_started, turn, turn_completed, turn_started, with,
};
use super::support::{export, only, record, text};

fn spans(records: &[TraceRecord]) -> (Vec<SpanData>, OtelReport) {
    export(records, OtelOptions::default())
}

fn scoped(records: &[TraceRecord], scope: TraceScope) -> Vec<SpanData> {
    export(records, OtelOptions::default().with_scope(scope)).0
}

#[test]
fn a_session_holds_its_turns_whatever_caused_them() {
    let by_turn = json!({"kind": "turn", "session_id": "s", "turn_id": "t"});
    let records = [
        record("r1", 0, turn("s", "t"), turn_started()),
        record("r2", 1, turn("s", "t"), turn_completed()),
        record("r3", 2, caused("s", "u", &by_turn), turn_started()),
        record("r4", 3, turn("s", "u"), turn_completed()),
    ];
    for scope in [TraceScope::Session, TraceScope::Run] {
        let spans = scoped(&records, scope);
        let session = only(&spans, "lash.session").span_context.span_id();
        for turn in spans.iter().filter(|span| span.name == "lash.turn") {
            assert_eq!(turn.parent_span_id, session, "{turn:#?}");
        }
        let second = spans.iter().find(|span| text(span, "lash.context.turn_id").as_deref() == Some("u"));
        assert_eq!(second.unwrap().links.len(), 1);
    }
}

#[test]
fn a_session_that_a_call_started_is_no_less_complete() {
    let records = [
        record("r1", 0, turn("s", "t"), turn_started()),
        record("r2", 1, tool("s", "t", "call_1"), tool_started("call_1", "spawn")),
        record("r3", 2, caused("child", "t", &by_tool("s", "t", "call_1")), turn_started()),
        record("r4", 3, turn("child", "t"), turn_completed()),
        record("r5", 4, tool("s", "t", "call_1"), tool_completed("call_1", "spawn")),
        record("r6", 5, turn("s", "t"), turn_completed()),
    ];
    let spans = scoped(&records, TraceScope::Session);
    let incomplete = spans.iter().filter(|span| text(span, "lash.span.incomplete").is_some());
    assert_eq!(incomplete.count(), 0);
    let traces: std::collections::HashSet<_> =
        spans.iter().map(|span| span.span_context.trace_id()).collect();
    assert_eq!(traces.len(), 1);
}

#[test]
fn a_session_that_goes_on_after_it_was_idle_ends_with_its_last_record() {
    let mut records = Vec::new();
    for (at, id) in [(0, "t"), (7_200_000, "u"), (14_400_000, "v")] {
        records.push(record(&format!("{id}1"), at, turn("s", id), turn_started()));
        records.push(record(&format!("{id}2"), at + 10, turn("s", id), turn_completed()));
    }
    let spans = scoped(&records, TraceScope::Session);
    let sessions: Vec<&SpanData> = spans.iter().filter(|span| span.name == "lash.session").collect();
    let last = sessions.last().unwrap();
    assert_eq!(last.end_time.duration_since(last.start_time).unwrap().as_millis(), 14_400_010);
    assert!(sessions[1..].iter().all(|span| text(span, "lash.span.revised").is_some()));
}

#[test]
fn a_session_that_is_started_again_loses_no_record() {
    let started = || json!({"type": "session_started", "metadata": {"resumed": true}});
    let context = json!({"session_id": "s", "graph_node_id": "session:s"});
    let records = [record("r1", 0, context.clone(), started()), record("r2", 9, context, started())];
    let (spans, report) =
        spans(&[records[0].clone(), records[0].clone(), records[1].clone(), records[1].clone()]);
    assert_eq!((spans.len(), report.repeated), (2, 2));
    assert_eq!(spans[1].parent_span_id, spans[0].span_context.span_id());
}

#[test]
fn a_turn_of_another_session_is_a_parent() {
    let records = [
        record("r1", 0, turn("a:b", "t"), turn_started()),
        record(
            "r2",
            1,
            with(turn("child", "t"), &json!({"parent_graph_node_id": "turn:a:b:t"})),
            turn_started(),
        ),
        record("r3", 2, turn("child", "t"), turn_completed()),
        record("r4", 3, turn("a:b", "t"), turn_completed()),
    ];
    let (spans, _) = spans(&records);
    let of = |session: &str| {
        spans.iter().find(|span| text(span, "session.id").as_deref() == Some(session)).unwrap()
    };
    assert_eq!(of("child").parent_span_id, of("a:b").span_context.span_id());
}

#[test]
fn a_process_may_end_after_its_turn() {
    let process = |turn: Option<&str>| {
        let context = json!({"session_id": "s", "graph_node_id": "process:p1"});
        turn.map_or(context.clone(), |turn| with(context, &json!({"turn_id": turn})))
    };
    for later in [None, Some("u")] {
        let records = [
            record("r1", 0, turn("s", "t"), turn_started()),
            record("r2", 1, process(Some("t")), step("process_started", &json!({}))),
            record("r3", 2, turn("s", "t"), turn_completed()),
            record("r4", 30, process(later), step("process_completed", &json!({}))),
        ];
        let (spans, report) = spans(&records);
        let process = only(&spans, "lash.process");
        assert_eq!(process.parent_span_id, only(&spans, "lash.turn").span_context.span_id());
        assert_eq!(process.end_time.duration_since(process.start_time).unwrap().as_millis(), 29);
        assert_eq!(report.incomplete, 0);
    }
}

#[test]
fn a_parent_that_has_no_span_is_replaced_by_the_turn() {
    let custom = || json!({"type": "custom", "name": "x", "payload": 1});
    let context = |parent: &str| json!({"session_id": "s", "turn_id": "t", "parent_graph_node_id": parent});
    for parent in ["step:7", "no colon", "trigger:1", "node:s:3"] {
        let (spans, _) = spans(&[
            record("r1", 0, turn("s", "t"), turn_started()),
            record("r2", 1, context(parent), custom()),
            record("r3", 2, turn("s", "t"), turn_completed()),
        ]);
        let turn = only(&spans, "lash.turn").span_context.span_id();
        assert_eq!(only(&spans, "lash.custom").parent_span_id, turn, "{parent}");
    }
}

#[test]
fn what_an_event_of_a_process_or_a_block_of_code_started_hangs_under_it() {
    let at = |node: &str| json!({"session_id": "s", "turn_id": "t", "graph_node_id": node});
    let by_event = json!({"kind": "process_event", "process_id": "p1", "sequence": 3});
    let by_node = with(
        turn("child", "t"),
        &json!({"session_id": "s", "turn_id": "u",
        "graph_node_id": "turn:s:u", "parent_graph_node_id": "process:p1:3"}),
    );
    let by_effect = json!({"kind": "effect", "session_id": "s", "turn_id": "t", "effect_id": "e"});
    let cases = [
        ("process:p1", "process_started", caused("child", "t", &by_event), "lash.process"),
        ("process:p1", "process_started", by_node, "lash.process"),
        ("code:s:e", "exec_code_started", caused("child", "t", &by_effect), "lash.exec_code"),
    ];
    for (node, phase, child, name) in cases {
        let (spans, _) = spans(&[
            record("r1", 0, at(node), step(phase, &json!({}))),
            record("r2", 1, child, turn_started()),
        ]);
        let parent = only(&spans, name).span_context.span_id();
        assert_eq!(only(&spans, "lash.turn").parent_span_id, parent, "{node}");
    }
}
