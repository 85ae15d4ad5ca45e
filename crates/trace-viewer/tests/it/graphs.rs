//! Execution graphs from small traces: names, and where a child stands.

use serde_json::{Value, json};
use trace_viewer::model::{RowKind, Status};

use crate::support::{Trace, model, names, only, parents, rows};

/// An event of the main graph of session `s`.
fn graph_event(trace: &mut Trace, kind: &str, body: &Value) {
    let mut event = json!({"kind": kind, "event_key": trace.lines.len().to_string(),
        "identity": {"scope": {"session_id": "s"}, "entry_name": "main", "module_ref": "m", "entry_kind": "main",
            "subject": {"type": "effect", "effect_id": "e", "kind": "exec_code"}}});
    event.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    trace.add("lashlang_execution", json!({"session_id": "s"}), json!({"event": event}));
}

#[test]
fn graph_nodes_go_by_their_title_wherever_the_map_stands() {
    let map = json!({"execution_map": {"nodes": [
        {"id": "a", "kind": "operation", "label": "read_file", "label_metadata": {"title": "Open file"}},
        {"id": "b", "kind": "operation", "label": "grep"}]}});
    for at in [0, 2] {
        let mut trace = Trace::default();
        for (number, node) in ["a", "b", "c"].into_iter().enumerate() {
            if number == at {
                graph_event(&mut trace, "execution_started", &map);
            }
            let start = json!({"node_id": node, "node_kind": "operation", "label": format!("said {node}"), "occurrence": 1});
            graph_event(&mut trace, "node_started", &start);
        }
        let model = model(&trace.lines);
        assert_eq!(names(&model, RowKind::GraphNode), ["Open file", "said b", "said c"]);
        assert_eq!(names(&model, RowKind::Graph), ["main"]);
    }
}

#[test]
fn a_branch_says_which_arm_it_took() {
    let map = json!({"execution_map": {"nodes": [
        {"id": "b", "kind": "branch", "label": "if empty(paths)"},
        {"id": "c", "kind": "branch", "label": "if done", "label_metadata": {"title": "Ready?"}}]}});
    let mut trace = Trace::default();
    graph_event(&mut trace, "execution_started", &map);
    for (node, pass, selected) in [
        ("b", 1, "else"),
        ("b", 2, "then"),
        ("c", 1, "else"),
        ("c", 1, "then"),
        ("d", 1, "then"),
        ("c", 2, ""),
    ] {
        let branch = json!({"node_id": node, "occurrence": pass, "edge_id": "e", "selected": selected});
        graph_event(&mut trace, "branch_selected", &branch);
    }
    let model = model(&trace.lines);
    let expected =
        ["if empty(paths) → else", "if empty(paths) → then", "Ready? → then", "branch → then", "Ready?"];
    assert_eq!(names(&model, RowKind::GraphNode), expected);
    assert!(rows(&model, RowKind::GraphNode).iter().all(|&row| model.rows[row].status == Status::Completed));
}

/// A node that starts process `p`, whose session scope is `session`.
fn child(trace: &mut Trace, session: &str) {
    let node = json!({"node_id": "n", "node_kind": "start", "label": "start", "occurrence": 1});
    graph_event(trace, "node_started", &node);
    let child = json!({"parent_node_id": "n", "occurrence": 1, "child": {"scope": {"session_id": session},
        "subject": {"type": "process", "process_id": "p"}, "module_ref": "m", "entry_name": "inner"}});
    graph_event(trace, "child_started", &child);
}

#[test]
fn a_child_without_records_has_no_row() {
    let mut trace = Trace::default();
    child(&mut trace, "elsewhere");
    let model = model(&trace.lines);
    assert_eq!(names(&model, RowKind::Graph), ["main"]);
    assert_eq!(names(&model, RowKind::Session), ["s"]);
}

#[test]
fn a_process_without_a_graph_stands_under_the_node_that_started_it() {
    let mut trace = Trace::default();
    let turn = trace.turn("s", "t");
    let step = json!({"plugin_id": "runtime", "payload": {"diagnostic": {"phase": "process_started", "payload": {}}}});
    trace.add(
        "protocol_step",
        json!({"session_id": "s", "graph_node_id": "process:p", "parent_graph_node_id": turn}),
        step,
    );
    child(&mut trace, "s");
    for session in ["s", "t"] {
        let inside = json!({"session_id": session, "parent_graph_node_id": "process:p"});
        trace.add("custom", inside, json!({"name": session}));
    }
    let model = model(&trace.lines);
    let (parents, process) = (parents(&model), only(&model, RowKind::Process));
    assert_eq!(names(&model, RowKind::Graph), ["main"]);
    assert_eq!(parents[process], Some(only(&model, RowKind::GraphNode)));
    let inside: Vec<_> = rows(&model, RowKind::Custom).into_iter().map(|row| parents[row]).collect();
    assert_eq!(inside, [Some(process), Some(process)]);
    assert!(model.rows.iter().all(|row| row.flags.peculiarities() == 0));
}
