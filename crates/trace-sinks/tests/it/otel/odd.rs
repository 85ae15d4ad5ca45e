//! Ids that repeat or are missing.

use opentelemetry::trace::{SpanId, Status};
use opentelemetry_sdk::trace::SpanData;
use serde_json::json;
use trace_core::TraceRecord;
use trace_sinks::otel::{OtelOptions, OtelReport};

use super::made::{
    call, llm_completed, llm_failed, llm_started, tool, tool_completed, tool_started, turn, turn_completed,
    turn_started,
};
use super::support::{export, only, record, text};

fn spans(records: &[TraceRecord]) -> (Vec<SpanData>, OtelReport) {
    export(records, OtelOptions::default())
}

#[test]
fn a_repeated_answer_is_not_spent_twice() {
    let end = record("r3", 2, call("s", "t", "c"), llm_completed());
    let records = [
        record("r1", 0, turn("s", "t"), turn_started()),
        record("r2", 1, call("s", "t", "c"), llm_started()),
        end.clone(),
        end,
        record("r4", 3, turn("s", "t"), turn_completed()),
    ];
    let (spans, report) = spans(&records);
    assert_eq!(text(only(&spans, "lash.turn"), "lash.turn.usage.input_tokens").unwrap(), "10");
    assert_eq!(text(only(&spans, "lash.turn"), "lash.turn.llm_calls").unwrap(), "1");
    assert_eq!(report.repeated, 1);
}

#[test]
fn a_tool_call_whose_id_comes_again_in_its_turn_is_another_call() {
    let mut records = vec![record("t0", 0, turn("s", "t"), turn_started())];
    for (at, name) in [(10, "glob"), (20, "grep"), (30, "glob")] {
        records.push(record(&format!("a{at}"), at, tool("s", "t", "call_0"), tool_started("call_0", name)));
        let inside = json!({"session_id": "s", "turn_id": "t", "parent_graph_node_id": "tool:call_0"});
        let custom = json!({"type": "custom", "name": name, "payload": 1});
        records.push(record(&format!("i{at}"), at + 1, inside, custom));
        records.push(record(
            &format!("b{at}"),
            at + 5,
            tool("s", "t", "call_0"),
            tool_completed("call_0", name),
        ));
    }
    records.push(record("t1", 50, turn("s", "t"), turn_completed()));
    let (once, report) = spans(&records);
    let calls: Vec<&SpanData> = once.iter().filter(|span| span.name == "lash.tool").collect();
    assert_eq!((calls.len(), report.repeated, report.incomplete), (3, 0, 0));
    for call in &calls {
        assert_eq!(call.end_time.duration_since(call.start_time).unwrap().as_millis(), 5);
        let is_inside = |span: &&SpanData| {
            span.name == "lash.custom" && text(span, "lash.custom.name") == text(call, "lash.tool.name")
        };
        let inside: Vec<SpanId> = once.iter().filter(is_inside).map(|span| span.parent_span_id).collect();
        assert!(inside.contains(&call.span_context.span_id()), "{inside:?}");
    }
    let twice: Vec<TraceRecord> = records.iter().chain(&records).cloned().collect();
    assert_eq!(spans(&twice).0.len(), once.len());
    let doubled: Vec<TraceRecord> =
        records.iter().flat_map(|record| [record.clone(), record.clone()]).collect();
    assert_eq!(spans(&doubled).0.len(), once.len());
}

#[test]
fn a_call_that_fails_and_is_tried_again_under_its_id_ends_well() {
    for starts_again in [false, true] {
        let mut records = vec![
            record("r1", 0, turn("s", "t"), turn_started()),
            record("r2", 1, call("s", "t", "c"), llm_started()),
            record("r3", 2, call("s", "t", "c"), llm_failed(true)),
            record("r4", 8, call("s", "t", "c"), llm_completed()),
            record("r5", 9, turn("s", "t"), turn_completed()),
        ];
        if starts_again {
            records.insert(3, record("r3b", 3, call("s", "t", "c"), llm_started()));
        }
        let (spans, report) = spans(&records);
        let calls: Vec<&SpanData> = spans.iter().filter(|span| span.name == "lash.llm").collect();
        assert_eq!((calls.len(), report.incomplete), (2, 0));
        assert_eq!(calls[0].status, Status::error("busy"));
        assert_eq!(calls[0].span_context.span_id(), calls[1].span_context.span_id());
        assert_eq!((&calls[1].status, calls[1].start_time), (&Status::Unset, calls[0].start_time));
        assert_eq!(text(calls[1], "lash.span.revised").as_deref(), Some("true"));
        assert_eq!(text(calls[1], "error.type"), None);
        assert_eq!(text(calls[1], "gen_ai.usage.input_tokens").as_deref(), Some("10"));
        assert_eq!(text(calls[1], "gen_ai.response.finish_reasons"), None);
        assert_eq!(calls[1].events.len(), 1, "{:#?}", calls[1].events);
    }
}

#[test]
fn a_second_logging_path_adds_no_call() {
    let records = [
        record("r1", 0, turn("s", "t"), turn_started()),
        record("r2", 1, call("s", "t", "s:0:0:0"), llm_started()),
        record("r3", 2, call("s", "t", "s:0:0:0"), llm_completed()),
        record("r4", 3, call("s", "t", "s:0:0:0:log"), llm_completed()),
        record("r5", 4, call("s", "t", "s:0:0:1:log"), llm_completed()),
        record("r6", 5, turn("s", "t"), turn_completed()),
    ];
    let (spans, report) = spans(&records);
    assert_eq!((spans.iter().filter(|span| span.name == "lash.llm").count(), report.repeated), (2, 1));
    assert_eq!(text(only(&spans, "lash.turn"), "lash.turn.usage.input_tokens").unwrap(), "20");
}

#[test]
fn runs_and_turns_without_sessions_keep_their_records_apart() {
    let mut records = Vec::new();
    for (at, run) in [(0, "run-1"), (10, "run-2")] {
        let context = json!({"run_id": run, "llm_call_id": "c"});
        records.push(record(&format!("{run}a"), at, context.clone(), llm_started()));
        records.push(record(&format!("{run}b"), at + 1, context, llm_completed()));
        let started = json!({"type": "run_started", "run_id": run, "program": "p"});
        records.push(record(&format!("{run}s"), at, json!({}), started));
        let in_turn = json!({"run_id": run, "turn_id": "t"});
        records.push(record(&format!("{run}c"), at + 2, in_turn.clone(), turn_started()));
        records.push(record(&format!("{run}d"), at + 3, in_turn, turn_completed()));
    }
    for turn in ["t", "u"] {
        let context = json!({"turn_id": turn});
        records.push(record(&format!("{turn}1"), 20, context.clone(), turn_started()));
        let call = json!({"turn_id": turn, "llm_call_id": "c"});
        records.push(record(&format!("{turn}2"), 21, call.clone(), llm_started()));
        records.push(record(&format!("{turn}3"), 22, call, llm_completed()));
        records.push(record(&format!("{turn}4"), 23, context, turn_completed()));
    }
    let (spans, report) = spans(&records);
    let count = |name: &str| spans.iter().filter(|span| span.name == name).count();
    assert_eq!((count("lash.llm"), count("lash.run"), count("lash.turn")), (4, 2, 4));
    assert_eq!((report.repeated, report.incomplete), (0, 2));
    let alone =
        spans.iter().filter(|span| span.name == "lash.llm" && text(span, "lash.context.run_id").is_none());
    assert!(alone.clone().all(|span| span.parent_span_id != SpanId::INVALID));
}

#[test]
fn records_without_ids_are_told_apart() {
    let log = |ms, message: &str| {
        let log = json!({"type": "log", "level": "info", "target": "t", "message": message});
        record("", ms, json!({"session_id": "s"}), log)
    };
    let calls = |ms| {
        let context = json!({"session_id": "s", "turn_id": "t", "graph_node_id": "llm:", "llm_call_id": ""});
        record(&format!("r{ms}"), ms, context, llm_completed())
    };
    let records = [log(0, "one"), log(0, "two"), log(1, "one"), log(1, "one"), calls(1), calls(2)];
    let (spans, report) = spans(&records);
    assert_eq!((spans.len(), report.repeated), (5, 1));
}

#[test]
fn calls_in_parallel_without_ids_end_by_their_durations() {
    let context = || json!({"session_id": "s", "turn_id": "t"});
    let started = json!({"type": "tool_call_started", "call_id": null, "name": "x", "args": {}});
    let completed = |ms: i64| {
        json!({"type": "tool_call_completed", "call_id": null, "name": "x", "args": {}, "duration_ms": ms,
            "output": {"outcome": {"status": "success", "payload": 1}}})
    };
    let records = [
        record("a", 0, context(), started.clone()),
        record("b", 10, context(), started),
        record("c", 30, context(), completed(20)),
        record("d", 50, context(), completed(50)),
    ];
    let (spans, _) = spans(&records);
    let lengths: Vec<u128> =
        spans.iter().map(|span| span.end_time.duration_since(span.start_time).unwrap().as_millis()).collect();
    assert_eq!(lengths, [20, 50]);
}

#[test]
fn a_model_call_whose_id_comes_again_is_another_call() {
    let mut records = vec![record("t0", 0, turn("s", "t"), turn_started())];
    for at in [10, 20] {
        records.push(record(&format!("a{at}"), at, call("s", "t", "c"), llm_started()));
        records.push(record(&format!("b{at}"), at + 5, call("s", "t", "c"), llm_completed()));
    }
    records.push(record("t1", 50, turn("s", "t"), turn_completed()));
    let (spans, report) = spans(&records);
    assert_eq!((spans.len(), report.repeated), (3, 0));
    assert_eq!(text(only(&spans, "lash.turn"), "lash.turn.usage.input_tokens").unwrap(), "20");
}

#[test]
fn a_start_after_its_end_is_told_as_well() {
    let ends = [
        record("a2", 9, call("s", "t", "c"), llm_completed()),
        record("b2", 9, tool("s", "t", "call_1"), tool_completed("call_1", "glob")),
        record("c2", 9, turn("s", "t"), turn_completed()),
    ];
    let starts = [
        record("a1", 1, call("s", "t", "c"), llm_started()),
        record("b1", 1, tool("s", "t", "call_1"), tool_started("call_1", "glob")),
        record("c1", 1, turn("s", "t"), turn_started()),
    ];
    let records: Vec<TraceRecord> =
        [&ends, &ends, &starts, &starts, &ends].into_iter().flatten().cloned().collect();
    let (spans, report) = spans(&records);
    assert_eq!((spans.len(), report.repeated, report.incomplete), (6, 9, 0));
    for name in ["lash.llm", "lash.tool", "lash.turn"] {
        let [first, last] = [0, 1].map(|nth| spans.iter().filter(|span| span.name == name).nth(nth).unwrap());
        assert_eq!(first.span_context.span_id(), last.span_context.span_id());
        assert_eq!(text(last, "lash.span.revised").as_deref(), Some("true"));
        assert_eq!(last.end_time.duration_since(last.start_time).unwrap().as_millis(), 8);
        assert_eq!((first.end_time, first.parent_span_id), (last.end_time, last.parent_span_id));
    }
    let revised = spans.iter().rfind(|span| span.name == "lash.llm").unwrap();
    assert_eq!(text(revised, "gen_ai.request.model").as_deref(), Some("m"));
    assert_eq!(text(revised, "gen_ai.usage.input_tokens").as_deref(), Some("10"));
}
