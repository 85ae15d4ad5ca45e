//! What the model knows of causes: links, notes, and what log lines stand beside.

use serde_json::{Value, json};
use trace_core::Severity;
use trace_viewer::model::{Link, LinkKind, Model, RowFlags, RowKind, Status};

use crate::support::{Trace, model, only, parents, rows};

fn link(model: &Model, kind: LinkKind) -> Vec<(u32, u32)> {
    let links = model.links.iter().filter(|link| link.kind == kind);
    links.map(|link: &Link| (link.row, link.cause)).collect()
}

fn row_of(model: &Model, record: usize) -> u32 {
    model.records[record].row
}

/// A session with a turn that something caused.
fn caused_turn(trace: &mut Trace, session: &str, cause: &Value) -> usize {
    let context = json!({"session_id": session, "turn_id": "t0", "graph_node_id": format!("turn:{session}:t0"),
        "metadata": {"caused_by": cause}});
    trace.add("turn_started", context, json!({}));
    trace.lines.len() - 1
}

#[test]
fn a_retry_is_linked_to_the_call_that_failed() {
    let mut trace = Trace::default();
    let turn = trace.turn("s", "t0");
    for (call, metadata) in
        [("l0", json!({})), ("l1", json!({"retry_of": "l0"})), ("l2", json!({"retry_of": "l1"}))]
    {
        let context = json!({"session_id": "s", "turn_id": "t0", "llm_call_id": call, "graph_node_id": format!("llm:{call}"),
            "parent_graph_node_id": turn, "metadata": metadata});
        trace.add("llm_call_failed", context, json!({"error": {"message": "overloaded", "retryable": true}}));
    }
    let model = model(&trace.lines);
    let [l0, l1, l2] = [1, 2, 3].map(|record| row_of(&model, record));
    assert_eq!(link(&model, LinkKind::Retry), [(l1, l0), (l2, l1)]);
}

/// Providers that count anew in every turn use the same call id again.
#[test]
fn a_tool_call_is_linked_to_the_model_call_that_asked_for_it() {
    for long in [false, true] {
        let mut trace = Trace::default();
        let mut expected = Vec::new();
        for turn in ["t0", "t1"] {
            let parent = trace.turn("s", turn);
            let llm = format!("{turn}:0");
            let context = json!({"session_id": "s", "turn_id": turn, "llm_call_id": llm, "graph_node_id": format!("llm:{llm}"),
                "parent_graph_node_id": parent});
            let parts =
                json!([{"type": "text"}, {"type": "tool_call", "call_id": "call_0", "tool_name": "x"}]);
            trace.add(
                "llm_call_completed",
                context.clone(),
                json!({"response": {"text": "", "duration_ms": 1, "parts": parts}}),
            );
            let asked = json!({"event": {"event_name": "tool_call", "call_id": "call_1"}});
            let chunk = json!({"session_id": "s", "turn_id": turn, "llm_call_id": llm});
            trace.add("runtime_stream_event", chunk, asked);
            for call in ["call_0", "call_1", "nobody_asked"] {
                let id = if long { format!("tool:s:{call}") } else { format!("tool:{call}") };
                let context = json!({"session_id": "s", "turn_id": turn, "graph_node_id": id, "parent_graph_node_id": parent});
                trace.add("tool_call_started", context, json!({"call_id": call, "name": "x", "args": {}}));
            }
            let at = trace.lines.len();
            expected.extend([(at - 3, at - 5), (at - 2, at - 5)]);
        }
        let model = model(&trace.lines);
        let expected = expected.into_iter().map(|(tool, llm)| (row_of(&model, tool), row_of(&model, llm)));
        assert_eq!(link(&model, LinkKind::Request), expected.collect::<Vec<_>>(), "{long}");
    }
}

#[test]
fn parts_of_another_shape_hurt_nothing() {
    for parts in [json!({"a": 1}), json!("text"), json!(3), json!([1, null, ["x"]]), json!(null)] {
        let mut trace = Trace::default();
        trace.turn("s", "t0");
        let context = json!({"session_id": "s", "turn_id": "t0", "llm_call_id": "l0"});
        let usage = json!({"input_tokens": 5});
        trace.add(
            "llm_call_completed",
            context,
            json!({"response": {"duration_ms": 7, "parts": parts}, "usage": usage}),
        );
        let model = model(&trace.lines);
        assert_eq!(model.totals.tokens.input, 5, "{parts}");
        assert_eq!(model.rows[only(&model, RowKind::LlmCall)].duration_us, 7_000);
    }
}

#[test]
fn a_turn_is_linked_to_what_caused_it() {
    let mut trace = Trace::default();
    trace.turn("a", "t0");
    trace.tool("a", "t0", "c0", "success");
    trace.add(
        "runtime_event",
        json!({"graph_node_id": "trigger:noon"}),
        json!({"name": "fired", "level": "info"}),
    );
    let process = json!({"session_id": "a", "graph_node_id": "process:p"});
    trace.add("custom", process, json!({"name": "process_started"}));
    let causes = [
        (json!({"kind": "tool_call", "session_id": "a", "turn_id": "t0", "call_id": "c0"}), 1),
        (json!({"type": "turn", "session_id": "a", "turn_id": "t0"}), 0),
        (json!({"kind": "trigger_occurrence", "occurrence_id": "noon"}), 3),
        (json!({"kind": "process", "process_id": "p"}), 4),
    ];
    let mut expected = Vec::new();
    for (number, (cause, record)) in causes.iter().enumerate() {
        // The process is known in its own session.
        let session = if *record == 4 { "a".to_owned() } else { format!("b{number}") };
        let turn = if *record == 4 { "t9" } else { "t0" };
        let context = json!({"session_id": session, "turn_id": turn, "metadata": {"caused_by": cause}});
        trace.add("turn_started", context, json!({}));
        expected.push((trace.lines.len() - 1, *record));
    }
    let model = model(&trace.lines);
    let mut expected: Vec<_> =
        expected.into_iter().map(|(turn, cause)| (row_of(&model, turn), row_of(&model, cause))).collect();
    expected.sort_unstable();
    assert_eq!(link(&model, LinkKind::Cause), expected);
    assert!(model.notes.rows.is_empty());
}

#[test]
fn a_cause_that_is_not_in_the_input_is_told() {
    let mut trace = Trace::default();
    let record =
        caused_turn(&mut trace, "s", &json!({"kind": "trigger_occurrence", "occurrence_id": "noon"}));
    let model = model(&trace.lines);
    assert_eq!(model.links, []);
    assert_eq!(model.notes.rows, [(row_of(&model, record), 0)]);
    assert_eq!(model.notes.texts, ["caused by trigger occurrence noon, which is not in the input"]);
}

#[test]
fn a_changed_prompt_says_what_changed() {
    let mut trace = Trace::default();
    let prompt = |trace: &mut Trace, parts: &[(&str, &str)]| {
        let parts: Vec<Value> =
            parts.iter().map(|(id, hash)| json!({"id": id, "kind": "x", "hash": hash})).collect();
        trace.add(
            "prompt_built",
            json!({"session_id": "s"}),
            json!({"prompt_hash": "h", "prompt_chars": 1, "components": parts}),
        );
    };
    prompt(&mut trace, &[("system", "1"), ("tools", "1")]);
    prompt(&mut trace, &[("tools", "1"), ("system", "1")]);
    prompt(&mut trace, &[("system", "2"), ("memory", "1")]);
    prompt(&mut trace, &[("system", "3"), ("memory", "1")]);
    let model = model(&trace.lines);
    let names = |row: u32| {
        let (_, text) = *model.notes.rows.iter().find(|(at, _)| *at == row)?;
        Some(model.notes.texts[text as usize].as_str())
    };
    let told: Vec<_> = (0..4).map(|record| names(row_of(&model, record))).collect();
    assert_eq!(told, [None, None, Some("changed: system, tools, memory"), Some("changed: system")]);
    assert_eq!((model.drift.compared, model.drift.changed), (3, 2));
    let components: Vec<_> = model
        .drift
        .components
        .iter()
        .map(|&(name, count)| (model.names[name as usize].as_str(), count))
        .collect();
    assert_eq!(components, [("system", 2), ("tools", 1), ("memory", 1)]);
}

/// A log line written within a call carries the call's node id or names it as its parent.
#[test]
fn log_lines_stand_in_the_call_that_wrote_them() {
    for lead in [false, true] {
        for context in [
            json!({"session_id": "s", "turn_id": "t0", "graph_node_id": "tool:c0"}),
            json!({"session_id": "s", "turn_id": "t0", "parent_graph_node_id": "tool:c0"}),
            json!({"session_id": "s", "turn_id": "t0", "graph_node_id": "tool:c0", "parent_graph_node_id": "turn:s:t0"}),
        ] {
            let mut trace = Trace::default();
            trace.turn("s", "t0");
            let log = json!({"level": "warn", "target": "x", "message": "slow"});
            if lead {
                trace.add("log", context.clone(), log.clone());
            }
            trace.tool("s", "t0", "c0", "success");
            if !lead {
                trace.add("log", context.clone(), log);
            }
            let model = model(&trace.lines);
            let (tool, log) = (only(&model, RowKind::ToolCall), only(&model, RowKind::Log));
            assert_eq!(parents(&model)[log], Some(tool), "{lead} {context}");
            assert_eq!(model.rows[tool].status, Status::Completed);
            assert_eq!(model.rows[log].flags.0 & RowFlags::ORPHAN, 0);
        }
    }
}

#[test]
fn what_a_run_logs_outside_sessions_stands_in_the_run() {
    let mut trace = Trace::default();
    let context = json!({"run_id": "r1"});
    trace.add("runtime_event", context.clone(), json!({"name": "ready", "level": "info"}));
    trace.add("run_started", context.clone(), json!({"run_id": "r1", "program": "deploy"}));
    trace.add("log", context, json!({"level": "warn", "target": "x", "message": "m"}));
    trace.add("log", json!({"run_id": "unknown"}), json!({"level": "info", "target": "x", "message": "m"}));
    let model = model(&trace.lines);
    let run = only(&model, RowKind::Run);
    let above = parents(&model);
    assert_eq!(above[only(&model, RowKind::RuntimeEvent)], Some(run));
    let logs = rows(&model, RowKind::Log).into_iter().map(|log| above[log]);
    assert_eq!(logs.collect::<Vec<_>>(), [Some(run), None]);
}

#[test]
fn rows_of_log_lines_know_their_severity() {
    let mut trace = Trace::default();
    for level in ["trace", "debug", "info", "warn", "error", "critical", "nonsense"] {
        trace.add("log", json!({}), json!({"level": level, "target": "x", "message": "m"}));
    }
    trace.turn("s", "t0");
    let model = model(&trace.lines);
    let levels: Vec<_> =
        (0..8).map(|record| model.rows[row_of(&model, record) as usize].flags.level()).collect();
    let all = Severity::ALL.map(Some);
    assert_eq!(levels, [all.as_slice(), &[Some(Severity::Info), None]].concat());
    let failed = model.rows.iter().filter(|row| row.status == Status::Failed).count();
    assert_eq!(failed, 2);
}
