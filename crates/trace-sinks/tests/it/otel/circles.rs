//! Parents in circles, and ids of any text.

use opentelemetry_sdk::trace::SpanData;
use serde_json::json;
use trace_core::TraceRecord;
use trace_sinks::otel::{OtelOptions, OtelReport, SpanNames, TraceScope};

use super::made::{
    by_tool, caused, graph, llm_completed, llm_started, step, tool, tool_completed, tool_started, turn,
    turn_completed, turn_started, with,
};
use super::support::{export, record};

fn spans(records: &[TraceRecord]) -> (Vec<SpanData>, OtelReport) {
    export(records, OtelOptions::default())
}

#[test]
fn parents_in_a_circle_are_cut() {
    let part = |id: &str, parent: &str| {
        json!({"session_id": "s", "turn_id": "t", "graph_node_id": format!("tool:{id}"),
            "parent_graph_node_id": format!("tool:{parent}")})
    };
    let pairs = [("a", "b"), ("b", "c"), ("c", "a")];
    let mut records: Vec<TraceRecord> = Vec::new();
    for (at, (id, parent)) in pairs.into_iter().enumerate() {
        records.push(record(
            &format!("s{id}"),
            i64::try_from(at).unwrap(),
            part(id, parent),
            tool_started(id, "x"),
        ));
    }
    spans(&records);
    for (id, parent) in pairs {
        records.push(record(&format!("e{id}"), 10, part(id, parent), tool_completed(id, "x")));
    }
    spans(&records);
    let (ends, _) = spans(&records[3..]);
    assert_eq!(ends.len(), 3);
}

#[test]
fn sessions_that_cause_each_other_are_no_circle() {
    let records = [
        record("a1", 0, caused("a", "t", &by_tool("b", "t", "call_1")), turn_started()),
        record("a2", 1, tool("a", "t", "call_1"), tool_started("call_1", "spawn")),
        record("b1", 2, caused("b", "t", &by_tool("a", "t", "call_1")), turn_started()),
        record("b2", 3, tool("b", "t", "call_1"), tool_started("call_1", "spawn")),
        record("b3", 4, turn("b", "t"), turn_completed()),
        record("a3", 5, turn("a", "t"), turn_completed()),
        // A turn caused by its own call, and by a call of an earlier turn of its session.
        record("c1", 6, caused("c", "t", &by_tool("c", "t", "call_1")), turn_started()),
        record("c2", 7, tool("c", "t", "call_1"), tool_started("call_1", "spawn")),
        record("c3", 8, caused("c", "u", &by_tool("c", "t", "call_1")), turn_started()),
    ];
    for scope in [TraceScope::Turn, TraceScope::Session, TraceScope::Run] {
        for names in [SpanNames::Seed, SpanNames::GenAi] {
            export(&records, OtelOptions::default().with_scope(scope).with_names(names));
            export(records.iter().rev(), OtelOptions::default().with_scope(scope).with_names(names));
        }
    }
}

#[test]
fn a_graph_that_starts_itself_is_no_circle() {
    let node = json!({"kind": "node_started", "node_id": "n", "node_kind": "call", "label": "again", "occurrence": 0});
    let child = json!({"scope": {"session_id": "s", "turn_id": "t"},
        "subject": {"type": "effect", "effect_id": "e", "kind": "tool"}});
    let child = json!({"kind": "child_started", "parent_node_id": "n", "occurrence": 0, "child": child});
    let map =
        json!({"module_ref": "m", "entry_kind": "main", "entry_name": "main", "nodes": [], "edges": []});
    let started = json!({"kind": "execution_started", "execution_map": map});
    let finished = json!({"kind": "execution_finished", "status": "completed"});
    let records = [
        graph("g1", 0, "e", node),
        graph("g2", 1, "e", child),
        graph("g3", 2, "e", started),
        graph("g4", 3, "e", finished),
    ];
    let (spans, _) = spans(&records);
    assert_eq!(spans.len(), 2);
}

const IDS: &[&str] = &[
    "",
    "..",
    "/",
    "a\\b",
    "-",
    "a\tb",
    "a\r\nb",
    "\u{0}",
    "\u{202e}/",
    "a\u{200b}b",
    "A",
    "a",
    ":",
    "::",
    "a:b",
    "tool:a",
    "turn:a",
    "turn:a:a",
    "session:",
    "llm:",
    "idx0",
    "{a,b}",
    "%d",
    "undefined",
    "0",
    "constructor",
    "\u{7f}",
    "<img src=x>",
    "http://127.0.0.1/",
];

/// Everything a record can be, with one id for all that it names.
fn all_kinds(id: &str, nth: usize) -> Vec<TraceRecord> {
    let at = i64::try_from(nth).unwrap();
    let base = json!({"session_id": id, "turn_id": id, "llm_call_id": id, "effect_id": id, "run_id": id});
    let context = |node: &str, parent: &str| {
        with(
            base.clone(),
            &json!({"graph_node_id": format!("{node}{id}"), "parent_graph_node_id": format!("{parent}{id}")}),
        )
    };
    let events = [
        (context("session:", ""), json!({"type": "session_started"})),
        (context("turn:", "tool:"), turn_started()),
        (context("llm:", "llm:"), llm_started()),
        (context("llm:", "effect:"), llm_completed()),
        (context("tool:", "process:"), tool_started(id, id)),
        (context("process:", "tool:"), step("process_started", &json!({}))),
        (context("process:", "batch:"), step("process_failed", &json!({"error": ""}))),
        (context("llm:", "code:"), step("exec_code_started", &json!({}))),
        (context("", ""), json!({"type": "custom", "name": id, "payload": null})),
        (json!({}), json!({"type": "run_started", "run_id": id, "program": id})),
        (context("tool:", "turn:"), tool_completed(id, id)),
        (context("turn:", "node:"), turn_completed()),
        (json!({"run_id": id}), json!({"type": "log", "level": "error", "target": "", "message": ""})),
    ];
    let events = events.into_iter().enumerate();
    events.map(|(kind, (context, event))| record(&format!("{nth}-{kind}"), at, context, event)).collect()
}

#[test]
fn ids_of_any_text_give_a_valid_tree() {
    let records: Vec<TraceRecord> = IDS.iter().enumerate().flat_map(|(nth, id)| all_kinds(id, nth)).collect();
    for scope in [TraceScope::Turn, TraceScope::Session, TraceScope::Run] {
        for names in [SpanNames::Seed, SpanNames::GenAi] {
            let options = OtelOptions::default().with_scope(scope).with_names(names);
            export(&records, options.clone());
            export(records.iter().rev(), options);
        }
    }
}
