//! Nodes and parents.

use serde_json::json;
use trace_core::event::{TraceLlmRequest, TraceLlmResponse};
use trace_core::recorder::{CodeOutput, TurnOptions};
use trace_core::{Severity, TraceContext, TraceEvent};

use super::{Rig, json as line};

#[test]
fn every_record_hangs_where_the_schema_says() {
    let rig = Rig::standard();
    let turn = rig.turn();
    let call = turn.iteration(0).llm_call(|| TraceLlmRequest::new("m", vec![]));
    call.complete(TraceLlmResponse::default(), None);
    turn.tool_call_with_id("c1", "grep", || json!({})).succeed(|| "x");
    let block = turn.code_block_with_id("exec-0", || "1");
    block.tool_call_with_id("c2", "glob", || json!({})).succeed(|| "y");
    let batch = block.batch_with_id("b0");
    batch.tool_call_with_id("c3", "cat", || json!({})).succeed(|| "z");
    batch.complete();
    block.complete(CodeOutput::new("done"));
    let tool = turn.tool_call_with_id("c4", "plan", || json!({}));
    tool.log(Severity::Info, "plan", "thinking");
    tool.tool_call_with_id("c5", "grep", || json!({})).succeed(|| "w");
    tool.succeed(|| "v");
    turn.protocol_step("loop", || json!({"step": "finish"}));
    turn.complete("assistant_message");
    let expected = [
        "session_started session:s < -",
        "turn_started turn:s:t0 < session:s",
        "llm_call_started llm:s:0:0:0 < turn:s:t0",
        "llm_call_completed llm:s:0:0:0 < turn:s:t0",
        "tool_call_started tool:s:c1 < turn:s:t0",
        "tool_call_completed tool:s:c1 < turn:s:t0",
        "protocol_step code:s:exec-0 < turn:s:t0",
        "tool_call_started tool:s:c2 < code:s:exec-0",
        "tool_call_completed tool:s:c2 < code:s:exec-0",
        "protocol_step batch:s:b0 < code:s:exec-0",
        "tool_call_started tool:s:c3 < batch:s:b0",
        "tool_call_completed tool:s:c3 < batch:s:b0",
        "protocol_step batch:s:b0 < code:s:exec-0",
        "protocol_step code:s:exec-0 < turn:s:t0",
        "tool_call_started tool:s:c4 < turn:s:t0",
        "log - < tool:s:c4",
        "tool_call_started tool:s:c5 < tool:s:c4",
        "tool_call_completed tool:s:c5 < tool:s:c4",
        "tool_call_completed tool:s:c4 < turn:s:t0",
        "protocol_step - < turn:s:t0",
        "turn_completed turn:s:t0 < session:s",
    ];
    assert_eq!(rig.tree(), expected);
}

#[test]
fn a_tool_call_is_one_exact_pair() {
    let mut base = TraceContext::default();
    base.run_id = Some("run-1".to_owned());
    let base = base.with_metadata("team", "red");
    let next = std::sync::atomic::AtomicU32::new(0);
    let ids = move || format!("id-{}", next.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    let rig = Rig::with(|builder| builder.base_context(base).ids(ids));
    let turn = rig.turn();
    turn.iteration(3).tool_call_with_id("c1", "read", || json!({"path": "a"})).succeed(|| "text");
    turn.complete("assistant_message");
    let records = rig.done();
    let context = json!({
        "run_id": "run-1", "session_id": "s", "turn_id": "t0", "turn_index": 0, "protocol_iteration": 3,
        "graph_node_id": "tool:s:c1", "parent_graph_node_id": "turn:s:t0", "metadata": {"team": "red"},
    });
    assert_eq!(
        line(&records[2]),
        json!({
            "schema_version": 2, "id": "id-2", "timestamp": "2024-10-04T00:00:00.020+00:00", "context": context,
            "type": "tool_call_started", "call_id": "c1", "name": "read", "args": {"path": "a"},
        })
    );
    assert_eq!(
        line(&records[3]),
        json!({
            "schema_version": 2, "id": "id-3", "timestamp": "2024-10-04T00:00:00.030+00:00", "context": context,
            "type": "tool_call_completed", "call_id": "c1", "name": "read", "args": {"path": "a"},
            "output": {"outcome": {"status": "success", "payload": "text"}}, "duration_ms": 10,
        })
    );
}

#[test]
fn turns_without_an_id_are_known_by_their_index() {
    let rig = Rig::standard();
    let session = rig.session();
    session
        .turn_with(TurnOptions::unnamed().index(4).metadata("input_item_count", 1))
        .complete("final_value");
    session.turn_with(TurnOptions::unnamed()).complete("final_value");
    session.turn("").complete("final_value");
    let starts = rig.of_kind("turn_started");
    let nodes: Vec<_> =
        starts.iter().map(|record| record.context.graph_node_id.as_deref().unwrap()).collect();
    assert_eq!(nodes, ["turn:s:idx4", "turn:s:idx5", "turn:s:idx6"]);
    assert!(starts.iter().all(|record| record.context.turn_id.is_none()));
    assert_eq!(line(&starts[0])["metadata"], json!({"input_item_count": 1}));
}

#[test]
fn generated_ids_are_distinct() {
    let rig = Rig::standard();
    let turn = rig.turn();
    let (one, two) = (turn.tool_call("a", || json!({})), turn.tool_call("a", || json!({})));
    assert_ne!(one.call_id().unwrap(), two.call_id().unwrap());
    one.succeed(|| 1);
    two.succeed(|| 2);
    turn.complete("assistant_message");
    let mut ids: Vec<_> = rig.done().into_iter().map(|record| record.id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 7);
    assert!(ids.is_sorted(), "ids of one thread rise: {ids:?}");
}

#[test]
fn what_belongs_to_no_session_stands_alone() {
    let rig = Rig::standard();
    rig.recorder.log_with(Severity::Error, "boot", "no config", |line| {
        line.fields.insert("path".to_owned(), "a.toml".into());
    });
    rig.session().custom("host.checkpoint", || json!({"ok": true}));
    let context = TraceContext::for_session("other");
    rig.recorder.record(&context, trace_core::event::Custom::new("raw", json!(1)));
    assert_eq!(
        rig.tree(),
        ["log - < -", "session_started session:s < -", "custom - < session:s", "custom - < -"]
    );
    let records = rig.done();
    assert!(matches!(&records[0].event, TraceEvent::Log(line) if line.fields["path"] == "a.toml"));
    assert_eq!(records[3].context.session_id.as_deref(), Some("other"));
}

#[test]
fn a_node_is_never_its_own_parent() {
    let rig = Rig::standard();
    let turn = rig.turn();
    let tool = turn.tool_call_with_id("call_0", "plan", || json!({}));
    tool.tool_call_with_id("call_0", "grep", || json!({})).succeed(|| 1);
    tool.log(Severity::Info, "plan", "thinking");
    let batch = turn.batch_with_id("b");
    drop(batch.batch_with_id("b"));
    let block = turn.code_block_with_id("e", || "");
    drop(block.code_block_with_id("e", || ""));
    let process = turn.process("p");
    drop(process.process("p"));
    drop(turn.session("s").turn("t0"));
    let lines: Vec<_> = rig.sink.records().iter().map(super::branch).collect();
    let of = |node: &str| lines.iter().filter(|line| line.contains(node)).collect::<Vec<_>>();
    assert_eq!(of("started tool:s:call_0"), ["tool_call_started tool:s:call_0 < turn:s:t0"; 2]);
    assert_eq!(of("log"), ["log - < tool:s:call_0"]);
    assert_eq!(of("batch:"), ["protocol_step batch:s:b < turn:s:t0"; 3]);
    assert_eq!(of("code:"), ["protocol_step code:s:e < turn:s:t0"; 3]);
    assert_eq!(of("process:"), ["protocol_step process:p < turn:s:t0"; 3]);
    assert_eq!(of("turn_started"), ["turn_started turn:s:t0 < session:s"; 2]);
}
