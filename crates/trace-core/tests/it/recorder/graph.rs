//! Execution graphs: keys, passes, ends.

use serde_json::{Value, json};
use trace_core::event::{
    EffectSubject, TraceLashlangBranch, TraceLashlangChildExecution, TraceLashlangMap, TraceLashlangMapEdge,
    TraceLashlangMapNode, TraceLashlangStatus, TraceRuntimeScope,
};
use trace_core::recorder::{CodeOutput, ExecutionGraph};
use trace_core::{
    AssertingTraceSink, TraceLashlangEdgeSelection, TraceLashlangGraphStore, TraceLashlangNodeStatus,
    TraceRecord, TraceSink,
};

use super::{Rig, json as line, panicking};

fn map() -> TraceLashlangMap {
    let nodes = vec![
        TraceLashlangMapNode::new("n1", "operation", "glob").with_title("Find"),
        TraceLashlangMapNode::new("n2", "branch", "if empty(paths)"),
        TraceLashlangMapNode::new("n3", "start", "start review"),
    ];
    let edges = vec![
        TraceLashlangMapEdge::new("e-then", "n2", "n4", "then"),
        TraceLashlangMapEdge::new("e-else", "n2", "n3", "else"),
    ];
    TraceLashlangMap::new("module:1", "main", "main", nodes, edges)
}

fn process_map() -> TraceLashlangMap {
    let mut map = TraceLashlangMap::new("module:2", "process", "review", vec![], vec![]);
    map.entry_ref = Some("process:review".to_owned());
    map
}

fn graphs(records: &[TraceRecord]) -> Vec<&TraceRecord> {
    records.iter().filter(|record| record.event.kind() == "lashlang_execution").collect()
}

fn keys(sink: &AssertingTraceSink) -> Vec<String> {
    let records = sink.records();
    graphs(&records)
        .iter()
        .map(|record| line(record)["event"]["event_key"].as_str().unwrap().to_owned())
        .collect()
}

fn run(rig: &Rig) {
    let turn = rig.turn();
    let block = turn.iteration(0).code_block_with_id("exec-0", || "…");
    let graph = block.execution(map);
    assert_eq!(graph.graph_key().as_deref(), Some("effect:s:t0:exec-0"));
    graph.node("n1").complete();
    graph.node("n1").fail("no such directory");
    graph.branch("n2", TraceLashlangBranch::Else);
    let node = graph.node("n3");
    let process = node.process("p-1", Some(&process_map()));
    node.complete();
    graph.complete();
    block.complete(CodeOutput::new(""));
    turn.complete("final_value");
    let child = process.execution(process_map);
    child.node("wait").complete();
    child.fail("review failed");
    process.fail("review failed");
}

#[test]
fn event_keys_are_those_of_the_schema_and_of_every_replay() {
    let (rig, replay) = (Rig::standard(), Rig::standard());
    run(&rig);
    run(&replay);
    let of_block = "lashlang_execution:effect:s:t0:exec-0";
    let of_process = "lashlang_execution:p-1";
    let expected = [
        format!("{of_block}:started"),
        format!("{of_block}:node:n1:1:started"),
        format!("{of_block}:node:n1:1:completed"),
        format!("{of_block}:node:n1:2:started"),
        format!("{of_block}:node:n1:2:failed"),
        format!("{of_block}:branch:n2:1:e-else"),
        format!("{of_block}:node:n3:1:started"),
        format!("{of_block}:child:n3:1:p-1"),
        format!("{of_block}:node:n3:1:completed"),
        format!("{of_block}:finished"),
        format!("{of_process}:started"),
        format!("{of_process}:node:wait:1:started"),
        format!("{of_process}:node:wait:1:completed"),
        format!("{of_process}:finished"),
    ];
    assert_eq!(keys(&rig.sink), expected);
    assert_eq!(keys(&replay.sink), expected);
}

#[test]
fn graph_records_say_all_and_hang_under_what_started_them() {
    let rig = Rig::standard();
    run(&rig);
    let records = rig.done();
    let graphs = graphs(&records);
    assert_eq!(
        line(graphs[0])["context"],
        json!({
            "session_id": "s", "turn_id": "t0", "turn_index": 0, "protocol_iteration": 0, "effect_id": "exec-0",
            "graph_node_id": "effect:exec-0", "parent_graph_node_id": "code:s:exec-0",
        })
    );
    let identity = json!({
        "scope": {"session_id": "s", "turn_id": "t0", "turn_index": 0, "protocol_iteration": 0},
        "subject": {"type": "effect", "effect_id": "exec-0", "kind": "exec_code"},
        "module_ref": "module:1", "entry_kind": "main", "entry_name": "main",
    });
    let started = line(graphs[0])["event"].clone();
    assert_eq!(started["identity"], identity);
    assert_eq!(started["execution_map"], serde_json::to_value(map()).unwrap());
    let failed = line(graphs[4])["event"].clone();
    let parts = ["node_id", "node_kind", "label", "occurrence", "error"].map(|key| failed[key].clone());
    assert_eq!(parts, [json!("n1"), json!("operation"), json!("glob"), json!(2), json!("no such directory")]);
    assert_eq!(
        line(graphs[7])["event"]["child"],
        json!({
            "scope": {"session_id": "s"}, "subject": {"type": "process", "process_id": "p-1"},
            "module_ref": "module:2", "entry_ref": "process:review", "entry_name": "review",
        })
    );
    assert_eq!(
        line(graphs[10])["context"],
        json!({"session_id": "s", "graph_node_id": "process:p-1", "parent_graph_node_id": "code:s:exec-0"})
    );
    let end = line(graphs[13])["event"].clone();
    assert_eq!((&end["status"], &end["error"]), (&json!("failed"), &json!("review failed")));
}

#[test]
fn a_dropped_graph_was_cancelled_and_its_open_nodes_interrupted() {
    let rig = Rig::standard();
    let turn = rig.turn();
    let graph = turn.effect_execution(EffectSubject::new("e", "exec_code"), map);
    let node = graph.node("n1");
    drop(graph);
    drop(node);
    turn.complete("final_value");
    let records = rig.done();
    let last = line(graphs(&records).last().unwrap());
    assert_eq!((&last["event"]["status"], last["event"].get("error")), (&json!("cancelled"), None));
    assert_eq!(graphs(&records).len(), 3);
}

#[test]
fn a_panic_fails_the_node_and_the_graph() {
    let rig = Rig::standard();
    panicking(|| {
        let turn = rig.turn();
        let graph = turn.effect_execution(EffectSubject::new("e", "exec_code"), map);
        let _node = graph.node("n1");
        panic!("the runtime's own");
    });
    let records = rig.done();
    let events: Vec<Value> = graphs(&records).iter().map(|record| line(record)["event"].clone()).collect();
    assert_eq!(
        (&events[2]["kind"], &events[2]["error"]),
        (&json!("node_failed"), &json!("the runtime panicked"))
    );
    assert_eq!(
        (&events[3]["status"], &events[3]["error"]),
        (&json!("failed"), &json!("the runtime panicked"))
    );
}

#[test]
fn what_the_map_does_not_have_is_recorded_too() {
    let rig = Rig::standard();
    let turn = rig.turn();
    let graph = turn.effect_execution(EffectSubject::new("e", "exec_code"), map);
    graph.branch("n9", TraceLashlangBranch::Then);
    graph.branch_edge("n9", "edge:1", TraceLashlangBranch::Else);
    let node = graph.node_of(&TraceLashlangMapNode::new("n8", "await", "await child"));
    assert_eq!(node.occurrence(), Some(1));
    let scope = TraceRuntimeScope::new("s.1");
    node.child(TraceLashlangChildExecution::new(scope, EffectSubject::new("e2", "exec_code").into()));
    node.complete();
    graph.complete();
    turn.complete("final_value");
    let keys = keys(&rig.sink);
    let prefix = "lashlang_execution:effect:s:t0:e";
    assert_eq!(keys[1], format!("{prefix}:branch:n9:1:n9:then"));
    assert_eq!(keys[2], format!("{prefix}:branch:n9:2:edge:1"));
    assert_eq!(keys[4], format!("{prefix}:child:n8:1:effect:s.1:e2"));
}

#[test]
fn the_graph_store_reads_what_the_recorder_wrote() {
    let rig = Rig::standard();
    run(&rig);
    let turn = rig.recorder.session("s2").turn("t0");
    let graph = turn.effect_execution(EffectSubject::new("e", "exec_code"), map);
    drop(graph.node("n1"));
    drop(graph);
    turn.complete("final_value");
    let store = TraceLashlangGraphStore::default();
    for record in rig.done() {
        store.append(&record).unwrap();
    }
    let graph = store.graph("effect:s:t0:exec-0").unwrap();
    assert_eq!(graph.status, TraceLashlangStatus::Completed);
    let node = graph.node("n1").unwrap();
    assert_eq!((node.status, node.pass_count), (TraceLashlangNodeStatus::Failed, 2));
    assert_eq!(graph.edge("e-else").unwrap().selection, TraceLashlangEdgeSelection::Selected);
    assert_eq!(graph.edge("e-then").unwrap().selection, TraceLashlangEdgeSelection::Rejected);
    assert_eq!(graph.children[0].child_graph_key, "process:p-1");
    let child = store.graph("process:p-1").unwrap();
    assert_eq!((child.status, child.error.as_deref()), (TraceLashlangStatus::Failed, Some("review failed")));
    assert_eq!(child.parent.unwrap().node_id, "n3");
    let dropped = store.graph("effect:s2:t0:e").unwrap();
    assert_eq!(dropped.status, TraceLashlangStatus::Cancelled);
    assert!(dropped.node("n1").unwrap().interrupted);
}

fn branches(work: impl FnOnce(&ExecutionGraph)) -> Vec<String> {
    let rig = Rig::standard();
    let turn = rig.turn();
    let graph = turn.effect_execution(EffectSubject::new("e", "exec_code"), map);
    work(&graph);
    graph.fail("the nodes left open are not looked at");
    turn.complete("final_value");
    rig.done();
    let prefix = "lashlang_execution:effect:s:t0:e:branch:";
    keys(&rig.sink).iter().filter_map(|key| key.strip_prefix(prefix)).map(str::to_owned).collect()
}

#[test]
fn a_branch_belongs_to_the_open_pass() {
    let found = branches(|graph| {
        let node = graph.node("n2");
        graph.branch("n2", TraceLashlangBranch::Else);
        node.complete();
        let (second, third) = (graph.node("n2"), graph.node("n2"));
        graph.branch("n2", TraceLashlangBranch::Then);
        third.complete();
        graph.branch_edge("n2", "edge", TraceLashlangBranch::Then);
        second.fail("no");
        graph.branch("n2", TraceLashlangBranch::Then);
        drop(graph.node("n2"));
        graph.branch("n2", TraceLashlangBranch::Else);
    });
    assert_eq!(found, ["n2:1:e-else", "n2:3:e-then", "n2:2:edge", "n2:4:e-then", "n2:6:e-else"]);
}

#[test]
fn a_node_branches_in_its_own_pass() {
    let found = branches(|graph| {
        let (first, second) = (graph.node("n2"), graph.node("n2"));
        first.branch(TraceLashlangBranch::Then);
        second.branch(TraceLashlangBranch::Else);
        first.branch_edge("edge", TraceLashlangBranch::Then);
        second.complete();
        first.complete();
    });
    assert_eq!(found, ["n2:1:e-then", "n2:2:e-else", "n2:1:edge"]);
}
