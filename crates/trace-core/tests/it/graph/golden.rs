//! The snapshot's JSON: the documented example, and nothing beside it but what is named here.

use serde_json::{Value, json};
use trace_core::TraceLashlangGraph;
use trace_core::event::{
    ChildStarted, NodeCompleted, NodeStarted, ProcessSubject, TraceLashlangBranch,
    TraceLashlangChildExecution, TraceLashlangMapEdge, TraceLashlangMapNode, TraceRuntimeScope,
};

use super::build::{branch, effect, map, only, record};

/// The example of the documentation.
fn example() -> Value {
    json!({
        "graph_key": "effect:session-1:turn-7:exec-1",
        "status": "running",
        "nodes": [
            {
                "id": "n1",
                "kind": "operation",
                "label": "workspace.default.glob",
                "label_metadata": { "title": "Find candidates" },
                "status": "completed",
                "duration_ms": 12
            },
            {
                "id": "n2",
                "kind": "branch",
                "label": "if empty(paths)",
                "label_metadata": { "title": "Choose path" },
                "status": "completed"
            },
            {
                "id": "n3",
                "kind": "start",
                "label": "start review_one",
                "label_metadata": { "title": "Start child review" },
                "status": "completed"
            }
        ],
        "edges": [
            { "id": "e-then", "from": "n2", "to": "then", "label": "then", "selection": "rejected" },
            { "id": "e-else", "from": "n2", "to": "else", "label": "else", "selection": "selected" }
        ],
        "children": [
            {
                "parent_node_id": "n3",
                "child_graph_key": "process:review-process-id",
                "child_entry_name": "review_one"
            }
        ]
    })
}

/// What an example that is cut short leaves out.
fn beside_the_example() -> Value {
    json!({
        "scope": { "session_id": "session-1", "turn_id": "turn-7" },
        "subject": { "type": "effect", "effect_id": "exec-1", "kind": "exec_code" },
        "module_ref": "module:1",
        "entry_kind": "main",
        "entry_name": "main",
        "nodes": [
            {
                "occurrence": 1,
                "pass_count": 1,
                "first_timestamp": "2026-05-11T11:46:40.001+00:00",
                "last_timestamp": "2026-05-11T11:46:40.013+00:00",
                "total_duration_ms": 12
            },
            { "occurrence": 1, "pass_count": 1, "last_timestamp": "2026-05-11T11:46:40.014+00:00" },
            { "occurrence": 1, "pass_count": 1, "last_timestamp": "2026-05-11T11:46:40.016+00:00" }
        ],
        "edges": [{}, {}],
        "children": [{ "parent_graph_key": "effect:session-1:turn-7:exec-1" }]
    })
}

/// Both values in one, member by member and item by item.
fn merge(left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::Object(mut left), Value::Object(right)) => {
            for (key, value) in right {
                let value = match left.remove(&key) {
                    Some(known) => merge(known, value),
                    None => value,
                };
                left.insert(key, value);
            }
            Value::Object(left)
        }
        (Value::Array(left), Value::Array(right)) => {
            assert_eq!(left.len(), right.len());
            Value::Array(left.into_iter().zip(right).map(|(left, right)| merge(left, right)).collect())
        }
        (left, right) => panic!("{left} and {right} say the same"),
    }
}

fn observed() -> TraceLashlangGraph {
    let glob = TraceLashlangMapNode::new("n1", "operation", "workspace.default.glob");
    let choose = TraceLashlangMapNode::new("n2", "branch", "if empty(paths)");
    let review = TraceLashlangMapNode::new("n3", "start", "start review_one");
    let nodes = vec![
        glob.clone().with_title("Find candidates"),
        choose.with_title("Choose path"),
        review.clone().with_title("Start child review"),
    ];
    let edge = |id: &str, arm: &str| TraceLashlangMapEdge::new(id, "n2", arm, arm);
    let subject = ProcessSubject::new("review-process-id").into();
    let mut child = TraceLashlangChildExecution::new(TraceRuntimeScope::new("session-1"), subject);
    child.entry_name = Some("review_one".to_owned());

    let identity = effect("exec-1");
    only(&[
        record(&identity, 0, map(nodes, vec![edge("e-then", "then"), edge("e-else", "else")])),
        record(&identity, 1, NodeStarted::new(&glob, 1)),
        record(&identity, 13, NodeCompleted::new(&glob, 1)),
        record(&identity, 14, branch("n2", 1, "e-else", TraceLashlangBranch::Else)),
        record(&identity, 15, ChildStarted::new("n3", 1, child)),
        record(&identity, 16, NodeCompleted::new(&review, 1)),
    ])
}

#[test]
fn the_example_is_written_as_documented() {
    let json = serde_json::to_value(observed()).unwrap();
    assert_eq!(json, merge(example(), beside_the_example()));
}

#[test]
fn a_snapshot_is_read_back_as_it_was() {
    let graph = observed();
    let text = serde_json::to_string(&graph).unwrap();
    assert_eq!(serde_json::from_str::<TraceLashlangGraph>(&text).unwrap(), graph);
}
