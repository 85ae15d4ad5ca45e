//! What a graph's snapshot says, event by event.

use trace_core::event::{
    ExecutionStep, NodeCompleted, NodeStarted, TraceLashlangBranch, TraceLashlangMapEdge,
    TraceLashlangMapNode, TraceLashlangStatus,
};
use trace_core::{
    TraceContext, TraceLashlangEdgeSelection as Selection, TraceLashlangGraph, TraceLashlangGraphNode,
    TraceLashlangGraphStore, TraceLashlangNodeStatus as Status, TraceRecord, TraceSink, event::Custom,
};

use super::build::{
    branch, child, complete, fail, finish, fork, keyed, map, ms, only, op, process, record, start, store,
};

fn graph(events: impl IntoIterator<Item = (i64, ExecutionStep)>) -> TraceLashlangGraph {
    let identity = process("p");
    let records: Vec<_> = events.into_iter().map(|(at, step)| record(&identity, at, step)).collect();
    only(&records)
}

fn node(events: impl IntoIterator<Item = (i64, ExecutionStep)>) -> TraceLashlangGraphNode {
    graph(events).node("n").unwrap().clone()
}

#[test]
fn a_late_start_does_not_reopen_a_finished_node() {
    let node = node([(0, complete("n", 1)), (5, start("n", 1))]);
    assert_eq!(node.status, Status::Completed);
    assert_eq!(node.duration_ms, Some(0), "a start after the end is a clock's mistake, not negative time");
}

#[test]
fn a_later_pass_reopens_it_and_an_earlier_one_does_not() {
    let node = node([(0, start("n", 2)), (1, start("n", 1)), (2, complete("n", 1))]);
    assert_eq!((node.status, node.occurrence, node.pass_count), (Status::Running, Some(2), 2));
    assert_eq!((node.duration_ms, node.total_duration_ms), (None, Some(1)));
}

#[test]
fn the_duration_is_the_latest_pass_with_count_and_total_beside_it() {
    let node = node([
        (0, start("n", 1)),
        (10, complete("n", 1)),
        (100, start("n", 2)),
        (107, complete("n", 2)),
        (200, complete("n", 3)),
        (300, start("n", 4)),
        (305, complete("n", 4)),
    ]);
    assert_eq!((node.duration_ms, node.total_duration_ms, node.pass_count), (Some(5), Some(22), 4));
    assert_eq!((node.first_timestamp, node.last_timestamp), (Some(ms(0)), Some(ms(305))));
}

#[test]
fn a_node_that_never_started_has_no_duration() {
    let node = node([(3, complete("n", 1))]);
    assert_eq!((node.status, node.duration_ms, node.first_timestamp), (Status::Completed, None, None));
}

#[test]
fn an_error_stands_until_a_later_pass_succeeds() {
    let failed = vec![(0, start("n", 1)), (1, fail("n", 1, "no network"))];
    let retried = [failed.clone(), vec![(2, start("n", 2))]].concat();
    let done = [retried.clone(), vec![(3, complete("n", 2))]].concat();

    let error = |events: Vec<(i64, ExecutionStep)>| node(events).latest_error;
    assert_eq!(error(failed).as_deref(), Some("no network"));
    assert_eq!(error(retried).as_deref(), Some("no network"));
    assert_eq!(error(done), None);
}

#[test]
fn of_two_ends_of_one_pass_the_later_counts() {
    assert_eq!(node([(1, fail("n", 1, "x")), (2, complete("n", 1))]).status, Status::Completed);
    assert_eq!(node([(2, fail("n", 1, "x")), (1, complete("n", 1))]).status, Status::Failed);
    let tie = node([(1, complete("n", 1)), (1, fail("n", 1, "x"))]);
    assert_eq!((tie.status, tie.latest_error.as_deref()), (Status::Failed, Some("x")));
}

#[test]
fn a_map_enriches_nodes_known_before_it() {
    let described = op("n").with_title("Find candidates");
    let graph = graph([(9, map(vec![described, op("later")], vec![])), (1, start("n", 1))]);
    let title = graph.nodes[0].label_metadata.as_ref().map(|label| label.title.as_str());
    assert_eq!(title, Some("Find candidates"));
    assert_eq!(graph.nodes[1].status, Status::Unobserved);
    assert!(!graph.map_missing);
}

#[test]
fn nodes_without_a_map_follow_in_the_order_they_were_observed() {
    let graph =
        graph([(3, start("a", 1)), (1, start("z", 1)), (2, branch("b", 1, "e", TraceLashlangBranch::Then))]);
    let nodes: Vec<_> = graph.nodes.iter().map(|node| (node.id.as_str(), node.kind.as_str())).collect();
    assert_eq!(nodes, [("z", "operation"), ("b", "branch"), ("a", "operation")]);
    assert!(graph.map_missing);
}

#[test]
fn a_branch_without_a_map_is_described_by_its_own_events() {
    let described = TraceLashlangMapNode::new("b", "branch_op", "if empty");
    let chosen = || branch("b", 1, "e", TraceLashlangBranch::Then);
    let found = graph([(1, chosen()), (2, NodeCompleted::new(&described, 1).into())]);
    assert_eq!((&*found.nodes[0].kind, &*found.nodes[0].label), ("branch_op", "if empty"));

    let later = TraceLashlangMapNode::new("b", "renamed", "later");
    let first_counts = graph([
        (1, chosen()),
        (2, NodeStarted::new(&described, 2).into()),
        (3, NodeCompleted::new(&later, 2).into()),
    ]);
    assert_eq!((&*first_counts.nodes[0].kind, &*first_counts.nodes[0].label), ("branch_op", "if empty"));

    let mapped = graph([(0, fork()), (1, chosen()), (2, NodeCompleted::new(&described, 1).into())]);
    assert_eq!(mapped.node("b").unwrap().label, "if x", "a map stands over events");
}

#[test]
fn nodes_that_run_when_the_graph_ends_are_interrupted() {
    for status in [TraceLashlangStatus::Failed, TraceLashlangStatus::Cancelled] {
        let graph = graph([
            (0, start("n", 1)),
            (1, start("m", 1)),
            (2, complete("m", 1)),
            (3, finish(status, Some("stopped"))),
        ]);
        let interrupted: Vec<_> = graph.interrupted().map(|node| node.id.as_str()).collect();
        assert_eq!(interrupted, ["n"]);
        assert_eq!((graph.status, graph.error.as_deref()), (status, Some("stopped")));
    }
}

#[test]
fn a_finished_graph_stays_finished_when_its_start_is_late() {
    let graph = graph([(1, finish(TraceLashlangStatus::Completed, None)), (2, fork())]);
    assert_eq!(graph.status, TraceLashlangStatus::Completed);
    assert_eq!(graph.nodes.len(), 4);
}

#[test]
fn of_several_ends_the_latest_counts() {
    let identity = process("p");
    let failed = record(&identity, 1, finish(TraceLashlangStatus::Failed, Some("crashed")));
    let done = keyed("resumed", record(&identity, 2, finish(TraceLashlangStatus::Completed, None)));
    let graph = only(&[failed, done]);
    assert_eq!((graph.status, graph.error), (TraceLashlangStatus::Completed, None));
}

fn selections(graph: &TraceLashlangGraph) -> Vec<(&str, Selection)> {
    graph.edges.iter().map(|edge| (edge.id.as_str(), edge.selection)).collect()
}

#[test]
fn a_branch_selects_one_edge_and_rejects_the_other_arm() {
    let graph = graph([(0, fork()), (4, branch("b", 1, "e-else", TraceLashlangBranch::Else))]);
    assert_eq!(
        selections(&graph),
        [("e-then", Selection::Rejected), ("e-else", Selection::Selected), ("e-next", Selection::Unknown)]
    );
    let b = graph.node("b").unwrap();
    assert_eq!((b.status, b.duration_ms, b.first_timestamp), (Status::Completed, None, None));
    let no = graph.node("no").unwrap();
    assert_eq!((no.status, no.occurrence, no.duration_ms), (Status::Completed, Some(1), Some(0)));
    assert_eq!(graph.node("yes").unwrap().status, Status::Unobserved);
}

#[test]
fn the_latest_pass_through_a_branch_decides() {
    let graph = graph([
        (0, fork()),
        (9, branch("b", 1, "e-else", TraceLashlangBranch::Else)),
        (8, branch("b", 2, "e-then", TraceLashlangBranch::Then)),
    ]);
    assert_eq!(graph.edge("e-then").unwrap().selection, Selection::Selected);
    assert_eq!(graph.edge("e-else").unwrap().selection, Selection::Rejected);
    assert_eq!(graph.node("no").unwrap().occurrence, Some(1), "an arm taken earlier stays completed");
}

#[test]
fn an_edge_the_map_does_not_name_is_found_by_node_and_arm() {
    let found = graph([(0, fork()), (1, branch("b", 1, "edge:unheard-of", TraceLashlangBranch::Then))]);
    assert_eq!(found.edge("e-then").unwrap().selection, Selection::Selected);
    assert_eq!(found.edge("e-else").unwrap().selection, Selection::Rejected);
    assert_eq!(found.node("yes").unwrap().status, Status::Completed);

    let sequence = TraceLashlangMapEdge::new("e", "b", "n", "sequence");
    let plain = map(vec![op("n")], vec![sequence]);
    let lost = graph([(0, plain), (1, branch("b", 1, "edge:unheard-of", TraceLashlangBranch::Then))]);
    assert_eq!(lost.edge("e").unwrap().selection, Selection::Unknown);
    assert_eq!(lost.node("b").unwrap().status, Status::Completed);
}

#[test]
fn an_arm_that_reports_for_itself_is_believed() {
    let arm = TraceLashlangMapNode::new("yes", "branch_arm", "yes");
    let graph = graph([
        (0, fork()),
        (1, branch("b", 3, "e-then", TraceLashlangBranch::Then)),
        (2, NodeStarted::new(&arm, 1).into()),
    ]);
    let yes = graph.node("yes").unwrap();
    assert_eq!((yes.status, yes.occurrence), (Status::Running, Some(1)));
}

#[test]
fn children_are_linked_once_in_the_order_they_started_in() {
    let graph = graph([
        (5, child("n", 1, "late")),
        (1, child("n", 1, "early")),
        (7, child("n", 2, "early")),
        (5, child("a", 1, "late")),
    ]);
    let links: Vec<_> = graph
        .children
        .iter()
        .map(|link| (link.parent_node_id.as_str(), link.child_graph_key.as_str()))
        .collect();
    assert_eq!(links, [("n", "process:early"), ("a", "process:late"), ("n", "process:late")]);
    assert_eq!(graph.children[0].parent_graph_key, "process:p");
}

#[test]
fn a_child_knows_who_started_it_first() {
    let records = [
        record(&process("child"), 0, start("n", 1)),
        record(&process("later"), 3, child("x", 1, "child")),
        record(&process("first"), 2, child("y", 1, "child")),
        record(&process("child"), 1, child("z", 1, "child")),
    ];
    for order in [vec![0, 1, 2, 3], vec![3, 2, 1, 0], vec![1, 3, 0, 2]] {
        let graphs = store(order.into_iter().map(|index| &records[index]));
        let parent = graphs.graph("process:child").unwrap().parent.unwrap();
        assert_eq!((parent.graph_key.as_str(), parent.node_id.as_str()), ("process:first", "y"));
        assert_eq!(graphs.graph("process:first").unwrap().parent, None);
    }
}

#[test]
fn of_events_with_one_key_the_earliest_counts() {
    let identity = process("p");
    let early = keyed("k", record(&identity, 1, start("n", 1)));
    let late = keyed("k", record(&identity, 2, complete("m", 1)));
    let graph = only(&[early.clone(), late]);
    assert_eq!(graph.nodes.len(), 1);
    assert_eq!(graph.nodes[0].id, "n");

    let tied = keyed("k", record(&identity, 1, fail("n", 1, "x")));
    assert_eq!(only(&[early, tied]).nodes[0].status, Status::Running, "what comes first in a life counts");
}

#[test]
fn of_children_with_one_key_only_the_one_that_counts_has_a_parent() {
    let identity = process("p");
    let early = keyed("k", record(&identity, 1, child("n", 1, "a")));
    let late = keyed("k", record(&identity, 2, child("n", 1, "b")));
    let other = [record(&process("a"), 0, start("n", 1)), record(&process("b"), 0, start("n", 1))];
    for order in [[&early, &late], [&late, &early]] {
        let graphs = store(order.into_iter().chain(&other));
        assert!(graphs.graph("process:a").unwrap().parent.is_some());
        assert_eq!(graphs.graph("process:b").unwrap().parent, None);
    }
}

#[test]
fn one_key_in_two_graphs_is_two_events() {
    let graphs = store(&[
        keyed("k", record(&process("a"), 0, start("n", 1))),
        keyed("k", record(&process("b"), 0, start("n", 1))),
    ]);
    assert_eq!(graphs.graphs().len(), 2);
}

#[test]
fn steps_of_a_newer_writer_prove_the_graph_and_change_nothing() {
    let line = serde_json::to_string(&record(&process("p"), 0, start("n", 1))).unwrap();
    let newer = line.replace("\"node_started\"", "\"node_dreamt\"").replace(":started", ":dreamt");
    let graph = only(&[serde_json::from_str(&newer).unwrap()]);
    assert_eq!((graph.graph_key.as_str(), graph.nodes.len()), ("process:p", 0));
}

#[test]
fn other_records_are_ignored() {
    let store = TraceLashlangGraphStore::default();
    store.append(&TraceRecord::new(TraceContext::default(), Custom::new("x", 1.into()))).unwrap();
    assert!(store.graphs().is_empty());
}
