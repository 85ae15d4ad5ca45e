//! The tree from small traces: pairing, parents, losses, and what cannot be a tree.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trace_viewer::model::{Model, RowFlags, RowKind, Status, Usage};

use crate::support::{Dice, Trace, keyed, model, names, only, parents, rows};

fn flags(model: &Model, row: usize) -> u16 {
    model.rows[row].flags.peculiarities()
}

#[test]
fn rows_that_are_their_own_ancestors_are_cut_loose_and_marked() {
    let mut trace = Trace::default();
    trace.add(
        "custom",
        json!({"session_id": "s", "graph_node_id": "a", "parent_graph_node_id": "b"}),
        json!({"name": "a"}),
    );
    trace.add(
        "custom",
        json!({"session_id": "s", "graph_node_id": "b", "parent_graph_node_id": "c"}),
        json!({"name": "b"}),
    );
    trace.add(
        "custom",
        json!({"session_id": "s", "graph_node_id": "c", "parent_graph_node_id": "a"}),
        json!({"name": "c"}),
    );
    trace.add(
        "custom",
        json!({"session_id": "s", "graph_node_id": "d", "parent_graph_node_id": "d"}),
        json!({"name": "d"}),
    );
    trace.add("custom", json!({"session_id": "s", "parent_graph_node_id": "a"}), json!({"name": "below"}));
    let model = model(&trace.lines);
    let session = only(&model, RowKind::Session);
    let parents = parents(&model);
    for row in rows(&model, RowKind::Custom) {
        let name = &model.names[model.rows[row].name as usize];
        let is_below = name == "below";
        assert_eq!(flags(&model, row) & RowFlags::CYCLE != 0, !is_below, "{name}");
        assert_eq!(parents[row] == Some(session), !is_below, "{name}");
    }
}

#[test]
fn sessions_that_cause_each_other_are_cut() {
    let mut trace = Trace::default();
    for (own, other) in [("a", "b"), ("b", "a")] {
        let turn = format!("turn:{own}:t");
        trace.add(
            "turn_started",
            json!({"session_id": own, "turn_id": "t", "graph_node_id": turn, "parent_graph_node_id": "tool:x",
                "metadata": {"caused_by": {"kind": "tool_call", "session_id": other, "call_id": "x"}}}),
            json!({}),
        );
        trace.add(
            "tool_call_started",
            json!({"session_id": own, "turn_id": "t", "graph_node_id": "tool:x", "parent_graph_node_id": turn}),
            json!({"call_id": "x", "name": "spawn", "args": {}}),
        );
    }
    let model = model(&trace.lines);
    assert_eq!(model.rows.len(), 6);
    assert!(model.rows.iter().any(|row| row.flags.0 & RowFlags::CYCLE != 0));
}

#[test]
fn depth_is_no_matter() {
    let mut trace = Trace::default();
    for depth in 0..5_000 {
        let context =
            json!({"graph_node_id": format!("n{depth}"), "parent_graph_node_id": format!("n{}", depth - 1)});
        trace.add("custom", context, json!({"name": "step"}));
    }
    let model = model(&trace.lines);
    assert_eq!(model.rows.iter().map(|row| row.depth).max(), Some(4_999));
    assert_eq!(flags(&model, 0), RowFlags::ORPHAN);
}

#[test]
fn a_lost_parent_is_said_and_the_nearest_ancestor_takes_its_place() {
    let mut trace = Trace::default();
    let turn = trace.turn("s", "t");
    trace.add(
        "runtime_stream_event",
        json!({"session_id": "s", "turn_id": "t", "llm_call_id": "l", "parent_graph_node_id": "llm:l"}),
        json!({"event": {"sequence": 0, "elapsed_ms": 1, "event_name": "text"}}),
    );
    let model = model(&trace.lines);
    let (chunk, parents) = (only(&model, RowKind::RuntimeChunk), parents(&model));
    assert_eq!(parents[chunk], Some(only(&model, RowKind::Turn)));
    assert_eq!(flags(&model, chunk), RowFlags::ORPHAN);
    // Nobody ever wrote the session; its row is made up, and the turn is no orphan.
    let session = &model.rows[only(&model, RowKind::Session)];
    assert_eq!((session.first, flags(&model, only(&model, RowKind::Turn))), (None, 0), "{turn}");
}

#[test]
fn copies_count_once() {
    let mut trace = Trace::default();
    trace.turn("s", "t");
    trace.llm("s", "t", "l", json!({"input_tokens": 5, "output_tokens": 2}));
    let again: Vec<String> = trace.lines.iter().flat_map(|line| [line.clone(), line.clone()]).collect();
    let (once, twice) = (model(&trace.lines), model(&again));
    assert_eq!(once.totals, twice.totals);
    assert_eq!(once.rows.len(), twice.rows.len());
    assert!(
        twice.rows.iter().all(|row| row.first.is_none() || row.flags.peculiarities() == RowFlags::REPEATED)
    );
    assert_eq!(twice.records.len(), again.len());
}

#[test]
fn a_call_id_used_in_two_turns_is_two_calls() {
    let mut trace = Trace::default();
    for turn in ["t0", "t1"] {
        trace.turn("s", turn);
        trace.tool("s", turn, "call_0", "success");
    }
    let model = model(&trace.lines);
    assert_eq!((model.totals.tool_calls.total, model.totals.tool_calls.unfinished), (2, 0));
    assert!(model.rows.iter().all(|row| row.flags.peculiarities() == 0), "{:?}", model.rows);
}

#[test]
fn calls_without_an_id_are_paired_in_order() {
    let mut trace = Trace::default();
    trace.turn("s", "t");
    for _ in 0..2 {
        let context = json!({"session_id": "s", "turn_id": "t", "parent_graph_node_id": "turn:s:t"});
        trace.add("tool_call_started", context.clone(), json!({"call_id": null, "name": "read", "args": {}}));
        let end = json!({"call_id": null, "name": "read", "args": {}, "duration_ms": 1,
            "output": {"outcome": {"status": "failure", "payload": null}}});
        trace.add("tool_call_completed", context, end);
    }
    for dice in 0..4 {
        let mut lines = trace.lines.clone();
        Dice(dice).shuffle(&mut lines, 99);
        let counts = model(&lines).totals.tool_calls;
        assert_eq!(
            (counts.total, counts.failed, counts.unfinished, counts.ended_without_start),
            (2, 2, 0, 0)
        );
    }
}

#[test]
fn an_end_alone_is_dated_back_but_not_before_the_trace() {
    let mut trace = Trace::default();
    trace.turn("s", "t");
    trace.add(
        "tool_call_completed",
        json!({"session_id": "s", "turn_id": "t", "graph_node_id": "tool:c", "parent_graph_node_id": "turn:s:t"}),
        json!({"call_id": "c", "name": "x", "args": {}, "duration_ms": 1.7e308, "output": {"outcome": {"status": "success", "payload": 1}}}),
    );
    let model = model(&trace.lines);
    let tool = &model.rows[only(&model, RowKind::ToolCall)];
    assert_eq!((tool.flags.peculiarities(), tool.start_us), (RowFlags::ENDED_WITHOUT_START, 0));
    assert!(tool.duration_us > 0 && tool.duration_us < 1_000_000_000);
}

#[test]
fn groups_hold_the_tools_that_name_them() {
    let mut trace = Trace::default();
    let turn = trace.turn("s", "t");
    for (node, phase) in [("code:s:1", "exec_code"), ("batch:s:1", "batch")] {
        let place =
            json!({"session_id": "s", "turn_id": "t", "graph_node_id": node, "parent_graph_node_id": turn});
        let step = |end: &str| json!({"plugin_id": "runtime", "payload": {"diagnostic": {"phase": format!("{phase}_{end}"), "payload": {}}}});
        trace.add("protocol_step", place.clone(), step("started"));
        let tool = format!("tool:s:in-{phase}");
        let inside =
            json!({"session_id": "s", "turn_id": "t", "graph_node_id": tool, "parent_graph_node_id": node});
        trace.add(
            "tool_call_started",
            inside,
            json!({"call_id": format!("in-{phase}"), "name": phase, "args": {}}),
        );
        trace.add("protocol_step", place, step("failed"));
    }
    let model = model(&trace.lines);
    let parents = parents(&model);
    for (kind, tool) in [RowKind::CodeBlock, RowKind::Batch].into_iter().zip(rows(&model, RowKind::ToolCall))
    {
        let group = only(&model, kind);
        assert_eq!(parents[tool], Some(group));
        assert_eq!(model.rows[group].status, Status::Failed);
    }
}

#[test]
fn two_code_blocks_of_one_iteration_are_two_and_a_stop_is_no_failure() {
    let mut trace = Trace::default();
    trace.turn("s", "t");
    for (node, end) in
        [("code:s:a", json!({})), ("code:s:b", json!({"error": "cancelled", "terminal_reason": "cancelled"}))]
    {
        let place = json!({"session_id": "s", "turn_id": "t", "protocol_iteration": 0, "graph_node_id": node,
            "parent_graph_node_id": "turn:s:t"});
        for (phase, payload) in [("exec_code_started", json!({})), ("exec_code_failed", end)] {
            let step = json!({"plugin_id": "runtime", "payload": {"diagnostic": {"phase": phase, "payload": payload}}});
            trace.add("protocol_step", place.clone(), step);
        }
    }
    let model = model(&trace.lines);
    let blocks = rows(&model, RowKind::CodeBlock);
    let outcomes: Vec<Status> = blocks.iter().map(|&row| model.rows[row].status).collect();
    assert_eq!(outcomes, [Status::Failed, Status::Cancelled]);
}

#[test]
fn blocks_are_named_by_what_tells_them_apart() {
    let mut trace = Trace::default();
    for (node, phase, payload) in [
        ("process:p-1", "process_started", json!({"process_id": "p-1"})),
        ("process:p-2", "process_started", json!({})),
        ("batch:s:1", "batch_started", json!({"batch_id": "b"})),
        ("batch:s:1", "batch_completed", json!({"duration_ms": 1, "tool_call_count": 2})),
        ("code:s:1", "exec_code_completed", json!({"duration_ms": 1})),
        ("code:s:1", "exec_code_started", json!({"code": "\n  files = glob()\n  files"})),
        ("code:s:2", "exec_code_started", json!({})),
    ] {
        let step =
            json!({"plugin_id": "runtime", "payload": {"diagnostic": {"phase": phase, "payload": payload}}});
        trace.add("protocol_step", json!({"session_id": "s", "graph_node_id": node}), step);
    }
    let model = model(&trace.lines);
    let mut found = names(&model, RowKind::Process);
    found.extend(names(&model, RowKind::Batch));
    found.extend(names(&model, RowKind::CodeBlock));
    assert_eq!(found, ["p-1", "p-2", "2 tool calls", "files = glob()", "exec_code"]);
}

#[test]
fn the_graph_of_a_process_stands_under_it() {
    let mut trace = Trace::default();
    let turn = trace.turn("s", "t");
    let place = json!({"session_id": "s", "graph_node_id": "process:p", "parent_graph_node_id": turn});
    let step = json!({"plugin_id": "runtime", "payload": {"diagnostic": {"phase": "process_started", "payload": {}}}});
    let event = json!({"event": {"kind": "node_started", "event_key": "k", "node_id": "n", "node_kind": "operation",
        "label": "read", "occurrence": 1, "identity": {"scope": {"session_id": "s"}, "entry_name": "main",
        "subject": {"type": "process", "process_id": "p"}, "module_ref": "m", "entry_kind": "process"}}});
    trace.add("lashlang_execution", place.clone(), event);
    trace.add("protocol_step", place, step);
    let model = model(&trace.lines);
    let parents = parents(&model);
    let (process, graph) = (only(&model, RowKind::Process), only(&model, RowKind::Graph));
    assert_eq!((parents[graph], parents[process]), (Some(process), Some(only(&model, RowKind::Turn))));
    assert_eq!(parents[only(&model, RowKind::GraphNode)], Some(graph));
}

#[test]
fn the_second_report_of_tokens_adds_nothing() {
    let spent = json!({"input_tokens": 5, "output_tokens": 2});
    let both = json!({"input_tokens": 10, "output_tokens": 4});
    let usage = Usage { input: 10, output: 4, ..Usage::default() };
    for (name, calls, reports) in [
        ("calls alone", 2, vec![]),
        ("reports alone", 0, vec![&spent, &spent]),
        ("one each", 2, vec![&spent, &spent]),
        ("one for the turn", 2, vec![&both]),
        ("a call's record lost", 1, vec![&spent, &spent]),
        ("a report lost", 2, vec![&spent]),
    ] {
        let mut trace = Trace::default();
        trace.turn("s", "t");
        for call in 0..calls {
            trace.llm("s", "t", &format!("l{call}"), spent.clone());
        }
        for usage in reports {
            let context = json!({"session_id": "s", "turn_id": "t", "parent_graph_node_id": "turn:s:t"});
            trace.add("token_usage", context, json!({"usage": usage}));
        }
        assert_eq!(model(&trace.lines).totals.tokens, usage, "{name}");
    }
}

#[test]
fn a_retry_is_marked() {
    let mut trace = Trace::default();
    trace.turn("s", "t");
    for (call, metadata) in
        [("l0", json!({})), ("l1", json!({"retry_of": "l0"})), ("l2", json!({"retry_of": ""}))]
    {
        let place = json!({"session_id": "s", "turn_id": "t", "llm_call_id": call, "metadata": metadata});
        trace.add("llm_call_completed", place, json!({"response": {"model": call}}));
    }
    let model = model(&trace.lines);
    let calls = rows(&model, RowKind::LlmCall).into_iter();
    let retries: Vec<bool> = calls.map(|row| flags(&model, row) & RowFlags::RETRY != 0).collect();
    assert_eq!(retries, [false, true, false]);
}

#[test]
fn failures_of_other_kinds_are_told_from_those_of_calls() {
    let mut trace = Trace::default();
    trace.turn("s", "t");
    trace.tool("s", "t", "c", "failure");
    for level in ["error", "info", "error"] {
        trace.add("log", json!({"session_id": "s"}), json!({"level": level, "message": "m"}));
    }
    let totals = model(&trace.lines).totals;
    assert_eq!((totals.failures, totals.tool_calls.failed, totals.other_failures()), (3, 1, 2));
}

#[test]
fn a_changed_prompt_is_marked() {
    let mut trace = Trace::default();
    for (session, hash) in [("s", "1"), ("t", "9"), ("s", "1"), ("s", "2"), ("t", "9"), ("s", "2")] {
        let prompt = json!({"prompt_hash": "h", "prompt_chars": 1, "components": [{"id": "core", "kind": "k", "hash": hash}]});
        trace.add("prompt_built", json!({"session_id": session}), prompt);
    }
    let model = model(&trace.lines);
    let drifted = model.rows.iter().filter(|row| row.flags.peculiarities() == RowFlags::DRIFT);
    assert_eq!(drifted.map(|row| row.first).collect::<Vec<_>>(), [Some(3)]);
}

#[test]
fn newer_and_foreign_and_unknown_records_stay() {
    let mut trace = Trace::default();
    trace.turn("s", "t");
    trace.add("weather", json!({"session_id": "s", "turn_id": "t"}), json!({"sky": "blue"}));
    let newer = trace.lines[1].replace("\"schema_version\":2", "\"schema_version\":7");
    trace.lines.extend([newer, r#"{"any":"thing"}"#.to_owned()]);
    let model = model(&trace.lines);
    let parents = parents(&model);
    let turn = Some(only(&model, RowKind::Turn));
    assert_eq!(parents[only(&model, RowKind::Unknown)], turn);
    let foreign = rows(&model, RowKind::Foreign);
    assert_eq!(foreign.iter().map(|&row| parents[row]).collect::<Vec<_>>(), [turn, None]);
    assert_eq!(model.inputs[0].foreign, 2);
    assert_eq!(model.names[model.records[2].kind as usize], "weather");
    assert_eq!(model.names[model.records[3].kind as usize], "");
}

#[test]
fn times_that_are_none_and_times_far_apart_stay_in_bounds() {
    let mut trace = Trace::default();
    for time in
        ["1970-01-01T00:00:00Z", "not a date", "9999-12-31T23:59:59Z", "+275760-09-13T00:00:00.001Z", ""]
    {
        trace.add("custom", json!({}), json!({"name": "x"}));
        let line = trace.lines.pop().unwrap();
        let mut record: Value = serde_json::from_str(&line).unwrap();
        record["timestamp"] = json!(time);
        trace.lines.push(record.to_string());
    }
    let model = model(&trace.lines);
    let no_time = model.rows.iter().filter(|row| row.flags.0 & RowFlags::NO_TIME != 0).count();
    assert!((2..=3).contains(&no_time), "{no_time}");
    assert!(model.rows.iter().all(|row| row.start_us >= 0 && row.duration_us >= 0));
}

/// A trace of random shape, with the parent and the outcome of every call.
fn grow(dice: &mut Dice) -> (Trace, BTreeMap<String, (String, &'static str)>) {
    let mut trace = Trace::default();
    let mut truth = BTreeMap::new();
    let mut spawners: Vec<(String, String)> = Vec::new();
    for session in 0..=dice.roll(6) {
        let session = format!("s{session}");
        let cause = if dice.roll(2) == 0 && !spawners.is_empty() {
            Some(spawners[dice.roll(spawners.len())].clone())
        } else {
            None
        };
        for turn in 0..=dice.roll(3) {
            let turn = format!("t{turn}");
            let id = format!("turn:{session}:{turn}");
            let (parent, metadata, key) = match &cause {
                Some((other, call)) => (
                    format!("tool:{call}"),
                    json!({"caused_by": {"kind": "tool_call", "session_id": other, "call_id": call}}),
                    format!("{other}|tool:{call}"),
                ),
                None => (format!("session:{session}"), json!({}), format!("{session}|session:{session}")),
            };
            let context = json!({"session_id": session, "turn_id": turn, "graph_node_id": id,
                "parent_graph_node_id": parent, "metadata": metadata});
            trace.add("turn_started", context.clone(), json!({}));
            let mut holders = vec![id.clone()];
            for call in 0..dice.roll(5) {
                // The same id in every session, as providers do that count.
                let call = format!("{turn}_call_{call}");
                let holder = holders[dice.roll(holders.len())].clone();
                let own = format!("tool:{call}");
                let place = json!({"session_id": session, "turn_id": turn, "graph_node_id": own, "parent_graph_node_id": holder});
                let outcome = [("success", "completed"), ("failure", "failed"), ("cancelled", "cancelled")]
                    [dice.roll(3)];
                trace.add(
                    "tool_call_started",
                    place.clone(),
                    json!({"call_id": call, "name": "x", "args": {}}),
                );
                let mut status = "unfinished";
                if dice.roll(5) > 0 {
                    status = outcome.1;
                    trace.add(
                        "tool_call_completed",
                        place,
                        json!({"call_id": call, "name": "x", "args": {}, "duration_ms": 1,
                        "output": {"outcome": {"status": outcome.0, "payload": null}}}),
                    );
                }
                truth.insert(format!("{session}|{own}"), (format!("{session}|{holder}"), status));
                spawners.push((session.clone(), call));
                holders.push(own);
            }
            let (status, reason, known) = [
                ("completed", "final_value", "completed"),
                ("failed", "max_turns", "failed"),
                ("failed", "cancelled", "cancelled"),
            ][dice.roll(3)];
            trace.add("turn_completed", context, json!({"status": status, "done_reason": reason}));
            truth.insert(format!("{session}|{id}"), (key, known));
        }
    }
    (trace, truth)
}

#[test]
fn grown_traces_are_read_as_they_grew() {
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let (trace, truth) = grow(&mut dice);
        let mut lines = trace.lines.clone();
        let copies = dice.roll(5);
        for _ in 0..copies {
            lines.push(lines[dice.roll(lines.len())].clone());
        }
        dice.shuffle(&mut lines, 1000);
        let model = model(&lines);
        let found: BTreeMap<String, (String, &str)> = keyed(&model, &lines)
            .into_iter()
            .map(|(key, node)| (key, (node.parent.unwrap(), crate::support::status(node.row.status))))
            .collect();
        assert_eq!(found, truth, "seed {seed}");
        assert!(
            model.rows.iter().all(|row| row.flags.peculiarities() & !RowFlags::REPEATED == 0),
            "seed {seed}"
        );
    }
}

#[test]
fn losses_in_grown_traces_are_said() {
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let (trace, truth) = grow(&mut dice);
        let mut lines = trace.lines;
        lines.retain(|_| dice.roll(6) > 0);
        let model = model(&lines);
        let found = keyed(&model, &lines);
        for (key, node) in &found {
            let (parent, status) = &truth[key];
            let flags = node.row.flags.0;
            if node.parent.as_ref() != Some(parent) {
                assert!(
                    flags & RowFlags::ORPHAN != 0,
                    "seed {seed}: {key} under {:?}, not {parent}",
                    node.parent
                );
                assert!(!found.contains_key(parent), "seed {seed}: {key} has lost a parent that is there");
            }
            let found = crate::support::status(node.row.status);
            assert!(found == *status || found == "unfinished", "seed {seed}: {key} is {found}, not {status}");
        }
    }
}
