//! Real traces and what is true of their graphs, in every order of arrival.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trace_core::{
    TraceEvent, TraceLashlangEdgeSelection as Selection, TraceLashlangGraph, TraceLashlangGraphStore,
    TraceRecord,
};

use super::build::store;
use crate::support::gunzip;

fn records(name: &str) -> Vec<TraceRecord> {
    gunzip(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A small generator of numbers, the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index + 1));
        }
    }
}

/// Every order a reader may see: as written, backwards, shuffled within windows, shuffled, and each record twice.
fn orders(records: &[TraceRecord]) -> Vec<(String, Vec<&TraceRecord>)> {
    let written: Vec<&TraceRecord> = records.iter().collect();
    let mut orders = vec![
        ("as written".to_owned(), written.clone()),
        ("backwards".to_owned(), written.iter().rev().copied().collect()),
    ];
    let mut dice = Dice(0x5eed);
    for window in [4, 64, 512] {
        let mut shuffled = written.clone();
        for chunk in shuffled.chunks_mut(window) {
            dice.shuffle(chunk);
        }
        orders.push((format!("shuffled within {window}"), shuffled));
    }
    for round in 0..3 {
        let mut shuffled = [written.clone(), written.clone()].concat();
        dice.shuffle(&mut shuffled);
        orders.push((format!("twice, shuffled, round {round}"), shuffled));
    }
    orders
}

/// A graph in the form of the truth files.
fn told(graph: &TraceLashlangGraph) -> Value {
    let nodes: BTreeMap<_, _> = graph
        .nodes
        .iter()
        .map(|node| (&node.id, serde_json::json!({ "status": node.status, "occurrence": node.occurrence })))
        .collect();
    let edges = |selection| -> BTreeSet<_> {
        graph.edges.iter().filter(|edge| edge.selection == selection).map(|edge| &edge.id).collect()
    };
    let children: BTreeSet<_> =
        graph.children.iter().map(|link| (&link.child_graph_key, &link.parent_node_id)).collect();
    serde_json::json!({
        "status": graph.status,
        "error": graph.error,
        "nodes": nodes,
        "interrupted": graph.interrupted().map(|node| &node.id).collect::<BTreeSet<_>>(),
        "edges": {
            "selected": edges(Selection::Selected),
            "rejected": edges(Selection::Rejected),
            "total": graph.edges.len(),
        },
        "children": children,
    })
}

/// A graph of a truth file in the form of [`told`]; each list in order.
fn truth(graph: &Value) -> Value {
    let sorted = |list: &Value| -> BTreeSet<String> {
        list.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let children: BTreeSet<_> = graph["children"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| (text(&link["child_graph_key"]), text(&link["parent_node_id"])))
        .collect();
    serde_json::json!({
        "status": graph["status"],
        "error": graph["error"],
        "nodes": graph["nodes"],
        "interrupted": sorted(&graph["interrupted"]),
        "edges": {
            "selected": sorted(&graph["edges"]["selected"]),
            "rejected": sorted(&graph["edges"]["rejected"]),
            "total": graph["edges"]["total"],
        },
        "children": children,
    })
}

/// Children know their parents: whoever links them first.
fn check_parents(graphs: &[TraceLashlangGraph]) {
    let by_key: BTreeMap<_, _> = graphs.iter().map(|graph| (graph.graph_key.as_str(), graph)).collect();
    let linked: BTreeSet<_> =
        graphs.iter().flat_map(|graph| &graph.children).map(|link| link.child_graph_key.as_str()).collect();
    for graph in graphs {
        let Some(parent) = &graph.parent else {
            assert!(!linked.contains(graph.graph_key.as_str()), "{} has no parent", graph.graph_key);
            continue;
        };
        let known = &by_key[parent.graph_key.as_str()].children;
        assert!(known.iter().any(|link| {
            link.child_graph_key == graph.graph_key && link.parent_node_id == parent.node_id
        }));
    }
}

fn check(name: &str) {
    let truths: Value = serde_json::from_str(&gunzip(&format!("{name}.truth.json.gz"))).unwrap();
    let truths = truths["graphs"].as_object().unwrap();
    let records = records(&format!("{name}.jsonl.gz"));
    let mut first = None;
    for (order, records) in orders(&records) {
        let graphs = store(records).graphs();
        assert!(graphs.iter().map(|graph| &graph.graph_key).eq(truths.keys()), "{order}");
        for graph in &graphs {
            assert_eq!(told(graph), truth(&truths[&graph.graph_key]), "{order}: {}", graph.graph_key);
            assert!(!graph.map_missing);
        }
        check_parents(&graphs);
        assert_eq!(*first.get_or_insert_with(|| graphs.clone()), graphs, "{order}: the order shows");
    }
}

#[test]
fn a_thousand_records() {
    check("seed-v2-1k");
}

#[test]
fn ten_thousand_records() {
    check("seed-v2-10k");
}

fn is_map(record: &TraceRecord) -> bool {
    let TraceEvent::LashlangExecution(execution) = &record.event else { return false };
    matches!(execution.event.step, trace_core::event::ExecutionStep::ExecutionStarted(_))
}

/// With every map lost, what ran is still told as it was, and the loss is said.
#[test]
fn lost_maps_are_said_and_nothing_that_ran_is_wrong() {
    let records = records("seed-v2-10k.jsonl.gz");
    let whole = store(&records);
    let lossy: TraceLashlangGraphStore = store(records.iter().filter(|record| !is_map(record)));
    for graph in lossy.graphs() {
        let full = whole.graph(&graph.graph_key).unwrap();
        assert!(graph.map_missing);
        assert_eq!((graph.status, &graph.error, &graph.children), (full.status, &full.error, &full.children));
        for node in &graph.nodes {
            let known = full.node(&node.id).unwrap();
            assert_eq!((node.status, node.occurrence), (known.status, known.occurrence));
            assert_eq!((node.duration_ms, node.interrupted), (known.duration_ms, known.interrupted));
            assert_eq!(node.kind, known.kind);
        }
    }
}
