//! Records in any order, repeated or lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::time::Duration;

use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::SpanData;
use proptest::prelude::*;
use trace_core::TraceRecord;
use trace_core::event::{ToolCallCompleted, ToolCallStarted, TraceToolCallOutput};
use trace_core::{Recorder, TraceContext};
use trace_sinks::MemoryTraceSink;
use trace_sinks::otel::{OtelOptions, OtelReport, SpanNames, TraceScope};

use super::support::{example, export, seed, text};

/// What is the same about a span, whatever order its records came in.
fn gist(span: &SpanData) -> (String, SpanId, String) {
    (span.span_context.trace_id().to_string(), span.parent_span_id, span.name.to_string())
}

fn gists(spans: &[SpanData]) -> BTreeMap<String, (String, SpanId, String)> {
    spans.iter().map(|span| (span.span_context.span_id().to_string(), gist(span))).collect()
}

fn spans(records: &[TraceRecord]) -> (Vec<SpanData>, OtelReport) {
    export(records, OtelOptions::default())
}

#[test]
fn a_replay_gives_the_same_spans() {
    for name in ["seed-v2-1k", "seed-v2-10k"] {
        let (records, _) = seed(name);
        assert_eq!(spans(&records).0, spans(&records).0);
    }
}

#[test]
fn repeated_records_add_nothing() {
    let (records, _) = seed("seed-v2-1k");
    let (once, _) = spans(&records);
    let doubled: Vec<TraceRecord> =
        records.iter().flat_map(|record| [record.clone(), record.clone()]).collect();
    let (twice, report) = spans(&doubled);
    let (expected, found) = (gists(&once), gists(&twice));
    let odd = found.iter().filter(|(id, gist)| expected.get(*id) != Some(gist));
    assert_eq!(odd.collect::<Vec<_>>(), []);
    assert_eq!(expected.len(), found.len());
    assert!(report.repeated > 0);
    let appended: Vec<TraceRecord> = records.iter().chain(&records).cloned().collect();
    let (again, _) = spans(&appended);
    let ids = |spans: &[SpanData]| gists(spans).into_keys().collect::<BTreeSet<_>>();
    assert_eq!(ids(&once), ids(&again));
}

#[test]
fn an_end_without_a_start_counts_back_from_its_duration() {
    let started = ToolCallStarted::new(Some("call-1".to_owned()), "glob", serde_json::json!({}));
    let ended = ToolCallCompleted::new(started, TraceToolCallOutput::success(1), 250);
    let context = TraceContext::for_session("chat-1").with_turn("turn-0", 0);
    let (spans, _) = spans(&[TraceRecord::new(context, ended)]);
    let duration = spans[0].end_time.duration_since(spans[0].start_time).unwrap();
    assert_eq!(duration, Duration::from_millis(250));
}

#[test]
fn what_is_open_at_shutdown_is_sent_as_incomplete_and_revised_when_its_end_comes() {
    let (records, _) = seed("seed-v2-1k");
    let (some, report) = spans(&records[..500]);
    let incomplete = some.iter().filter(|span| text(span, "lash.span.incomplete").is_some());
    assert_eq!(incomplete.count() as u64, report.incomplete);
    assert!(report.incomplete > 0);
    // Closed for being idle, and ended after all.
    let mut options = OtelOptions::default();
    options.open.time_to_live = Some(Duration::from_millis(1));
    let (hasty, report) = export(&records, options);
    assert!(report.incomplete > 0);
    let revised: Vec<&SpanData> =
        hasty.iter().filter(|span| text(span, "lash.span.revised").is_some()).collect();
    assert!(!revised.is_empty());
    for span in revised {
        let first =
            hasty.iter().find(|first| first.span_context.span_id() == span.span_context.span_id()).unwrap();
        assert_eq!((gist(first), first.start_time), (gist(span), span.start_time));
        assert!(text(first, "lash.span.incomplete").is_some());
        assert!(text(span, "lash.span.incomplete").is_none());
    }
}

#[test]
fn open_spans_are_bounded() {
    let (records, _) = seed("seed-v2-10k");
    let mut options = OtelOptions::default();
    options.open.limit = 16;
    let (_, report) = export(&records, options);
    assert!(report.incomplete > 0);
}

#[test]
fn our_own_recorder_nests_everything() {
    let sink = std::sync::Arc::new(MemoryTraceSink::new());
    let recorder = Recorder::builder().trace_sink(sink.clone()).build();
    let turn = recorder.session("chat-1").turn("turn-0");
    let call = turn.tool_call_with_id("call-1", "spawn_agent", || "look".into());
    let child = call.session("chat-1.1");
    let inner = child.turn("turn-0");
    let batch = inner.batch();
    batch.tool_call("glob", || "*.rs".into()).succeed(|| 1);
    batch.complete();
    inner.complete("assistant_message");
    call.succeed(|| "done");
    turn.complete("assistant_message");
    let (spans, _) = spans(&sink.records());
    let named = |name: &str, session: &str| {
        let found =
            |span: &&SpanData| span.name == name && text(span, "session.id").as_deref() == Some(session);
        spans.iter().find(found).unwrap_or_else(|| panic!("{name} of {session}"))
    };
    let chain = [
        named("lash.turn", "chat-1"),
        named("lash.tool", "chat-1"),
        named("lash.turn", "chat-1.1"),
        named("lash.batch", "chat-1.1"),
        named("lash.tool", "chat-1.1"),
    ];
    for pair in chain.windows(2) {
        assert_eq!(pair[1].parent_span_id, pair[0].span_context.span_id(), "{pair:#?}");
        assert_eq!(pair[1].span_context.trace_id(), chain[0].span_context.trace_id());
    }
}

fn cases() -> &'static [TraceRecord] {
    static CASES: OnceLock<Vec<TraceRecord>> = OnceLock::new();
    CASES.get_or_init(|| seed("seed-v2-1k").0.into_iter().chain(example()).collect())
}

fn options() -> impl Strategy<Value = OtelOptions> {
    let scopes = prop_oneof![Just(TraceScope::Turn), Just(TraceScope::Session), Just(TraceScope::Run)];
    let names = prop_oneof![Just(SpanNames::Seed), Just(SpanNames::GenAi)];
    (scopes, names, prop_oneof![Just(8usize), Just(65_536)], any::<bool>()).prop_map(
        |(scope, names, limit, hasty)| {
            let mut options = OtelOptions::default().with_scope(scope).with_names(names);
            options.open.limit = limit;
            if hasty {
                options.open.time_to_live = Some(Duration::from_millis(50));
            }
            options
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// `export` checks the tree, the ids and the times, and that what was built was exported.
    #[test]
    fn any_interleaving_loss_or_repetition_gives_a_valid_tree(
        (picks, options) in (prop::collection::vec(0..cases().len(), 0..400), options())
    ) {
        export(picks.iter().map(|&pick| &cases()[pick]), options);
    }

    #[test]
    fn nearby_records_may_change_places(
        (swaps, options) in (prop::collection::vec((0..cases().len() - 20, 0..20usize), 0..300), options())
    ) {
        let mut records: Vec<&TraceRecord> = cases().iter().collect();
        for (at, by) in swaps {
            records.swap(at, at + by);
        }
        export(records, options);
    }
}
