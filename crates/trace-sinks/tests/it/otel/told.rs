//! What spans say that only some records tell.

use opentelemetry_sdk::trace::SpanData;
use serde_json::{Value, json};
use trace_core::TraceRecord;
use trace_sinks::otel::{OtelOptions, SpanNames};

use super::made::{call, llm_completed, llm_failed, llm_started, turn, turn_completed, turn_started, with};
use super::support::{export, only, record, text};

fn gen_ai(records: &[TraceRecord]) -> Vec<SpanData> {
    export(records, OtelOptions::default().with_names(SpanNames::GenAi)).0
}

fn turn_with(start: &Value, request: &Value) -> Vec<TraceRecord> {
    let mut called = llm_started();
    called["request"] = with(called["request"].clone(), request);
    vec![
        record("r1", 0, turn("s", "t"), with(turn_started(), start)),
        record("r2", 1, call("s", "t", "c"), called),
        record("r3", 2, call("s", "t", "c"), llm_completed()),
        record("r4", 3, turn("s", "t"), turn_completed()),
    ]
}

#[test]
fn a_turn_is_named_after_its_agent() {
    let by_call = turn_with(&json!({}), &json!({"agent_name": "reviewer"}));
    let by_start = turn_with(&json!({"metadata": {"agent": "reviewer"}}), &json!({}));
    let mut by_session = turn_with(&json!({}), &json!({}));
    let context = json!({"session_id": "s", "graph_node_id": "session:s"});
    let started = json!({"type": "session_started", "metadata": {"agent": "reviewer"}});
    by_session.insert(0, record("r0", 0, context, started));
    for records in [by_call, by_start, by_session] {
        let spans = gen_ai(&records);
        let turn = only(&spans, "invoke_agent reviewer");
        assert_eq!(text(turn, "gen_ai.agent.name").as_deref(), Some("reviewer"));
        assert_eq!(text(turn, "gen_ai.request.model").as_deref(), Some("m"));
        let (spans, _) = export(&records, OtelOptions::default());
        assert_eq!(text(only(&spans, "lash.turn"), "gen_ai.agent.name").as_deref(), Some("reviewer"));
    }
    only(&gen_ai(&turn_with(&json!({}), &json!({}))), "invoke_agent");
}

fn chunk(usage: bool) -> Value {
    let mut event = json!({"sequence": 3, "elapsed_ms": 7, "event_name": "delta", "visible_text": "hé"});
    if usage {
        event["usage"] = llm_completed()["usage"].clone();
    }
    json!({"type": "runtime_stream_event", "event": event})
}

#[test]
fn what_streams_without_a_call_says_what_it_is() {
    let (spans, _) = export(&[record("r1", 0, turn("s", "t"), chunk(true))], OtelOptions::default());
    let span = only(&spans, "lash.runtime_stream_event");
    let expected = [
        ("lash.stream.event_name", "delta"),
        ("lash.stream.visible_chars", "2"),
        ("lash.usage.input_tokens", "10"),
    ];
    for (key, value) in expected {
        assert_eq!(text(span, key).as_deref(), Some(value), "{key}");
    }
    let keys = span.attributes.iter().map(|pair| pair.key.as_str());
    assert_eq!(keys.filter(|key| key.starts_with("gen_ai.usage")).count(), 0);
}

#[test]
fn payloads_go_along_when_asked() {
    let mut failed = llm_failed(false);
    failed["error"]["raw"] = "overloaded".into();
    failed["stream_summary"] = json!({"text_delta_count": 4});
    let metadata = json!({"metadata": {"input_item_count": 1}});
    let records = [
        record("r1", 0, turn("s", "t"), with(turn_started(), &metadata)),
        record("r2", 1, call("s", "t", "c"), failed),
    ];
    let mut options = OtelOptions::default();
    for payload in [false, true] {
        options.include_payload_json = payload;
        let (spans, _) = export(&records, options.clone());
        let call = only(&spans, "lash.llm");
        assert_eq!(text(call, "lash.error.raw"), payload.then(|| "overloaded".to_owned()));
        assert_eq!(text(call, "lash.llm.stream_summary_json").is_some(), payload);
        assert_eq!(text(call, "lash.stream.text_deltas").as_deref(), Some("4"));
        assert_eq!(text(only(&spans, "lash.turn"), "lash.metadata.json").is_some(), payload);
    }
}
