//! Sessions within sessions, and causes.

use serde_json::{Value, json};
use trace_core::event::{TraceLlmRequest, TraceLlmResponse, TraceTokenUsage};
use trace_core::recorder::{Prompt, SessionOptions, Turn, TurnOptions};
use trace_core::{CausedBy, TraceContext};

use super::{Rig, json as line};

fn metadata(rig: &Rig, kind: &str, session: &str) -> Value {
    let found =
        rig.sink.records().into_iter().find(|record| {
            record.event.kind() == kind && record.context.session_id.as_deref() == Some(session)
        });
    line(&found.unwrap())["context"]["metadata"].clone()
}

#[test]
fn a_tools_session_hangs_under_the_tool() {
    let rig = Rig::standard();
    let turn = rig.turn();
    let tool = turn.tool_call_with_id("c1", "spawn_agent", || json!({}));
    let sub = tool.session("s.1");
    let sub_turn = sub.turn("t0");
    sub_turn.tool_call_with_id("c1", "grep", || json!({})).succeed(|| 1);
    sub_turn.complete("assistant_message");
    tool.succeed(|| "done");
    turn.complete("assistant_message");
    let expected = [
        "session_started session:s < -",
        "turn_started turn:s:t0 < session:s",
        "tool_call_started tool:s:c1 < turn:s:t0",
        "session_started session:s.1 < -",
        "turn_started turn:s.1:t0 < tool:s:c1",
        "tool_call_started tool:s.1:c1 < turn:s.1:t0",
        "tool_call_completed tool:s.1:c1 < turn:s.1:t0",
        "turn_completed turn:s.1:t0 < tool:s:c1",
        "tool_call_completed tool:s:c1 < turn:s:t0",
        "turn_completed turn:s:t0 < session:s",
    ];
    assert_eq!(rig.tree(), expected);
    let caused_by = json!({"kind": "tool_call", "session_id": "s", "turn_id": "t0", "call_id": "c1"});
    let turn_metadata = json!({"caused_by": caused_by, "replay_key": "turn:s.1:0"});
    assert_eq!(metadata(&rig, "turn_started", "s.1"), turn_metadata);
    assert_eq!(metadata(&rig, "turn_completed", "s.1"), turn_metadata);
    assert_eq!(metadata(&rig, "tool_call_started", "s.1"), Value::Null);
    assert_eq!(metadata(&rig, "session_started", "s.1"), json!({"caused_by": caused_by}));
}

#[test]
fn the_spelling_is_that_of_the_traces_in_the_field() {
    let text = crate::support::gunzip("seed-v2-1k.jsonl.gz");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let theirs = lines.iter().find(|line| line["context"]["metadata"]["caused_by"].is_object()).unwrap();
    let caused_by = &theirs["context"]["metadata"]["caused_by"];
    let part = |key: &str| caused_by[key].as_str().unwrap();

    let rig = Rig::standard();
    let turn = rig.recorder.session(part("session_id")).turn(part("turn_id"));
    let tool = turn.tool_call_with_id(part("call_id"), "spawn_agent", || json!({}));
    let sub = theirs["context"]["session_id"].as_str().unwrap();
    tool.session(sub).turn("turn-0").complete("assistant_message");
    assert_eq!(metadata(&rig, "turn_started", sub), theirs["context"]["metadata"]);
}

#[test]
fn sessions_hang_under_turns_code_and_processes_too() {
    let rig = Rig::standard();
    let turn = rig.turn();
    turn.session("a").turn("t").complete("final_value");
    let block = turn.code_block_with_id("e", || "");
    block.session("b").turn("t").complete("final_value");
    drop(block);
    let process = turn.process("p");
    process.session("c").turn("t").complete("final_value");
    process.complete();
    turn.session_with(
        SessionOptions::new("d").caused_by(CausedBy::TriggerOccurrence { occurrence_id: "o".into() }),
    )
    .turn("t")
    .complete("final_value");
    rig.session().session("e").turn("t").complete("final_value");
    turn.complete("final_value");
    let parents: Vec<_> = rig
        .of_kind("turn_started")
        .iter()
        .map(|record| record.context.parent_graph_node_id.clone().unwrap())
        .collect();
    assert_eq!(parents, ["session:s", "turn:s:t0", "code:s:e", "process:p", "trigger:o", "session:e"]);
    let cause = |session: &str| metadata(&rig, "turn_started", session)["caused_by"].clone();
    assert_eq!(cause("a"), json!({"kind": "turn", "session_id": "s", "turn_id": "t0"}));
    assert_eq!(cause("b"), json!({"kind": "effect", "session_id": "s", "turn_id": "t0", "effect_id": "e"}));
    assert_eq!(cause("c"), json!({"kind": "process", "process_id": "p"}));
    assert_eq!(cause("d"), json!({"kind": "trigger_occurrence", "occurrence_id": "o"}));
    assert_eq!(cause("e"), Value::Null);
}

#[test]
fn a_turn_can_have_a_cause_of_its_own() {
    let rig = Rig::standard();
    let process = rig.session().process("p");
    let wake = CausedBy::process("p");
    rig.session().turn_with(TurnOptions::new("t").caused_by(wake.clone())).complete("final_value");
    process.complete();
    let start = &rig.of_kind("turn_started")[0];
    assert_eq!(start.context.parent_graph_node_id.as_deref(), Some("process:p"));
    assert_eq!(CausedBy::of(&start.context), Some(wake));
}

#[test]
fn every_cause_has_its_node_and_reads_back() {
    let text = |text: &str| text.to_owned();
    let causes = [
        (CausedBy::turn("s", "t"), "turn:s:t", Some("s")),
        (
            CausedBy::Effect { session_id: text("s"), turn_id: None, effect_id: text("e") },
            "effect:e",
            Some("s"),
        ),
        (CausedBy::tool_call("s", None, "c"), "tool:s:c", Some("s")),
        (CausedBy::process("p"), "process:p", None),
        (CausedBy::ProcessEvent { process_id: text("p"), sequence: 7 }, "process:p:7", None),
        (CausedBy::TriggerOccurrence { occurrence_id: text("o") }, "trigger:o", None),
        (CausedBy::SessionNode { session_id: text("s"), node_id: text("n") }, "node:s:n", Some("s")),
    ];
    for (cause, node, session) in causes {
        assert_eq!((cause.node_id().as_str(), cause.session_id()), (node, session));
        let value = serde_json::to_value(&cause).unwrap();
        let context = TraceContext::default().with_metadata("caused_by", value.clone());
        assert_eq!(CausedBy::of(&context).as_ref(), Some(&cause));
        let mut typed = value;
        let kind = typed.as_object_mut().unwrap().remove("kind").unwrap();
        typed["type"] = kind;
        assert_eq!(CausedBy::of(&TraceContext::default().with_metadata("caused_by", typed)), Some(cause));
    }
    assert_eq!(CausedBy::of(&TraceContext::default().with_metadata("caused_by", "someone")), None);
}

#[test]
fn a_session_has_a_context_and_goes_on_after_a_restart() {
    let rig = Rig::with(|builder| {
        let mut base = TraceContext::default();
        base.split = Some("train".to_owned());
        builder.base_context(base.with_metadata("host", "h").with_metadata("team", "red"))
    });
    let mut context = TraceContext::default();
    context.split = Some("test".to_owned());
    let context = context.with_metadata("team", "blue");
    let options = SessionOptions::new("s").metadata("client", "cli").context(context).first_turn_index(3);
    rig.recorder.session_with(options).turn("t").complete("final_value");
    let records = rig.done();
    assert_eq!(line(&records[0])["metadata"], json!({"client": "cli"}));
    for record in &records {
        assert_eq!(record.context.split.as_deref(), Some("test"));
        assert_eq!(line(record)["context"]["metadata"], json!({"host": "h", "team": "blue"}));
    }
    assert_eq!(records[1].context.turn_index, Some(3));
}

fn spend(turn: Turn) {
    let usage = TraceTokenUsage { input_tokens: 5, ..TraceTokenUsage::default() };
    turn.llm_call(|| TraceLlmRequest::new("m", vec![])).complete(TraceLlmResponse::default(), Some(usage));
    turn.prompt(|| Prompt::new("p").component("turn", "system", turn.node_id().unwrap()));
    turn.complete("assistant_message");
}

#[test]
fn a_later_handle_of_a_session_goes_on() {
    let rig = Rig::standard();
    spend(rig.recorder.session("c").turn("t0"));
    spend(rig.recorder.session("c").turn("t1"));
    rig.recorder.session("other").turn("t0").complete("assistant_message");
    let handle = rig.recorder.session("c");
    spend(rig.turn().session("c").turn("t2"));
    spend(handle.turn("t3"));
    let of = |kind: &str| -> Vec<Value> {
        let records =
            rig.done().into_iter().filter(|record| record.context.session_id.as_deref() == Some("c"));
        records.filter(|record| record.event.kind() == kind).map(|record| line(&record)).collect()
    };
    let each = |kind: &str, pointer: &str| -> Vec<Value> {
        of(kind).iter().map(|line| line.pointer(pointer).cloned().unwrap_or_default()).collect()
    };
    assert_eq!(of("session_started").len(), 1);
    assert_eq!(each("turn_started", "/context/turn_index"), [0, 1, 2, 3]);
    let calls = ["c:0:0:0", "c:1:0:0", "c:2:0:0", "c:3:0:0"];
    assert_eq!(each("llm_call_started", "/context/llm_call_id"), calls);
    assert_eq!(each("token_usage", "/cumulative/input_tokens"), [5, 10, 15, 20]);
    let drift = each("prompt_built", "/context/metadata/prompt_drift");
    assert_eq!(drift, [Value::Null, json!(["turn"]), json!(["turn"]), json!(["turn"])]);
    let parents = each("turn_started", "/context/parent_graph_node_id");
    assert_eq!(parents, ["session:c", "session:c", "turn:s:t0", "session:c"]);
    assert_eq!(handle.usage().input_tokens, 20);
}

#[test]
fn a_later_handle_keeps_what_made_the_session_start() {
    let rig = Rig::standard();
    let turn = rig.turn();
    let tool = turn.tool_call_with_id("c1", "spawn_agent", || json!({}));
    tool.session("sub").turn("t0").complete("assistant_message");
    tool.succeed(|| 1);
    turn.complete("assistant_message");
    rig.recorder.session("sub").turn("t1").complete("assistant_message");
    rig.recorder
        .session_with(SessionOptions::new("sub").caused_by(CausedBy::turn("s", "t0")).first_turn_index(1))
        .turn("t2")
        .complete("assistant_message");
    let starts = rig.of_kind("turn_started");
    let parents: Vec<_> =
        starts.iter().map(|start| start.context.parent_graph_node_id.as_deref().unwrap()).collect();
    assert_eq!(parents, ["session:s", "tool:s:c1", "tool:s:c1", "turn:s:t0"]);
    assert_eq!(starts[3].context.turn_index, Some(2));
}

#[test]
fn sessions_that_no_handle_holds_are_remembered_up_to_a_bound() {
    const MANY: usize = 30_000;
    let rig = Rig::standard();
    let index = |session: &str| {
        let turn = rig.recorder.session(session).turn_with(TurnOptions::unnamed());
        let index = turn.context().unwrap().turn_index.unwrap();
        turn.complete("assistant_message");
        index
    };
    let held = rig.recorder.session("held");
    held.turn("t0").complete("assistant_message");
    assert_eq!((index("first"), index("often")), (0, 0));
    for number in 0..MANY {
        drop(rig.recorder.session(number.to_string()));
        if number % 1_000 == 0 {
            assert_eq!(index("often"), number / 1_000 + 1);
        }
    }
    assert_eq!(index("held"), 1, "a handle holds it");
    assert_eq!(index("first"), 0, "forgotten");
    let started = |session: &str| {
        let of = |record: &&trace_core::TraceRecord| record.context.session_id.as_deref() == Some(session);
        rig.sink.records().iter().filter(of).filter(|record| record.event.kind() == "session_started").count()
    };
    assert_eq!((started("held"), started("often"), started("first")), (1, 1, 2));
    let recent = (MANY - 9_000).to_string();
    assert_eq!((index(&recent), started(&recent)), (0, 1), "remembered");
}
