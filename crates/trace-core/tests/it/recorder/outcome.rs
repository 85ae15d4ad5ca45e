//! One start and one end on every path.

use serde_json::{Value, json};
use trace_core::event::{EffectSubject, TraceLashlangMap, TraceLlmRequest, TraceToolCallOutput};
use trace_core::recorder::Turn;

use super::{Rig, diagnostic, json as line, panicking};

fn last_status(rig: &Rig) -> (Value, Value) {
    let turn = line(rig.of_kind("turn_completed").last().unwrap());
    (turn["status"].clone(), turn["done_reason"].clone())
}

#[test]
fn a_turn_ends_as_it_is_told() {
    type End = (fn(Turn), &'static str, &'static str);
    let ends: [End; 4] = [
        (|turn| turn.complete("assistant_message"), "completed", "assistant_message"),
        (|turn| turn.fail("max_turns"), "failed", "max_turns"),
        (Turn::cancel, "cancelled", "cancelled"),
        (drop, "cancelled", "cancelled"),
    ];
    for (end, status, reason) in ends {
        let rig = Rig::standard();
        end(rig.turn());
        assert_eq!(last_status(&rig), (json!(status), json!(reason)));
        assert_eq!(rig.of_kind("turn_completed").len(), 1);
    }
}

#[test]
fn a_turn_can_hand_over_to_another_frame() {
    let rig = Rig::standard();
    rig.turn().complete_with_frame_switch("frame-2");
    let end = line(&rig.of_kind("turn_completed")[0]);
    assert_eq!(end["done_reason"], "agent_frame_switch");
    assert_eq!(end["agent_frame_switch"], json!({"frame_id": "frame-2"}));
}

#[test]
fn what_is_dropped_was_cancelled() {
    let rig = Rig::standard();
    let turn = rig.turn();
    drop(turn.llm_call(|| TraceLlmRequest::new("m", vec![])));
    drop(turn.tool_call_with_id("c", "t", || json!({})));
    drop(turn.code_block(|| "code"));
    drop(turn.batch());
    drop(turn.process("p"));
    drop(turn);
    assert_eq!(line(&rig.of_kind("llm_call_failed")[0])["error"]["terminal_reason"], "cancelled");
    let tool = line(&rig.of_kind("tool_call_completed")[0]);
    assert_eq!(tool["output"]["outcome"]["status"], "cancelled");
    for phase in ["exec_code_failed", "batch_failed", "process_failed"] {
        let ends: Vec<_> = rig.done().iter().filter_map(|record| diagnostic(record, phase)).collect();
        assert_eq!(ends.len(), 1, "{phase}");
        assert_eq!(
            (&ends[0]["error"], &ends[0]["terminal_reason"]),
            (&json!("cancelled"), &json!("cancelled"))
        );
    }
    assert!(!rig.done().iter().any(|record| record.event.is_failed()));
}

#[test]
fn what_a_panic_drops_has_failed() {
    let rig = Rig::standard();
    panicking(|| {
        let turn = rig.turn();
        let _call = turn.llm_call(|| TraceLlmRequest::new("m", vec![]));
        let block = turn.code_block(|| "code");
        let _tool = block.tool_call_with_id("c", "t", || json!({}));
        panic!("the runtime's own");
    });
    assert_eq!(last_status(&rig), (json!("failed"), json!("runtime_error")));
    let call = line(&rig.of_kind("llm_call_failed")[0]);
    assert_eq!(call["error"], json!({"message": "the runtime panicked", "retryable": false}));
    let tool = line(&rig.of_kind("tool_call_completed")[0]);
    assert_eq!(tool["output"]["outcome"]["status"], "failure");
    let block = rig.done().iter().find_map(|record| diagnostic(record, "exec_code_failed")).unwrap();
    assert_eq!(block["error"], "the runtime panicked");
    assert_eq!(block["tool_calls"][0]["status"], "failure");
    let failed = rig.done().iter().filter(|record| record.event.is_failed()).count();
    assert_eq!(failed, 4, "the tool, the block, the model call, the turn");
}

#[test]
fn a_tool_call_ends_as_it_is_told() {
    let rig = Rig::standard();
    let turn = rig.turn();
    turn.tool_call("a", || json!({})).fail(json!({"message": "no such file"}));
    turn.tool_call("b", || json!({})).cancel("stopped");
    let mut output = TraceToolCallOutput::success(json!([1]));
    output.control = Some(json!({"stop": true}));
    turn.tool_call("c", || json!({})).complete(output);
    turn.complete("assistant_message");
    let outputs: Vec<_> =
        rig.of_kind("tool_call_completed").iter().map(|record| line(record)["output"].clone()).collect();
    assert_eq!(outputs[0]["outcome"], json!({"status": "failure", "payload": {"message": "no such file"}}));
    assert_eq!(outputs[1]["outcome"], json!({"status": "cancelled", "payload": "stopped"}));
    assert_eq!(
        outputs[2],
        json!({"outcome": {"status": "success", "payload": [1]}, "control": {"stop": true}})
    );
}

/// A text that cannot be made.
struct Broken;

impl From<Broken> for String {
    fn from(_: Broken) -> Self {
        panic!("the payload's own")
    }
}

impl From<Broken> for Value {
    fn from(_: Broken) -> Self {
        panic!("the payload's own")
    }
}

#[test]
fn a_payload_that_panics_leaves_a_failure() {
    let rig = Rig::standard();
    let turn = rig.turn();
    panicking(|| turn.tool_call("a", || json!({})).succeed(|| -> Value { panic!("the payload's own") }));
    panicking(|| turn.tool_call("b", || json!({})).fail(Broken));
    panicking(|| turn.tool_call("c", || json!({})).cancel(Broken));
    panicking(|| turn.llm_call(|| TraceLlmRequest::new("m", vec![])).cancel(Broken));
    panicking(|| turn.code_block(|| "code").fail(Broken));
    panicking(|| turn.batch().fail(Broken));
    panicking(|| turn.process("p").fail(Broken));
    let graph = turn.effect_execution(EffectSubject::new("e", "exec_code"), TraceLashlangMap::default);
    panicking(|| graph.node("n").fail(Broken));
    panicking(|| graph.fail(Broken));
    panicking(|| turn.fail(Broken));
    let failed = rig.done().iter().filter(|record| record.event.is_failed()).count();
    assert_eq!(failed, 10, "all of them, each once");
    let tool = line(&rig.of_kind("tool_call_completed")[0]);
    assert_eq!(tool["output"]["outcome"]["payload"], json!({"message": "the runtime panicked"}));
}
