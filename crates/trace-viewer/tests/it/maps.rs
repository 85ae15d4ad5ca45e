//! What graphs are drawn from: maps, passes, branches; against the graph store, and from small traces.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trace_core::{
    TraceLashlangEdgeSelection, TraceLashlangGraph, TraceLashlangGraphStore, TraceLashlangNodeStatus,
    TraceReader, TraceSink as _,
};
use trace_viewer::model::{Graph, Model, Status};

use crate::support::{Dice, Trace, model, seed};

/// The snapshots of a trace's graphs by key.
fn snapshots(lines: &[String]) -> BTreeMap<String, TraceLashlangGraph> {
    let store = TraceLashlangGraphStore::default();
    let text = lines.join("\n");
    let mut reader = TraceReader::salvage(text.as_bytes());
    while let Some(entry) = reader.next_entry().unwrap() {
        if let Ok(record) = entry.record() {
            store.append(&record).unwrap();
        }
    }
    store.graphs().into_iter().map(|graph| (graph.graph_key.clone(), graph)).collect()
}

fn name(model: &Model, number: u32) -> &str {
    &model.names[number as usize]
}

/// Node by node: label, state, latest pass, number of passes.
type Nodes = Vec<(String, String, Option<u64>, u64)>;
/// Edge by edge: ends, label, state.
type Edges = Vec<(usize, usize, String, &'static str)>;

/// A graph as the page shows it at the end of the trace.
fn shown(model: &Model, graph: &Graph) -> (Nodes, Edges) {
    let map = &model.maps[graph.map as usize];
    let mut nodes: Nodes = Vec::new();
    for (number, node) in map.nodes.iter().enumerate() {
        let steps = graph.steps.iter().filter(|step| step.node == Some(u32::try_from(number).unwrap()));
        let latest = steps.clone().max_by_key(|step| step.occurrence);
        let state = match latest.map(|step| model.rows[step.row as usize].status) {
            None => "unobserved",
            Some(Status::Completed) => "completed",
            Some(Status::Failed) => "failed",
            Some(_) => "running",
        };
        let label = name(model, node.label).to_owned();
        let occurrence = latest.map(|step| step.occurrence);
        nodes.push((label, state.to_owned(), occurrence, steps.count() as u64));
    }
    let choices =
        || graph.choices.iter().map(|choice| (choice, graph.steps[choice.step as usize].occurrence));
    let mut edges = Vec::new();
    for (number, edge) in (0..).zip(&map.edges) {
        let of_node = choices().filter(|(choice, _)| map.edges[choice.edge as usize].from == edge.from);
        let latest = of_node.max_by_key(|&(choice, occurrence)| (occurrence, choice.at_us));
        let label = name(model, edge.label);
        let state = match latest {
            Some((choice, _)) if choice.edge == number => "selected",
            Some(_)
                if label == "then"
                    || label == "else"
                    || choices().any(|(choice, _)| choice.edge == number) =>
            {
                "rejected"
            }
            _ => "unknown",
        };
        edges.push((edge.from as usize, edge.to as usize, label.to_owned(), state));
    }
    // A selected arm is entered by its branch.
    for (_, to, _, _) in edges.iter().filter(|edge| edge.3 == "selected") {
        if name(model, map.nodes[*to].kind) == "branch_arm" {
            "completed".clone_into(&mut nodes[*to].1);
        }
    }
    (nodes, edges)
}

/// The same from a snapshot.
fn known(graph: &TraceLashlangGraph) -> (Nodes, Edges) {
    let state = |status| match status {
        TraceLashlangNodeStatus::Unobserved => "unobserved",
        TraceLashlangNodeStatus::Running => "running",
        TraceLashlangNodeStatus::Completed => "completed",
        TraceLashlangNodeStatus::Failed => "failed",
        _ => "?",
    };
    let place = |id: &str| graph.nodes.iter().position(|node| node.id == id).unwrap();
    let nodes = graph.nodes.iter().map(|node| {
        let passes = (node.occurrence, node.pass_count);
        (node.label.clone(), state(node.status).to_owned(), passes.0, passes.1)
    });
    let edges = graph.edges.iter().map(|edge| {
        let selection = match edge.selection {
            TraceLashlangEdgeSelection::Selected => "selected",
            TraceLashlangEdgeSelection::Rejected => "rejected",
            _ => "unknown",
        };
        (place(&edge.from), place(&edge.to), edge.label.clone(), selection)
    });
    (nodes.collect(), edges.collect())
}

#[test]
fn graphs_are_what_the_graph_store_says() {
    for (trace, shuffled) in [("seed-v2-1k", false), ("seed-v2-10k", false), ("seed-v2-10k", true)] {
        let mut lines = seed(trace).0;
        if shuffled {
            Dice(5).shuffle(&mut lines, 60);
        }
        let (model, mut snapshots) = (model(&lines), snapshots(&lines));
        let key_of_row: BTreeMap<u32, &str> = model
            .graphs
            .iter()
            .flat_map(|graph| graph.steps.iter().map(|step| (step.row, graph.key.as_str())))
            .collect();
        for graph in &model.graphs {
            let snapshot = snapshots.remove(&graph.key).unwrap();
            let (mut nodes, edges) = shown(&model, graph);
            let (mut expected, expected_edges) = known(&snapshot);
            // Arms have no passes of their own: the store counts how often their branch entered them.
            for (node, map) in model.maps[graph.map as usize].nodes.iter().enumerate() {
                if name(&model, map.kind) == "branch_arm" {
                    (nodes[node].2, nodes[node].3) = (None, 0);
                    (expected[node].2, expected[node].3) = (None, 0);
                    // Taken once and not the last time: completed still.
                    if expected[node].1 == "completed" && nodes[node].1 == "unobserved" {
                        assert!(graph.choices.iter().any(|choice| {
                            model.maps[graph.map as usize].edges[choice.edge as usize].to as usize == node
                        }));
                        nodes[node].1.clone_from(&expected[node].1);
                    }
                }
            }
            assert_eq!(nodes, expected, "{}", graph.key);
            assert_eq!(edges, expected_edges, "{}", graph.key);
            let parent = graph.parent.map(|row| key_of_row[&row].to_owned());
            assert_eq!(parent, snapshot.parent.map(|parent| parent.graph_key), "{}", graph.key);
            let error = Some(name(&model, graph.error).to_owned()).filter(|error| !error.is_empty());
            assert_eq!(error, snapshot.error, "{}", graph.key);
            for step in graph.steps.iter().filter(|step| step.error != 0) {
                assert_eq!(model.rows[step.row as usize].status, Status::Failed);
            }
        }
        assert!(snapshots.is_empty(), "{snapshots:?}");
    }
}

/// An event of graph `effect` of session `s`.
fn event(trace: &mut Trace, effect: &str, kind: &str, body: Value) {
    let mut event = json!({"kind": kind, "event_key": trace.lines.len().to_string(),
        "identity": {"scope": {"session_id": "s"}, "entry_name": "main", "module_ref": "m", "entry_kind": "main",
            "subject": {"type": "effect", "effect_id": effect, "kind": "exec_code"}}});
    event.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    trace.add("lashlang_execution", json!({"session_id": "s"}), json!({"event": event}));
}

fn pass(trace: &mut Trace, effect: &str, node: &str) {
    let body = json!({"node_id": node, "node_kind": "operation", "label": format!("said {node}"), "occurrence": trace.lines.len()});
    event(trace, effect, "node_started", body.clone());
    event(trace, effect, "node_completed", body);
}

fn map(prefix: &str) -> Value {
    json!({"execution_map": {
        "nodes": [{"id": format!("{prefix}a"), "kind": "operation", "label": "read", "label_metadata": {"title": "Read it", "description": "All of it"}},
            {"id": format!("{prefix}b"), "kind": "operation", "label": "write"}],
        "edges": [{"id": "1", "from": format!("{prefix}a"), "to": format!("{prefix}b"), "label": "sequence"},
            {"id": "2", "from": format!("{prefix}b"), "to": "elsewhere", "label": "sequence"}]}})
}

fn labels(model: &Model, graph: usize) -> Vec<&str> {
    model.maps[model.graphs[graph].map as usize].nodes.iter().map(|node| name(model, node.label)).collect()
}

#[test]
fn graphs_that_look_alike_share_a_map() {
    let mut trace = Trace::default();
    for (effect, prefix) in [("e", "x"), ("f", "x"), ("g", "y")] {
        event(&mut trace, effect, "execution_started", map(prefix));
        pass(&mut trace, effect, &format!("{prefix}b"));
    }
    let model = model(&trace.lines);
    assert_eq!((model.graphs.len(), model.maps.len()), (3, 1));
    assert!(model.graphs.iter().all(|graph| graph.steps[0].node == Some(1)));
    assert_eq!(labels(&model, 0), ["read", "write", "elsewhere"]);
    let node = model.maps[0].nodes[0];
    assert_eq!((name(&model, node.title), name(&model, node.description)), ("Read it", "All of it"));
    let edges: Vec<(u32, u32)> = model.maps[0].edges.iter().map(|edge| (edge.from, edge.to)).collect();
    assert_eq!(edges, [(0, 1), (1, 2)]);
}

#[test]
fn nodes_that_the_map_does_not_have_are_drawn_after_it() {
    let mut trace = Trace::default();
    pass(&mut trace, "e", "late");
    pass(&mut trace, "e", "later");
    pass(&mut trace, "e", "a");
    event(&mut trace, "e", "execution_started", map(""));
    let model = model(&trace.lines);
    assert_eq!(labels(&model, 0), ["read", "write", "elsewhere", "said late", "said later"]);
    let map = &model.maps[0];
    assert_eq!((map.known, map.observed, map.edges.len()), (3, false, 2));
    let nodes: Vec<Option<u32>> = model.graphs[0].steps.iter().map(|step| step.node).collect();
    assert_eq!(nodes, [Some(3), Some(4), Some(0)]);
}

#[test]
fn without_a_map_what_ran_is_drawn_in_order_of_time() {
    let mut trace = Trace::default();
    for node in ["a", "b", "a", "b", "c"] {
        pass(&mut trace, "e", node);
    }
    trace.lines.reverse();
    let model = model(&trace.lines);
    assert_eq!(labels(&model, 0), ["said a", "said b", "said c"]);
    let map = &model.maps[0];
    assert_eq!((map.known, map.observed), (0, true));
    let edges: Vec<(u32, u32)> = map.edges.iter().map(|edge| (edge.from, edge.to)).collect();
    assert_eq!(edges, [(0, 1), (1, 0), (1, 2)]);
}

#[test]
fn a_branch_takes_an_edge_by_its_id_or_its_arm() {
    let nodes = ["b", "x", "y"].map(|id| json!({"id": id, "kind": "branch_arm", "label": id}));
    let edges = [("1", "x", "then"), ("2", "y", "else")]
        .map(|(id, to, label)| json!({"id": id, "from": "b", "to": to, "label": label}));
    let mut trace = Trace::default();
    event(&mut trace, "e", "execution_started", json!({"execution_map": {"nodes": nodes, "edges": edges}}));
    for (pass, edge, selected) in [(1, "2", "then"), (2, "unknown", "then"), (3, "unknown", "neither")] {
        let body = json!({"node_id": "b", "occurrence": pass, "edge_id": edge, "selected": selected});
        event(&mut trace, "e", "branch_selected", body);
    }
    let model = model(&trace.lines);
    let choices: Vec<(u32, u32, i64)> =
        model.graphs[0].choices.iter().map(|choice| (choice.step, choice.edge, choice.at_us)).collect();
    assert_eq!(choices, [(0, 1, 1_000_000), (1, 0, 2_000_000)]);
}

#[test]
fn maps_are_bounded_and_any_shape_of_them_is_taken() {
    let nodes: Vec<Value> =
        (0..6_000).map(|id| json!({"id": id.to_string(), "kind": "operation", "label": "x"})).collect();
    let edges: Vec<Value> =
        (0..11_000).map(|id| json!({"id": id.to_string(), "from": "0", "to": "1"})).collect();
    let mut trace = Trace::default();
    event(&mut trace, "e", "execution_started", json!({"execution_map": {"nodes": nodes, "edges": edges}}));
    pass(&mut trace, "e", "1");
    pass(&mut trace, "e", "5999");
    for (effect, map) in [
        ("f", json!(null)),
        ("g", json!([1, 2])),
        ("h", json!({"nodes": 7, "edges": {}})),
        ("i", json!({"nodes": [null, 1, {"id": 5}, {"id": "a"}, {"id": "a"}], "edges": [{}, null]})),
    ] {
        event(&mut trace, effect, "execution_started", json!({"execution_map": map}));
    }
    let model = model(&trace.lines);
    let map = &model.maps[model.graphs[0].map as usize];
    assert_eq!((map.nodes.len(), map.edges.len(), map.cut), (5_000, 10_000, 2_001));
    let nodes: Vec<Option<u32>> = model.graphs[0].steps.iter().map(|step| step.node).collect();
    assert_eq!(nodes, [Some(1), None]);
    assert_eq!(model.graphs.len(), 5);
}
