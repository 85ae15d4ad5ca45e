//! Model calls: ids, retries, streams, tokens.

use serde_json::{Value, json};
use trace_core::TraceLevel;
use trace_core::event::{
    LlmCallCompleted, TraceError, TraceLlmRequest, TraceLlmResponse, TraceProviderRequestEvent,
    TraceProviderStreamEvent, TraceRuntimeStreamEvent, TraceTokenUsage,
};

use super::{Rig, json as line};

fn request() -> TraceLlmRequest {
    TraceLlmRequest::new("acme/large-4", vec![])
}

fn answer(text: &str) -> TraceLlmResponse {
    let mut answer = TraceLlmResponse::default();
    text.clone_into(&mut answer.text);
    answer
}

fn spent(input_tokens: i64, output_tokens: i64) -> TraceTokenUsage {
    TraceTokenUsage { input_tokens, output_tokens, ..TraceTokenUsage::default() }
}

#[test]
fn a_retry_is_the_failed_calls_sibling_and_names_it() {
    let rig = Rig::standard();
    let turn = rig.turn();
    let failed = turn.iteration(1).llm_call(request).fail(TraceError::new("rate limit", true));
    let call = failed.retry(request);
    assert_eq!(call.id(), Some("s:0:1:1"));
    call.complete(answer("hi"), None);
    turn.iteration(2).llm_call(request).cancel("stopped");
    turn.complete("assistant_message");
    let expected = [
        "session_started session:s < -",
        "turn_started turn:s:t0 < session:s",
        "llm_call_started llm:s:0:1:0 < turn:s:t0",
        "llm_call_failed llm:s:0:1:0 < turn:s:t0",
        "llm_call_started llm:s:0:1:1 < turn:s:t0",
        "llm_call_completed llm:s:0:1:1 < turn:s:t0",
        "llm_call_started llm:s:0:2:0 < turn:s:t0",
        "llm_call_failed llm:s:0:2:0 < turn:s:t0",
        "turn_completed turn:s:t0 < session:s",
    ];
    assert_eq!(rig.tree(), expected);
    let records = rig.done();
    assert_eq!(records[3].context.metadata.get("retry_of"), None);
    for record in &records[4..6] {
        assert_eq!(record.context.metadata.get("retry_of"), Some(&json!("s:0:1:0")));
        assert_eq!(record.context.llm_call_id.as_deref(), Some("s:0:1:1"));
    }
    assert!(records[6].context.metadata.is_empty());
}

/// Streams the same at both levels: one reading of the clock per chunk and level-gated record.
fn stream(level: TraceLevel) -> Rig {
    let rig = Rig::new(level);
    let turn = rig.turn();
    let call = turn.iteration(0).llm_call(request);
    call.provider_request(|| TraceProviderRequestEvent::of_body("acme", "responses", b"{}"));
    call.provider_stream_event(|| TraceProviderStreamEvent::of_chunk("acme", "delta", b"{\"t\":1}"));
    call.text_delta("Grüß");
    call.text_delta_with("", |chunk| chunk.raw_text = Some("<b>".to_owned()));
    call.runtime_stream_event(|| TraceRuntimeStreamEvent::new("usage"));
    call.text_delta("Gott!");
    call.complete(answer("Grüß Gott!"), None);
    turn.complete("assistant_message");
    rig
}

#[test]
fn a_stream_is_recorded_in_sequence() {
    let rig = stream(TraceLevel::Extended);
    let events: Vec<Value> = rig
        .done()
        .iter()
        .filter(|record| record.event.level() == TraceLevel::Extended)
        .inspect(|record| {
            assert_eq!(record.context.parent_graph_node_id.as_deref(), Some("llm:s:0:0:0"));
            assert_eq!(record.context.graph_node_id, None);
            assert_eq!(record.context.llm_call_id.as_deref(), Some("s:0:0:0"));
        })
        .map(|record| {
            let line = line(record);
            let event = &line["event"];
            json!([
                line["type"],
                event["sequence"],
                event["elapsed_ms"],
                event["visible_text"],
                event["raw_text"]
            ])
        })
        .collect();
    let expected = json!([
        ["provider_request", 0, 10, null, null],
        ["provider_stream_event", 1, 20, null, null],
        ["runtime_stream_event", 0, 30, "Grüß", null],
        ["runtime_stream_event", 1, 40, "", "<b>"],
        ["runtime_stream_event", 2, 50, null, null],
        ["runtime_stream_event", 3, 60, "Gott!", null],
    ]);
    assert_eq!(Value::from(events), expected);
}

#[test]
fn a_stream_is_summed_up_at_every_level() {
    for (level, times) in [(TraceLevel::Extended, [30, 60, 70]), (TraceLevel::Standard, [10, 30, 40])] {
        let end = line(&stream(level).of_kind("llm_call_completed")[0]);
        assert_eq!(
            end["stream_summary"],
            json!({
                "first_visible_token_latency_ms": times[0], "stream_duration_ms": times[1], "text_delta_count": 3,
                "visible_chunk_count": 2, "avg_visible_chunk_chars": 4.5, "max_visible_chunk_chars": 5,
            })
        );
        assert_eq!(end["response"]["duration_ms"], times[2]);
    }
}

#[test]
fn a_failed_stream_is_summed_up_too_and_none_is_no_summary() {
    let rig = Rig::standard();
    let turn = rig.turn();
    let call = turn.llm_call(request);
    call.text_delta("");
    call.fail(TraceError::new("connection reset", true));
    turn.llm_call(request).complete(answer("hi"), None);
    turn.complete("assistant_message");
    let failed = line(&rig.of_kind("llm_call_failed")[0]);
    assert_eq!(failed["stream_summary"]["text_delta_count"], 1);
    assert_eq!(failed["stream_summary"]["first_visible_token_latency_ms"], Value::Null);
    assert_eq!(failed["stream_summary"]["avg_visible_chunk_chars"], Value::Null);
    assert!(line(&rig.of_kind("llm_call_completed")[0]).get("stream_summary").is_none());
}

#[test]
fn a_turns_tokens_are_recorded_once_with_the_sessions_sum() {
    let rig = Rig::standard();
    let session = rig.session();
    for index in 0..2 {
        let turn = session.turn(format!("t{index}"));
        turn.llm_call(request).complete(answer("a"), Some(spent(10, 1)));
        turn.llm_call(request).complete(answer("b"), Some(spent(20, 2)));
        assert_eq!(turn.usage(), spent(30, 3));
        turn.complete("assistant_message");
    }
    session.turn("t2").complete("assistant_message");
    let records = rig.of_kind("token_usage");
    let usages = records.iter().map(|record| {
        let line = line(record);
        (line["usage"]["input_tokens"].clone(), line["cumulative"]["input_tokens"].clone())
    });
    let usages: Vec<_> = usages.collect();
    assert_eq!(usages, [(json!(30), json!(30)), (json!(30), json!(60))]);
    assert_eq!(records[1].context.parent_graph_node_id.as_deref(), Some("turn:s:t1"));
    assert_eq!(records[1].context.graph_node_id, None);
    assert_eq!(session.usage(), spent(60, 6));
}

#[test]
fn tokens_spent_outside_an_open_turn_are_recorded_at_once() {
    let rig = Rig::standard();
    let session = rig.session();
    session.llm_call(request).complete(answer("title"), Some(spent(5, 1)));
    let turn = session.turn("t0");
    let late = turn.llm_call(request);
    turn.complete("assistant_message");
    late.complete(answer("late"), Some(spent(7, 1)));
    let sums: Vec<_> = rig
        .of_kind("token_usage")
        .iter()
        .map(|record| line(record)["cumulative"]["input_tokens"].clone())
        .collect();
    assert_eq!(sums, [5, 12]);
    let calls = rig.of_kind("llm_call_started");
    assert_eq!(calls[0].context.llm_call_id.as_deref(), Some("s:-:0:0"));
    assert_eq!(calls[0].context.parent_graph_node_id.as_deref(), Some("session:s"));
}

#[test]
fn what_the_host_knows_better_is_kept() {
    let rig = Rig::standard();
    let turn = rig.turn();
    let mut response = answer("hi");
    response.duration_ms = 1234;
    let mut end = LlmCallCompleted::new(response, None);
    end.provider_usage = Some(json!({"prompt_tokens": 3}));
    end.stream_summary = Some(json!({"text_delta_count": 9}));
    let call = turn.llm_call(request);
    call.text_delta("hi");
    call.finish(end);
    turn.complete("assistant_message");
    let end = line(&rig.of_kind("llm_call_completed")[0]);
    assert_eq!(end["response"]["duration_ms"], 1234);
    assert_eq!(end["provider_usage"], json!({"prompt_tokens": 3}));
    assert_eq!(end["stream_summary"], json!({"text_delta_count": 9}));
}
