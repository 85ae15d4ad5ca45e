//! The assertion kit finds what is wrong.

use serde_json::json;
use trace_core::event::{
    LlmCallStarted, ToolCallCompleted, ToolCallStarted, TraceLlmRequest, TraceToolCallOutput, TurnCompleted,
    TurnStarted,
};
use trace_core::recorder::{CodeOutput, SessionOptions};
use trace_core::{
    AssertingTraceSink, CausedBy, TraceContext, TraceEvent, TraceRecord, TraceSink, ViolationKind,
};

use super::{Rig, panicking};

fn at(node: &str, parent: Option<&str>) -> TraceContext {
    TraceContext::for_session("s").with_turn("t", 0).with_node(node, parent.map(str::to_owned))
}

fn turn(start: bool) -> (TraceContext, TraceEvent) {
    let event =
        if start { TurnStarted::default().into() } else { TurnCompleted::new("completed", "x").into() };
    (at("turn:s:t", None), event)
}

fn tool(name: &str, start: bool) -> (TraceContext, TraceEvent) {
    let started = ToolCallStarted::new(Some("c".to_owned()), name, json!({}));
    let event = if start {
        started.into()
    } else {
        ToolCallCompleted::new(started, TraceToolCallOutput::success(1), 0).into()
    };
    (at("tool:s:c", Some("turn:s:t")), event)
}

fn violations(records: impl IntoIterator<Item = (TraceContext, TraceEvent)>) -> Vec<(ViolationKind, usize)> {
    let sink = AssertingTraceSink::default();
    for (context, event) in records {
        sink.append(&TraceRecord::new(context, event)).unwrap();
    }
    let found = sink.check().err().unwrap_or_default();
    found.into_iter().map(|violation| (violation.kind, violation.index)).collect()
}

#[test]
fn pairs_are_checked() {
    use ViolationKind::{EndedTwice, NotEnded, NotStarted, StartedTwice};
    let (start, end) = (|| tool("t", true), || tool("t", false));
    assert_eq!(violations([turn(true), start(), end(), turn(false)]), []);
    assert_eq!(violations([turn(true), start(), end(), start(), end(), turn(false)]), [], "an id used again");
    assert_eq!(violations([turn(true), start(), turn(false)]), [(NotEnded, 1)]);
    assert_eq!(violations([turn(true), end(), turn(false)]), [(NotStarted, 1)]);
    assert_eq!(violations([turn(true), start(), end(), end(), turn(false)]), [(EndedTwice, 3)]);
    assert_eq!(violations([turn(true), start(), start(), end(), turn(false)]), [(StartedTwice, 2)]);
}

#[test]
fn parents_names_and_ids_are_checked() {
    use ViolationKind::{DanglingParent, NoId, NoName, OwnParent};
    assert_eq!(violations([tool("t", true), tool("t", false)]), [(DanglingParent, 0), (DanglingParent, 1)]);
    assert_eq!(violations([turn(true), tool("", true), tool("", false), turn(false)]), [(NoName, 1)]);
    let mut own = at("a", None);
    own.parent_graph_node_id = Some("a".to_owned());
    assert_eq!(violations([(own, trace_core::event::Custom::new("c", json!(1)).into())]), [(OwnParent, 0)]);
    let call = LlmCallStarted::new(TraceLlmRequest::new("m", vec![]));
    assert_eq!(violations([(TraceContext::for_session("s"), call.into())]), [(NoId, 0)]);
    let elsewhere = TraceContext::for_session("other").with_node("x", Some("turn:s:t".to_owned()));
    let custom = || trace_core::event::Custom::new("c", json!(1)).into();
    assert_eq!(violations([turn(true), (elsewhere, custom()), turn(false)]), [(DanglingParent, 1)]);
}

#[test]
fn a_node_that_stays_open_in_a_completed_graph_is_found() {
    let rig = Rig::standard();
    let turn = rig.turn();
    let subject = trace_core::event::EffectSubject::new("e", "exec_code");
    let graph = turn.effect_execution(subject, trace_core::event::TraceLashlangMap::default);
    drop(graph.node("n"));
    graph.complete();
    turn.complete("final_value");
    let found = rig.sink.check().unwrap_err();
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].to_string(),
        format!(
            "pass 1 of node n of graph effect:s:t0:e started and never ended (record 3, {})",
            rig.sink.records()[3].id
        )
    );
}

#[test]
fn an_incomplete_trace_fails_the_test() {
    let rig = Rig::standard();
    let turn = rig.turn();
    panicking(|| rig.sink.assert_complete());
    turn.complete("final_value");
    rig.sink.assert_complete();
}

#[test]
fn an_effect_named_by_hand_is_there_when_its_code_block_is() {
    let caused_by = |session: &str, effect: &str| {
        let rig = Rig::standard();
        let turn = rig.turn();
        turn.code_block_with_id("e", || "spawn()").complete(CodeOutput::new(""));
        turn.complete("final_value");
        let cause =
            CausedBy::Effect { session_id: session.to_owned(), turn_id: None, effect_id: effect.to_owned() };
        let options = SessionOptions::new("sub").caused_by(cause);
        rig.recorder.session_with(options).turn("t").complete("final_value");
        let found = rig.sink.check().err().unwrap_or_default();
        found.into_iter().map(|violation| violation.kind).collect::<Vec<_>>()
    };
    assert_eq!(caused_by("s", "e"), []);
    assert_eq!(caused_by("s", "other"), [ViolationKind::DanglingParent; 2]);
    assert_eq!(caused_by("other", "e"), [ViolationKind::DanglingParent; 2]);
}
