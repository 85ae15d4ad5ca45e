//! Handles across threads.

use std::collections::BTreeSet;

use serde_json::json;
use trace_core::Recorder;
use trace_core::event::{TraceLlmRequest, TraceLlmResponse, TraceTokenUsage};
use trace_core::recorder::{
    Batch, CodeBlock, ExecutionGraph, ExecutionNode, FailedLlmCall, LlmCall, Process, Scope, Session,
    ToolCall, Turn,
};

use super::Rig;

#[test]
fn handles_cross_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<(Recorder, Session, Turn, Scope, LlmCall, FailedLlmCall, ToolCall)>();
    crosses::<(CodeBlock, Batch, Process, ExecutionGraph, ExecutionNode)>();
}

#[test]
fn tools_run_in_many_threads_under_one_turn() {
    const THREADS: usize = 8;
    const CALLS: usize = 50;
    let rig = Rig::standard();
    let turn = rig.turn();
    let moved = turn.tool_call_with_id("moved", "t", || json!({}));
    std::thread::scope(|threads| {
        threads.spawn(move || moved.succeed(|| 1));
        for thread in 0..THREADS {
            let scope = turn.scope();
            threads.spawn(move || {
                for call in 0..CALLS {
                    let id = format!("{thread}-{call}");
                    scope.tool_call_with_id(id.as_str(), "t", || json!({})).succeed(|| id.as_str());
                    let usage = TraceTokenUsage { input_tokens: 1, ..TraceTokenUsage::default() };
                    let call = scope.llm_call(|| TraceLlmRequest::new("m", vec![]));
                    call.complete(TraceLlmResponse::default(), Some(usage));
                }
            });
        }
    });
    assert_eq!(turn.usage().input_tokens, 400);
    turn.complete("assistant_message");
    let tools = rig.of_kind("tool_call_completed");
    assert_eq!(tools.len(), THREADS * CALLS + 1);
    assert!(tools.iter().all(|tool| tool.context.parent_graph_node_id.as_deref() == Some("turn:s:t0")));
    let calls: BTreeSet<_> =
        rig.of_kind("llm_call_started").into_iter().map(|call| call.context.llm_call_id.unwrap()).collect();
    assert_eq!(calls.len(), THREADS * CALLS);
    let ids: BTreeSet<_> = rig.done().into_iter().map(|record| record.id).collect();
    assert_eq!(ids.len(), rig.done().len());
}
