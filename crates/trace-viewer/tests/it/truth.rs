//! The seed traces against what is known to be true of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trace_viewer::model::{CallCounts, Model, RowFlags, RowKind, SessionSummary, Status, Usage};

use crate::support::{Dice, keyed, model, parents, seed, status};

fn check<L: AsRef<str>>(model: &Model, lines: &[L], truth: &Value) {
    let found = keyed(model, lines);
    let tree: BTreeMap<&str, &str> = truth["tree"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, parent)| (key.as_str(), parent.as_str().unwrap()))
        .collect();
    let parents: BTreeMap<&str, &str> =
        found.iter().map(|(key, node)| (key.as_str(), node.parent.as_deref().unwrap())).collect();
    assert_eq!(parents, tree);
    for (key, expected) in truth["node_status"].as_object().unwrap() {
        assert_eq!(status(found[key].row.status), expected, "{key}");
    }
    let orphans = model.rows.iter().filter(|row| row.flags.0 & (RowFlags::ORPHAN | RowFlags::CYCLE) != 0);
    assert_eq!(orphans.count(), 0);
    let startless: BTreeSet<&str> = found
        .iter()
        .filter(|(_, node)| node.row.flags.0 & RowFlags::ENDED_WITHOUT_START != 0)
        .map(|(key, _)| key.as_str())
        .collect();
    let expected = truth["ended_without_start"].as_array().unwrap().iter().map(|key| key.as_str().unwrap());
    assert_eq!(startless, expected.collect());
    check_sessions(model, truth);
    check_kinds(model, truth);
    check_graphs(model, lines, truth);
}

fn check_sessions(model: &Model, truth: &Value) {
    let sessions = truth["sessions"].as_object().unwrap();
    assert_eq!(model.sessions.len(), sessions.len());
    assert_eq!(model.totals.sessions, sessions.len() as u64);
    for session in &model.sessions {
        let mut expected = sessions[&session.id].clone();
        let expected = expected.as_object_mut().unwrap();
        expected.remove("cumulative");
        expected.remove("tool_calls_without_id");
        assert_eq!(&summary(session), &*expected, "{}", session.id);
    }
}

fn summary(session: &SessionSummary) -> serde_json::Map<String, Value> {
    let totals = &session.totals;
    let count = |pick: fn(&CallCounts) -> u64| {
        json!({
            "turns": pick(&totals.turns),
            "llm_calls": pick(&totals.llm_calls),
            "tool_calls": pick(&totals.tool_calls),
        })
    };
    let summary = json!({
        "turns": totals.turns.total,
        "llm_calls": totals.llm_calls.total,
        "tool_calls": totals.tool_calls.total,
        "failed": count(|counts| counts.failed),
        "cancelled": count(|counts| counts.cancelled),
        "unfinished": count(|counts| counts.unfinished),
        "ended_without_start": count(|counts| counts.ended_without_start),
        "tokens": tokens(totals.tokens),
    });
    summary.as_object().unwrap().clone()
}

fn tokens(usage: Usage) -> Value {
    json!({
        "input_tokens": usage.input,
        "output_tokens": usage.output,
        "cache_read_input_tokens": usage.cache_read,
        "cache_write_input_tokens": usage.cache_write,
        "reasoning_output_tokens": usage.reasoning,
    })
}

fn check_kinds(model: &Model, truth: &Value) {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for record in &model.records {
        *counts.entry(&model.names[record.kind as usize]).or_default() += 1;
    }
    assert_eq!(json!(counts), truth["counts"]);
}

/// Graphs by key: outcome, and the outcome of the last occurrence of each node.
fn check_graphs<L: AsRef<str>>(model: &Model, lines: &[L], truth: &Value) {
    let graphs = truth["graphs"].as_object().unwrap();
    let rows = model.rows.iter().filter(|row| row.kind == RowKind::Graph && row.first.is_some());
    assert_eq!(rows.count(), graphs.len());
    let parents = parents(model);
    for (index, row) in model.rows.iter().enumerate().filter(|(_, row)| row.kind == RowKind::Graph) {
        let line: Value = serde_json::from_str(lines[row.first.unwrap() as usize].as_ref()).unwrap();
        let key = graph_key(&line["event"]["identity"]);
        let graph = &graphs[&key];
        let expected = match graph["status"].as_str().unwrap() {
            "running" => "unfinished",
            ended => ended,
        };
        assert_eq!(status(row.status), expected, "{key}");
        check_nodes(model, lines, &parents, index, graph);
        for child in graph["children"].as_array().unwrap() {
            check_child(model, lines, &parents, index, child);
        }
    }
}

/// The last occurrence of each node of a graph.
fn check_nodes<L: AsRef<str>>(
    model: &Model,
    lines: &[L],
    parents: &[Option<usize>],
    graph: usize,
    truth: &Value,
) {
    let mut found: BTreeMap<String, (u64, Status)> = BTreeMap::new();
    for (index, row) in model.rows.iter().enumerate() {
        if parents[index] != Some(graph) {
            continue;
        }
        assert_eq!(row.kind, RowKind::GraphNode);
        let line: Value = serde_json::from_str(lines[row.first.unwrap() as usize].as_ref()).unwrap();
        let event = &line["event"];
        let id = event["node_id"].as_str().or(event["parent_node_id"].as_str()).unwrap().to_owned();
        let last = found.entry(id).or_insert((0, Status::None));
        let occurrence = event["occurrence"].as_u64().unwrap();
        if occurrence >= last.0 {
            *last = (occurrence, row.status);
        }
    }
    for (id, node) in truth["nodes"].as_object().unwrap() {
        let expected = match node["status"].as_str().unwrap() {
            "running" => "unfinished",
            ended => ended,
        };
        match found.get(id) {
            Some((occurrence, outcome)) => {
                assert_eq!(
                    (status(*outcome), json!(occurrence)),
                    (expected, node["occurrence"].clone()),
                    "{id}"
                );
            }
            // The arms of a branch have no events of their own.
            None => assert!(expected == "unobserved" || id.starts_with("branch_arm:"), "{id} is {expected}"),
        }
    }
}

fn check_child<L: AsRef<str>>(
    model: &Model,
    lines: &[L],
    parents: &[Option<usize>],
    graph: usize,
    child: &Value,
) {
    let is_child = |row: usize| {
        let row = &model.rows[row];
        row.kind == RowKind::Graph
            && row.first.is_some_and(|first| {
                let line: Value = serde_json::from_str(lines[first as usize].as_ref()).unwrap();
                graph_key(&line["event"]["identity"]) == child["child_graph_key"]
            })
    };
    let child_row = (0..model.rows.len()).find(|&row| is_child(row));
    let Some(child_row) = child_row else { return };
    let node = parents[child_row].unwrap();
    assert_eq!(model.rows[node].kind, RowKind::GraphNode);
    assert_eq!(parents[node], Some(graph), "{child}");
}

fn graph_key(identity: &Value) -> String {
    let subject = &identity["subject"];
    let scope = &identity["scope"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    match (&subject["process_id"], &scope["turn_id"]) {
        (Value::String(process), _) => format!("process:{process}"),
        (_, Value::String(turn)) => {
            format!("effect:{}:{turn}:{}", text(&scope["session_id"]), text(&subject["effect_id"]))
        }
        _ => format!("effect:{}:{}", text(&scope["session_id"]), text(&subject["effect_id"])),
    }
}

#[test]
fn the_seed_traces_are_read_as_they_are() {
    for name in ["seed-v2-1k", "seed-v2-10k"] {
        let (lines, truth) = seed(name);
        check(&model(&lines), &lines, &truth);
    }
}

#[test]
fn order_of_arrival_changes_nothing() {
    for dice in 0..6 {
        for name in ["seed-v2-1k", "seed-v2-10k"] {
            let (mut lines, truth) = seed(name);
            Dice(dice).shuffle(&mut lines, [3, 16, 64, 500, 5_000, 10_000][usize::try_from(dice).unwrap()]);
            check(&model(&lines), &lines, &truth);
        }
    }
}

/// What is left of a trace is told as it was; what is missing is said.
#[test]
fn losses_are_said_and_nothing_else_is_wrong() {
    for dice in 0..8 {
        let (mut lines, truth) = seed("seed-v2-1k");
        let mut dice = Dice(dice);
        lines.retain(|_| dice.roll(10) != 0);
        let model = model(&lines);
        for (key, node) in keyed(&model, &lines) {
            let parent = truth["tree"][&key].as_str().unwrap();
            let is_said = node.row.flags.0 & RowFlags::ORPHAN != 0;
            assert!(node.parent.as_deref() == Some(parent) || is_said, "{key} under {:?}", node.parent);
            let expected = truth["node_status"][&key].as_str().unwrap();
            let found = node.row.status;
            assert!(status(found) == expected || found == Status::Unfinished, "{key} is {found:?}");
        }
        for session in &model.sessions {
            let whole = &truth["sessions"][&session.id]["tokens"];
            for (bucket, found) in tokens(session.totals.tokens).as_object().unwrap() {
                assert!(found.as_i64() <= whole[bucket].as_i64(), "{} of {}", bucket, session.id);
            }
        }
    }
}
