//! The numbers against the truth files: every table adds up, nothing is counted twice or not at all.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trace_viewer::model::numbers::{Numbers, Ranked, Spend};
use trace_viewer::model::{Model, RowKind, Status, Usage};
use trace_viewer::prices::Prices;

use crate::support::{Dice, Trace, model, seed};

const PRICES: &str = r#"
currency = "EUR"
[models."acme/*"]
input = 3
cache_read = 0.3
cache_write = 3.75
output = 15.0
reasoning = 10
[models."*"]
input = 1
cache_read = 0.25
cache_write = 1
output = 2
"#;

fn sum(parts: impl IntoIterator<Item = Spend>) -> Spend {
    parts.into_iter().fold(Spend::default(), |sum, spend| sum.plus(&spend))
}

fn all(ranked: &Ranked) -> Spend {
    let lines = ranked.lines.iter().map(|(_, spend)| *spend);
    sum(lines.chain([ranked.rest, ranked.outside]))
}

/// Every table of tokens adds up to the same.
fn check_sums(model: &Model, numbers: &Numbers) {
    let total = numbers.total;
    assert_eq!(total.tokens, model.totals.tokens);
    assert_eq!(sum(numbers.models.iter().map(|model| model.spend).chain([numbers.beyond])), total);
    assert_eq!(sum(numbers.tools.iter().map(|tool| tool.inside).chain([numbers.outside_tools])), total);
    assert_eq!(all(&numbers.sessions), total);
    assert_eq!(all(&numbers.turns), total);
    assert_eq!(all(&numbers.calls), total);
    assert_eq!(numbers.calls.outside, numbers.beyond);
    let calls = |kind: RowKind| model.rows.iter().filter(|row| row.kind == kind).count() as u64;
    assert_eq!(numbers.models.iter().map(|model| model.counts.total).sum::<u64>(), calls(RowKind::LlmCall));
    assert_eq!(numbers.tools.iter().map(|tool| tool.counts.total).sum::<u64>(), calls(RowKind::ToolCall));
    assert_eq!(numbers.messages.iter().map(|message| message.count).sum::<u64>(), model.totals.failures);
    assert!(numbers.outside_tools.sum() >= 0 && numbers.sessions.outside.sum() >= 0);
}

fn usage(value: &Value) -> Usage {
    let count = |name: &str| value[name].as_i64().unwrap_or(0);
    Usage {
        input: count("input_tokens"),
        cache_read: count("cache_read_input_tokens"),
        cache_write: count("cache_write_input_tokens"),
        output: count("output_tokens"),
        reasoning: count("reasoning_output_tokens"),
    }
}

#[test]
fn tables_add_up_to_the_truth() {
    let prices = Prices::parse("prices.toml", PRICES).unwrap();
    for name in ["seed-v2-1k", "seed-v2-10k"] {
        let (lines, truth) = seed(name);
        let model = model(&lines);
        let numbers = Numbers::of(&model, Some(&prices));
        check_sums(&model, &numbers);
        let sessions = truth["sessions"].as_object().unwrap();
        let mut expected = BTreeMap::new();
        for (id, session) in sessions {
            let counted = usage(&session["tokens"]);
            expected.insert(id.as_str(), counted);
        }
        let mut found = Usage::default();
        for usage in expected.values() {
            found.input += usage.input;
            found.cache_read += usage.cache_read;
            found.cache_write += usage.cache_write;
            found.output += usage.output;
            found.reasoning += usage.reasoning;
        }
        assert_eq!(numbers.total.tokens, found);
        for (row, spend) in &numbers.sessions.lines {
            let id = model.names[model.rows[*row as usize].name as usize].as_str();
            assert_eq!(spend.tokens, expected[id], "{id}");
        }
    }
}

#[test]
fn tables_add_up_when_records_are_missing_or_out_of_order() {
    for dice in 0..6 {
        let (mut lines, _) = seed("seed-v2-1k");
        let mut dice = Dice(dice);
        lines.retain(|_| dice.roll(6) != 0);
        dice.shuffle(&mut lines, 500);
        let model = model(&lines);
        check_sums(&model, &Numbers::of(&model, None));
    }
}

/// Tokens by model, failures by message, and costs, worked out from the lines themselves.
#[test]
fn models_and_costs_are_those_of_the_records() {
    let prices = Prices::parse("prices.toml", PRICES).unwrap();
    let (lines, _) = seed("seed-v2-10k");
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut ends: BTreeMap<String, Usage> = BTreeMap::new();
    for line in &lines {
        let record: Value = serde_json::from_str(line).unwrap();
        let Some(call) = record["context"]["llm_call_id"].as_str() else { continue };
        match record["type"].as_str().unwrap() {
            "llm_call_started" => {
                names.insert(call.to_owned(), record["request"]["model"].as_str().unwrap().to_owned());
            }
            "llm_call_completed" if record["usage"].is_object() => {
                ends.entry(call.to_owned()).or_insert_with(|| usage(&record["usage"]));
            }
            _ => {}
        }
    }
    let mut by_model: BTreeMap<&str, i128> = BTreeMap::new();
    let mut cost = 0_i128;
    for (call, usage) in &ends {
        let model = names.get(call).map_or("", String::as_str);
        let sum = usage.input + usage.cache_read + usage.cache_write + usage.output;
        *by_model.entry(model).or_default() += i128::from(sum);
        let [input, read, write, output, reasoning] = if model.starts_with("acme/") {
            [3_000, 300, 3_750, 15_000, 10_000]
        } else {
            [1_000, 250, 1_000, 2_000, 2_000]
        };
        let parts = [
            (usage.input, input),
            (usage.cache_read, read),
            (usage.cache_write, write),
            (usage.output - usage.reasoning, output),
            (usage.reasoning, reasoning),
        ];
        cost += parts.into_iter().map(|(count, price)| i128::from(count) * i128::from(price)).sum::<i128>();
    }
    let model = model(&lines);
    let numbers = Numbers::of(&model, Some(&prices));
    let found: BTreeMap<&str, i128> = numbers
        .models
        .iter()
        .filter(|calls| calls.spend.calls > 0)
        .map(|calls| (model.names[calls.name as usize].as_str(), calls.spend.sum()))
        .collect();
    assert_eq!(found, by_model);
    // Thousandths for a million tokens, against billionths.
    assert_eq!(numbers.total.cost, cost * 1_000_000);
    assert_eq!(numbers.total.unpriced, numbers.beyond.sum());
}

#[test]
fn a_model_without_a_price_is_counted_and_never_guessed() {
    let mut trace = Trace::default();
    trace.turn("s", "t0");
    trace.llm("s", "t0", "l0", json!({"input_tokens": 1_000_000, "output_tokens": 4}));
    let model = model(&trace.lines);
    let prices =
        Prices::parse("p", "[models.other]\ninput = 1\ncache_read = 1\ncache_write = 1\noutput = 1\n")
            .unwrap();
    let numbers = Numbers::of(&model, Some(&prices));
    assert_eq!((numbers.total.cost, numbers.total.unpriced), (0, 1_000_004));
    assert!(!numbers.models[0].priced);
    let numbers = Numbers::of(&model, None);
    assert_eq!((numbers.total.cost, numbers.total.unpriced), (0, 0));
}

#[test]
fn tokens_that_no_call_reports_are_said() {
    let mut trace = Trace::default();
    let turn = trace.turn("s", "t0");
    trace.llm("s", "t0", "l0", json!({"input_tokens": 10}));
    let context = json!({"session_id": "s", "turn_id": "t0", "parent_graph_node_id": turn});
    trace.add("token_usage", context, json!({"usage": {"input_tokens": 25, "output_tokens": 3}}));
    trace.add("token_usage", json!({}), json!({"usage": {"input_tokens": 7}}));
    let model = model(&trace.lines);
    let numbers = Numbers::of(&model, None);
    check_sums(&model, &numbers);
    assert_eq!(numbers.beyond.sum(), 15 + 3 + 7);
    assert_eq!(numbers.turns.lines[0].1.sum(), 28);
    assert_eq!((numbers.turns.outside.sum(), numbers.sessions.outside.sum()), (7, 7));
}

#[test]
fn tokens_of_an_agent_belong_to_the_tool_that_started_it() {
    let mut trace = Trace::default();
    trace.turn("a", "t0");
    trace.llm("a", "t0", "l0", json!({"input_tokens": 1}));
    trace.tool("a", "t0", "c0", "success");
    let cause = json!({"caused_by": {"kind": "tool_call", "session_id": "a", "call_id": "c0"}});
    let context = json!({"session_id": "b", "turn_id": "t0", "graph_node_id": "turn:b:t0",
        "parent_graph_node_id": "tool:c0", "metadata": cause});
    trace.add("turn_started", context, json!({}));
    trace.llm("b", "t0", "l1", json!({"input_tokens": 20}));
    let model = model(&trace.lines);
    let numbers = Numbers::of(&model, None);
    check_sums(&model, &numbers);
    assert_eq!((numbers.tools[0].inside.sum(), numbers.outside_tools.sum()), (20, 1));
}

#[test]
fn speed_comes_from_chunks_or_else_from_the_summary() {
    let mut trace = Trace::default();
    trace.turn("s", "t0");
    let context = json!({"session_id": "s", "turn_id": "t0", "llm_call_id": "l0"});
    trace.add("llm_call_started", context.clone(), json!({"request": {"model": "m"}}));
    trace.add("provider_stream_event", context.clone(), json!({"event": {"event_name": "delta"}}));
    let summary = json!({"first_visible_token_latency_ms": 4_000});
    let end = json!({"response": {"duration_ms": 2_000}, "usage": {"output_tokens": 50}, "stream_summary": summary});
    trace.add("llm_call_completed", context, end.clone());
    let told = json!({"session_id": "s", "turn_id": "t0", "llm_call_id": "l1"});
    trace.add("llm_call_started", told.clone(), json!({"request": {"model": "m"}}));
    trace.add("llm_call_completed", told, end);
    let model = model(&trace.lines);
    let calls = &Numbers::of(&model, None).models[0];
    assert_eq!(
        (calls.first_chunk.count, calls.first_chunk.p50, calls.first_chunk.max),
        (2, 1_000_000, 4_000_000)
    );
    assert_eq!(calls.speed, (100, 3_000_000));
}

#[test]
fn failures_are_grouped_by_what_they_say() {
    let mut trace = Trace::default();
    trace.turn("s", "t0");
    for (call, metadata) in [("l0", json!({})), ("l1", json!({"retry_of": "l0"}))] {
        let context = json!({"session_id": "s", "turn_id": "t0", "llm_call_id": call, "metadata": metadata});
        trace.add("llm_call_failed", context, json!({"error": {"message": "overloaded"}}));
    }
    let tool = |payload: Value| {
        json!({"call_id": payload.to_string(), "name": "x", "args": {}, "duration_ms": 1,
        "output": {"outcome": {"status": "failure", "payload": payload}}})
    };
    for payload in [json!("broken"), json!({"code": 1, "message": "broken"}), json!([1])] {
        trace.add("tool_call_completed", json!({"session_id": "s", "turn_id": "t0"}), tool(payload));
    }
    trace.add("log", json!({"session_id": "s"}), json!({"level": "error", "target": "x", "message": "lost"}));
    trace.add("uncaught_error", json!({}), json!({"error": {"type": "panic", "message": "gone"}}));
    let model = model(&trace.lines);
    let numbers = Numbers::of(&model, None);
    let found: Vec<_> = numbers
        .messages
        .iter()
        .map(|message| {
            let text = message.message.map(|message| model.messages[message as usize].as_str());
            (message.kind, text.unwrap_or("–"), message.count, message.retried)
        })
        .collect();
    assert_eq!(
        found,
        [
            (RowKind::LlmCall, "overloaded", 2, 1),
            (RowKind::ToolCall, "broken", 2, 0),
            (RowKind::ToolCall, "", 1, 0),
            (RowKind::Log, "lost", 1, 0),
            (RowKind::UncaughtError, "gone", 1, 0),
        ]
    );
}

#[test]
fn runs_say_how_they_ended() {
    let mut trace = Trace::default();
    let start = |trace: &mut Trace, run: &str| {
        trace.add(
            "run_started",
            json!({"run_id": run}),
            json!({"run_id": run, "program": "deploy", "trigger": "schedule"}),
        );
    };
    start(&mut trace, "r0");
    trace.add("log", json!({"run_id": "r0"}), json!({"level": "warn", "target": "x", "message": "m"}));
    start(&mut trace, "r1");
    let summary = json!({"run_id": "r1", "duration_ms": 1_000, "exit_code": 3, "outcome": "failed", "counts": {"error": 2}});
    trace.add("run_summary", json!({"run_id": "r1"}), summary);
    start(&mut trace, "r2");
    let model = model(&trace.lines);
    let found: Vec<_> = model
        .runs
        .iter()
        .map(|run| {
            (run.id.as_str(), model.rows[run.row as usize].status, run.vanished, run.exit_code, run.counts)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("r0", Status::Unfinished, true, None, [0, 0, 0, 1, 0, 0]),
            ("r1", Status::Failed, false, Some(3), [0, 0, 0, 0, 2, 0]),
            ("r2", Status::Unfinished, false, None, [0; 6]),
        ]
    );
    assert_eq!((model.runs[0].lasted_us, model.runs[0].trigger.as_str()), (1_000_000, "schedule"));
}
