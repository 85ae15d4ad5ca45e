//! What is not recorded is not built.

use std::cell::Cell;

use serde_json::{Value, json};
use trace_core::event::{
    EffectSubject, TraceEffectEnvelopeDiffEvent, TraceLashlangMap, TraceLlmRequest, TraceLlmResponse,
    TraceProviderRequestEvent, TraceProviderStreamEvent, TraceRuntimeStreamEvent,
};
use trace_core::recorder::{CodeOutput, Prompt};
use trace_core::{Recorder, Severity, TraceLevel};

use super::Rig;

fn extended_calls(recorder: &Recorder, built: &Cell<u32>) {
    let count = || built.set(built.get() + 1);
    let turn = recorder.session("s").turn("t0");
    let call = turn.llm_call(|| TraceLlmRequest::new("m", vec![]));
    call.provider_request(|| {
        count();
        TraceProviderRequestEvent::default()
    });
    call.provider_stream_event(|| {
        count();
        TraceProviderStreamEvent::default()
    });
    call.runtime_stream_event(|| {
        count();
        TraceRuntimeStreamEvent::default()
    });
    call.text_delta_with("x", |_| count());
    turn.effect_envelope_diff(|| {
        count();
        TraceEffectEnvelopeDiffEvent::default()
    });
    call.complete(TraceLlmResponse::default(), None);
    turn.complete("assistant_message");
}

#[test]
fn extended_payloads_are_built_at_extended_alone() {
    for (level, expected) in [(TraceLevel::Standard, 0), (TraceLevel::Extended, 5)] {
        let (rig, built) = (Rig::new(level), Cell::new(0));
        extended_calls(&rig.recorder, &built);
        assert_eq!(built.get(), expected);
        let extended = rig.done().iter().filter(|record| record.event.level().is_extended()).count();
        assert_eq!(extended, expected as usize);
    }
}

#[test]
fn without_a_sink_nothing_is_built_and_everything_works() {
    let recorder = Recorder::builder().trace_level(TraceLevel::Extended).build();
    let built = Cell::new(0);
    extended_calls(&recorder, &built);
    let count = || {
        built.set(built.get() + 1);
        Value::Null
    };
    let session = recorder.session("s");
    let turn = session.turn("t0");
    assert_eq!((turn.node_id(), turn.context()), (None, None));
    let tool = turn.tool_call("t", count);
    assert_eq!(tool.call_id(), None);
    let sub = tool.session("sub").turn("t0");
    sub.custom("c", count);
    drop(sub);
    tool.succeed(count);
    let call = turn.llm_call(|| {
        count();
        TraceLlmRequest::default()
    });
    let again = call.fail(trace_core::event::TraceError::default()).retry(|| {
        count();
        TraceLlmRequest::default()
    });
    assert_eq!(again.id(), None);
    drop(again);
    let block = turn.code_block(|| {
        count();
        ""
    });
    let graph = block.execution(|| {
        count();
        TraceLashlangMap::default()
    });
    graph.node("n").complete();
    graph.complete();
    block.complete(CodeOutput::new(""));
    turn.batch().complete();
    turn.process("p").complete();
    turn.prompt(|| {
        count();
        Prompt::new("")
    });
    turn.protocol_step("p", count);
    turn.log_with(Severity::Info, "t", "m", |_| {
        count();
    });
    turn.complete("assistant_message");
    assert_eq!(built.get(), 0);
    assert_eq!((recorder.failures(), recorder.flush_trace_sink().is_ok()), (0, true));
}

#[test]
fn execution_records_go_to_their_own_sink_alone() {
    let trace = std::sync::Arc::new(trace_core::AssertingTraceSink::default());
    let graphs = std::sync::Arc::new(trace_core::AssertingTraceSink::default());
    let run = |recorder: Recorder| {
        let turn = recorder.session("s").turn("t0");
        turn.effect_execution(EffectSubject::new("e", "exec_code"), TraceLashlangMap::default).complete();
        turn.tool_call("t", || json!({})).succeed(|| 1);
        turn.complete("assistant_message");
    };
    run(Recorder::builder().trace_sink(trace.clone()).execution_sink(graphs.clone()).build());
    trace.assert_complete();
    graphs.assert_complete();
    assert!(trace.records().iter().all(|record| record.event.kind() != "lashlang_execution"));
    assert_eq!(graphs.records().len(), 2);
    let only = std::sync::Arc::new(trace_core::AssertingTraceSink::default());
    run(Recorder::builder().execution_sink(only.clone()).build());
    assert_eq!(only.records().len(), 2);
    assert_eq!(only.records()[0].context.graph_node_id.as_deref(), Some("effect:e"));
}
