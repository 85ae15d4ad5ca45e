//! Execution graphs from small traces: names, and where a child stands.

use serde_json::{Value, json};
use trace_viewer::model::{RowKind, Status};

use crate::support::{Trace, model, names, rows};

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
