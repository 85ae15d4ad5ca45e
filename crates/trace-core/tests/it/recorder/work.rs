//! Code blocks, batches and processes.

use serde_json::{Value, json};
use trace_core::recorder::CodeOutput;

use super::{Rig, diagnostic};

fn payload(rig: &Rig, phase: &str) -> Value {
    rig.done().iter().find_map(|record| diagnostic(record, phase)).unwrap()
}

#[test]
fn a_code_block_rolls_up_its_tools() {
    let rig = Rig::standard();
    let turn = rig.turn();
    turn.tool_call_with_id("before", "grep", || json!({})).succeed(|| 1);
    let block = turn.code_block_with_id("exec-0", || "größe = 1");
    block.tool_call_with_id("c1", "glob", || json!({})).succeed(|| json!([]));
    let batch = block.batch_with_id("b");
    batch.tool_call_with_id("c2", "read", || json!({})).fail("no such file");
    batch.complete();
    let tool = block.tool_call_with_id("c3", "plan", || json!({}));
    tool.tool_call_with_id("c4", "grep", || json!({})).cancel("late");
    tool.succeed(|| 1);
    let mut output = CodeOutput::new("größe");
    output.observation_count = 1;
    output.terminal_finish = Some(json!({"reviewed": 1}));
    block.complete(output);
    turn.complete("final_value");

    assert_eq!(payload(&rig, "exec_code_started"), json!({"code": "größe = 1", "code_chars": 9}));
    let call = |id: &str, name: &str, duration: u64, status: &str| json!({"call_id": id, "name": name, "duration_ms": duration, "status": status});
    let expected = json!({
        "duration_ms": 110, "output": "größe", "output_chars": 5, "observation_count": 1,
        "observation_truncation": [], "error": null, "terminal_finish": {"reviewed": 1},
        "terminal_finish_present": true, "tool_call_count": 4,
        "tool_calls": [
            call("c1", "glob", 10, "success"),
            call("c2", "read", 10, "failure"),
            call("c4", "grep", 10, "cancelled"),
            call("c3", "plan", 30, "success"),
        ],
    });
    assert_eq!(payload(&rig, "exec_code_completed"), expected);
    let batch = payload(&rig, "batch_completed");
    assert_eq!(batch["tool_calls"], json!([call("c2", "read", 10, "failure")]));
    assert_eq!(payload(&rig, "batch_started"), json!({"batch_id": "b"}));
}

#[test]
fn code_that_fails_says_why() {
    let rig = Rig::standard();
    let turn = rig.turn();
    turn.code_block(|| "(").fail("syntax error");
    let mut output = CodeOutput::new("");
    output.error = Some("division by zero".to_owned());
    turn.code_block(|| "1/0").complete(output);
    turn.complete("assistant_message");
    let failed = payload(&rig, "exec_code_failed");
    assert_eq!((&failed["error"], &failed["tool_call_count"]), (&json!("syntax error"), &json!(0)));
    assert_eq!(payload(&rig, "exec_code_completed")["error"], "division by zero");
}

#[test]
fn a_process_outlives_its_turn_and_belongs_to_none() {
    let rig = Rig::standard();
    let turn = rig.turn();
    let block = turn.iteration(2).code_block_with_id("e", || "start review()");
    let process = block.process("p-1");
    block.complete(CodeOutput::new(""));
    turn.complete("final_value");
    process.tool_call_with_id("c", "notify", || json!({})).succeed(|| true);
    process.fail("review failed");
    let records = rig.done();
    let tool = records.iter().find(|record| record.event.kind() == "tool_call_started").unwrap();
    let context = serde_json::to_value(&tool.context).unwrap();
    assert_eq!(
        context,
        json!({"session_id": "s", "graph_node_id": "tool:s:c", "parent_graph_node_id": "process:p-1"})
    );
    assert_eq!(payload(&rig, "process_started"), json!({"process_id": "p-1"}));
    let end = payload(&rig, "process_failed");
    assert_eq!((&end["error"], &end["tool_call_count"]), (&json!("review failed"), &json!(1)));
    assert_eq!(payload(&rig, "exec_code_completed")["tool_call_count"], 0);
    assert!(rig.tree().contains(&"protocol_step process:p-1 < code:s:e".to_owned()));
}

#[test]
fn a_roll_up_lists_the_first_thousand_calls_and_counts_all() {
    let rig = Rig::standard();
    let turn = rig.turn();
    let block = turn.code_block(|| "for path in paths { read(path) }");
    let batch = block.batch();
    for call in 0..1_000 {
        batch.tool_call_with_id(call.to_string(), "read", || json!({})).succeed(|| 1);
    }
    batch.complete();
    block.tool_call_with_id("1000", "read", || json!({})).succeed(|| 1);
    block.complete(CodeOutput::new(""));
    turn.complete("final_value");
    for (phase, count, truncated) in
        [("batch_completed", 1_000, Value::Null), ("exec_code_completed", 1_001, json!(true))]
    {
        let payload = payload(&rig, phase);
        let listed = payload["tool_calls"].as_array().unwrap();
        assert_eq!((listed.len(), &listed[999]["call_id"]), (1_000, &json!("999")));
        assert_eq!(
            (&payload["tool_call_count"], &payload["tool_calls_truncated"]),
            (&json!(count), &truncated)
        );
    }
}
