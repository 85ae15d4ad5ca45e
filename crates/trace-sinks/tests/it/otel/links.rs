//! What spans link to, and what comes from other systems.

use opentelemetry_sdk::trace::SpanData;
use serde_json::{Value, json};
use trace_core::TraceRecord;
use trace_sinks::otel::OtelOptions;

use super::made::{
    call, llm_completed, llm_failed, llm_started, tool, tool_completed, tool_started, turn, turn_completed,
    turn_started, with,
};
use super::support::{example, export, only, record};

fn spans(records: &[TraceRecord]) -> Vec<SpanData> {
    export(records, OtelOptions::default()).0
}

fn links(span: &SpanData) -> Vec<(String, String)> {
    let ids = |context: &opentelemetry::trace::SpanContext| {
        (context.trace_id().to_string(), context.span_id().to_string())
    };
    span.links.iter().map(|link| ids(&link.span_context)).collect()
}

fn id(span: &SpanData) -> (String, String) {
    (span.span_context.trace_id().to_string(), span.span_context.span_id().to_string())
}

fn asking(ids: &[&str]) -> Value {
    let mut answer = llm_completed();
    let parts: Vec<Value> = ids.iter().map(|id| json!({"type": "tool_call", "call_id": id})).collect();
    answer["response"]["parts"] = parts.into();
    answer
}

#[test]
fn a_tool_call_links_to_the_answer_that_asked_for_it() {
    for has_start in [false, true] {
        let mut records = vec![
            record("r1", 0, call("s", "t", "c"), llm_started()),
            record("r2", 1, call("s", "t", "c"), asking(&["call_1", "call_2"])),
            record("r3", 2, tool("s", "t", "call_1"), tool_completed("call_1", "glob")),
        ];
        if has_start {
            records.insert(2, record("r2b", 2, tool("s", "t", "call_1"), tool_started("call_1", "glob")));
        }
        let spans = spans(&records);
        assert_eq!(links(only(&spans, "lash.tool")), [id(only(&spans, "lash.llm"))]);
    }
    let unasked = [
        record("r2", 1, call("s", "t", "c"), asking(&["call_2"])),
        record("r3", 2, tool("s", "t", "call_1"), tool_completed("call_1", "glob")),
    ];
    assert_eq!(links(only(&spans(&unasked), "lash.tool")), []);
}

#[test]
fn a_call_links_to_the_one_that_it_tries_again() {
    let again = with(call("s", "t", "c2"), &json!({"metadata": {"retry_of": "c1"}}));
    let spans = spans(&[
        record("r1", 0, call("s", "t", "c1"), llm_started()),
        record("r2", 1, call("s", "t", "c1"), llm_failed(true)),
        record("r3", 2, again.clone(), llm_started()),
        record("r4", 3, again, llm_completed()),
    ]);
    assert_eq!(links(&spans[1]), [id(&spans[0])]);
    assert_ne!(id(&spans[0]), id(&spans[1]));
}

#[test]
fn a_turn_links_to_the_one_before_it_and_to_no_later_one() {
    let at = |turn_id: &str, index: usize| with(turn("s", turn_id), &json!({"turn_index": index}));
    let mut records = Vec::new();
    for (ms, name, index) in [(0, "t0", 0), (10, "t1", 1), (20, "t2", 2), (30, "t1b", 1)] {
        records.push(record(&format!("a{ms}"), ms, at(name, index), turn_started()));
        records.push(record(&format!("b{ms}"), ms + 1, at(name, index), turn_completed()));
    }
    let spans = spans(&records);
    let expected = [vec![], vec![id(&spans[0])], vec![id(&spans[1])], vec![]];
    assert_eq!(spans.iter().map(links).collect::<Vec<_>>(), expected);
}

#[test]
fn a_turn_of_a_request_hangs_under_the_requests_span() {
    let remote = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let context =
        |traceparent: &str| with(turn("s", "t"), &json!({"metadata": {"traceparent": traceparent}}));
    let of = |traceparent: &str| {
        let call = record("r2", 1, call("s", "t", "c"), llm_completed());
        spans(&[
            record("r1", 0, context(traceparent), turn_started()),
            call,
            record("r3", 2, context(traceparent), turn_completed()),
        ])
    };
    let spans = of(remote);
    let turn = only(&spans, "lash.turn");
    assert_eq!(turn.parent_span_id.to_string(), "00f067aa0ba902b7");
    assert!(spans.iter().all(|span| id(span).0 == "4bf92f3577b34da6a3ce929d0e0e4736"));
    assert_eq!(only(&spans, "lash.llm").parent_span_id, turn.span_context.span_id());
    let zeros = "00-00000000000000000000000000000000-00f067aa0ba902b7-01";
    for wrong in ["", "00", zeros, &remote.replace("00-4", "ff-4"), &remote.replace('f', "x")] {
        let spans = of(wrong);
        assert_eq!(only(&spans, "lash.turn").parent_span_id.to_string(), "0000000000000000", "{wrong}");
    }
}

#[test]
fn a_link_says_why() {
    let (spans, _) = export(&example(), OtelOptions::default());
    let links = spans.iter().flat_map(|span| &span.links.links);
    let kinds: std::collections::BTreeSet<String> = links
        .map(|link| {
            let kind = link.attributes.iter().find(|pair| pair.key.as_str() == "lash.link.kind");
            kind.unwrap().value.to_string()
        })
        .collect();
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        ["parent", "previous_turn", "requested_by", "retry_of", "started_by"]
    );
}
