//! What spans are called and what they say.

use std::collections::{BTreeMap, BTreeSet};

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry_sdk::trace::SpanData;
use trace_core::event::{
    LlmCallCompleted, LlmCallFailed, LlmCallStarted, Log, ToolCallStarted, TraceError, TraceLlmRequest,
    TraceLlmResponse, TraceTokenUsage,
};
use trace_core::{Severity, TraceContext, TraceRecord};
use trace_sinks::otel::{ContentCapture, OtelOptions, SpanNames};

use super::support::{example, export, seed, text};

fn names(spans: &[SpanData]) -> BTreeSet<&str> {
    spans.iter().map(|span| &*span.name).collect()
}

#[test]
fn every_kind_has_its_family() {
    let (seed, _) = seed("seed-v2-10k");
    let records: Vec<TraceRecord> = seed.into_iter().chain(example()).collect();
    let (spans, _) = export(&records, OtelOptions::default());
    let expected = [
        "lash.batch",
        "lash.custom",
        "lash.exec_code",
        "lash.lashlang_execution",
        "lash.llm",
        "lash.log",
        "lash.observation_projection",
        "lash.process",
        "lash.prompt",
        "lash.protocol_step",
        "lash.run",
        "lash.runtime_event",
        "lash.session",
        "lash.token_usage",
        "lash.tool",
        "lash.turn",
    ];
    let found: Vec<&str> = names(&spans).into_iter().collect();
    let rare = ["lash.effect_envelope_diff", "lash.unknown", "lash.uncaught_error", "lash.records_dropped"];
    let found: Vec<&str> = found.into_iter().filter(|name| !rare.contains(name)).collect();
    assert_eq!(found, expected);
}

#[test]
fn another_prefix_is_everywhere() {
    let options = OtelOptions::default().with_prefix("acme");
    let (spans, _) = export(&example(), options);
    for span in &spans {
        let keys = span.attributes.iter().map(|pair| pair.key.as_str());
        assert!(
            span.name.starts_with("acme.") && keys.clone().all(|key| !key.starts_with("lash.")),
            "{span:?}"
        );
        assert!(text(span, "acme.span").unwrap().starts_with("acme."));
    }
}

#[test]
fn the_conventions_names_fold_moments_into_events() {
    let (spans, _) = export(&example(), OtelOptions::default().with_names(SpanNames::GenAi));
    let found = names(&spans);
    assert!(found.contains("invoke_agent reviewer") && found.contains("execute_tool read_file"), "{found:?}");
    assert!(found.iter().any(|name| name.starts_with("chat ")), "{found:?}");
    assert!(found.iter().all(|name| !name.starts_with("lash.")), "{found:?}");
    let events: BTreeSet<String> =
        spans.iter().flat_map(|span| span.events.iter().map(|event| event.name.to_string())).collect();
    assert!(events.contains("lash.prompt") && events.contains("lash.token_usage"), "{events:?}");
}

fn call(end: TraceRecord, request: TraceLlmRequest, options: OtelOptions) -> SpanData {
    let start = TraceRecord::new(end.context.clone(), LlmCallStarted::new(request));
    let (mut spans, _) = export(&[start, end], options);
    spans.remove(0)
}

fn context() -> TraceContext {
    TraceContext::for_session("chat-1").with_turn("turn-0", 0).with_llm_call("c1")
}

#[test]
fn a_call_says_what_the_conventions_ask() {
    let mut request = TraceLlmRequest::new("acme/large-4", vec![]);
    request.provider = Some("Azure OpenAI".to_owned());
    let mut response = TraceLlmResponse::new("hello", 12);
    response.id = Some("resp-1".to_owned());
    response.model = Some("acme/large-4-0613".to_owned());
    response.terminal_reason = Some("tool_use".to_owned());
    let usage = TraceTokenUsage {
        input_tokens: 10,
        output_tokens: 7,
        cache_read_input_tokens: 90,
        cache_write_input_tokens: 5,
        reasoning_output_tokens: 3,
    };
    let end = TraceRecord::new(context(), LlmCallCompleted::new(response, Some(usage)));
    let span = call(end, request, OtelOptions::default());
    assert_eq!(span.span_kind, SpanKind::Client);
    assert_eq!(span.status, Status::Unset);
    let expected: BTreeMap<&str, &str> = [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "azure.ai.openai"),
        ("gen_ai.request.model", "acme/large-4"),
        ("gen_ai.request.stream", "true"),
        ("gen_ai.response.model", "acme/large-4-0613"),
        ("gen_ai.response.id", "resp-1"),
        ("gen_ai.response.finish_reasons", "[\"tool_call\"]"),
        ("gen_ai.usage.input_tokens", "105"),
        ("gen_ai.usage.output_tokens", "7"),
        ("gen_ai.usage.cache_read.input_tokens", "90"),
        ("gen_ai.usage.cache_write.input_tokens", "5"),
        ("gen_ai.usage.cache_creation.input_tokens", "5"),
        ("gen_ai.usage.reasoning.output_tokens", "3"),
        ("gen_ai.conversation.id", "chat-1"),
        ("session.id", "chat-1"),
    ]
    .into();
    for (key, value) in expected {
        assert_eq!(text(&span, key).as_deref(), Some(value), "{key}");
    }
}

#[test]
fn a_cancelled_call_is_no_error() {
    let end = |error| TraceRecord::new(context(), LlmCallFailed::new(error));
    let request = TraceLlmRequest::new("m", vec![]);
    let cancelled = call(end(TraceError::cancelled("stopped")), request.clone(), OtelOptions::default());
    assert_eq!(cancelled.status, Status::Unset);
    assert_eq!(text(&cancelled, "error.type"), None);
    assert_eq!(text(&cancelled, "error.message"), None);
    assert_eq!(text(&cancelled, "lash.llm.status").as_deref(), Some("cancelled"));
    let mut error = TraceError::new("rate limited", true);
    error.code = Some("429".to_owned());
    let failed = call(end(error), request, OtelOptions::default());
    assert_eq!(failed.status, Status::error("rate limited"));
    assert_eq!(text(&failed, "error.type").as_deref(), Some("429"));
}

#[test]
fn content_goes_along_only_when_asked() {
    let is_content = |span: &SpanData, key: &str| text(span, key).is_some();
    let has = |content, key: &str| {
        let (spans, _) = export(&example(), OtelOptions::default().with_content(content));
        spans.iter().any(|span| is_content(span, key))
    };
    let expected = [
        ("gen_ai.input.messages", [false, false, true]),
        ("gen_ai.output.messages", [false, false, true]),
        ("gen_ai.tool.call.arguments", [false, true, true]),
        ("gen_ai.tool.call.result", [false, true, true]),
    ];
    for (key, expected) in expected {
        let levels = [ContentCapture::Off, ContentCapture::ToolsOnly, ContentCapture::Full];
        assert_eq!(levels.map(|content| has(content, key)), expected, "{key}");
    }
}

#[test]
fn a_turn_says_what_it_was_asked_and_what_it_answered_last() {
    let (spans, _) = export(&example(), OtelOptions::default().with_content(ContentCapture::Full));
    let first = spans.iter().find(|span| text(span, "lash.context.turn_id").as_deref() == Some("turn-1"));
    let trace = first.unwrap().span_context.trace_id();
    let turn =
        spans.iter().find(|span| span.name == "lash.turn" && span.span_context.trace_id() == trace).unwrap();
    let calls = spans.iter().filter(|span| span.name == "lash.llm" && span.span_context.trace_id() == trace);
    let last = calls.max_by_key(|span| span.start_time).unwrap();
    assert_eq!(text(turn, "gen_ai.output.messages"), text(last, "gen_ai.output.messages"));
    let question: serde_json::Value =
        serde_json::from_str(&text(turn, "gen_ai.input.messages").unwrap()).unwrap();
    assert_eq!((question.as_array().unwrap().len(), &question[0]["role"]), (1, &"user".into()));
}

#[test]
fn long_errors_and_events_are_cut_too() {
    let mut options = OtelOptions::default().with_names(SpanNames::GenAi);
    options.limits.value_bytes = 100;
    let error = TraceError::new("a long story ".repeat(100), false);
    let log = Log::new(Severity::Warn, "host", "a long story ".repeat(100));
    let records = [
        TraceRecord::new(context(), LlmCallStarted::new(TraceLlmRequest::new("m", vec![]))),
        TraceRecord::new(context(), log),
        TraceRecord::new(context(), LlmCallFailed::new(error)),
    ];
    let (spans, _) = export(&records, options);
    let Status::Error { description } = &spans[0].status else { panic!("{:?}", spans[0].status) };
    assert!(description.len() <= 100 && description.contains("[+"), "{description}");
    let message = spans[0].events[0].attributes.iter().find(|pair| pair.key.as_str() == "lash.log.message");
    assert!(message.unwrap().value.as_str().len() <= 100);
}

#[test]
fn large_content_stays_json_and_is_named() {
    let mut options = OtelOptions::default().with_content(ContentCapture::ToolsOnly);
    options.limits.value_bytes = 200;
    let args = serde_json::json!({"path": "a".repeat(5000), "n": 1});
    let start = ToolCallStarted::new(Some("call-1".to_owned()), "write", args);
    let (spans, _) = export(&[TraceRecord::new(TraceContext::for_session("chat-1"), start)], options);
    let json = text(&spans[0], "gen_ai.tool.call.arguments").unwrap();
    assert!(json.len() <= 200);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["n"], 1);
    assert_eq!(text(&spans[0], "lash.truncated").unwrap(), "[\"gen_ai.tool.call.arguments\"]");
}

#[test]
fn a_stream_is_counted_not_copied() {
    let (spans, _) = export(&example(), OtelOptions::default());
    let calls: Vec<&SpanData> = spans.iter().filter(|span| span.name == "lash.llm").collect();
    let chunks: i64 =
        calls.iter().filter_map(|span| text(span, "lash.stream.chunks")?.parse::<i64>().ok()).sum();
    assert_eq!(chunks, 114);
    assert!(calls.iter().all(|span| span.events.iter().all(|event| event.name == "lash.provider_request")));
    assert!(
        calls.iter().filter(|span| text(span, "gen_ai.response.time_to_first_chunk").is_some()).count() >= 8
    );
    let mut options = OtelOptions::default();
    options.raw_stream_events = true;
    let (spans, _) = export(&example(), options);
    let most = spans.iter().map(|span| span.events.len()).max().unwrap();
    assert!((10..=65).contains(&most), "{most}");
}
