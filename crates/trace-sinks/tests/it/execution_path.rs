//! A recorder whose execution graphs go to a file of their own.

use std::fs;
use std::sync::Arc;

use trace_core::event::{TraceLashlangMap, TraceLashlangMapNode};
use trace_core::{Recorder, TraceLashlangGraphStore, TraceRecord, TraceSink};
use trace_sinks::{ExecutionJsonlPath, MemoryTraceSink};

#[test]
fn execution_records_go_to_the_file_alone_and_can_be_replayed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(".data/execution.jsonl");
    let rest = Arc::new(MemoryTraceSink::new());
    let recorder = Recorder::builder().trace_sink(rest.clone()).execution_jsonl_path(&path).build();
    let session = recorder.session("chat-1");
    let turn = session.turn("turn-0");
    let process = turn.process("p1");
    let node = TraceLashlangMapNode::new("n1", "call", "read");
    let map = TraceLashlangMap::new("module", "process", "main", vec![node], vec![]);
    let graph = process.execution(|| map);
    graph.node("n1").complete();
    graph.complete();
    process.complete();
    turn.complete("assistant_message");
    recorder.flush_trace_sink().unwrap();

    assert!(!rest.is_empty());
    assert!(rest.records().iter().all(|record| record.event.kind() != "lashlang_execution"));
    let store = TraceLashlangGraphStore::default();
    for line in fs::read_to_string(&path).unwrap().lines() {
        let record: TraceRecord = serde_json::from_str(line).unwrap();
        assert_eq!(record.event.kind(), "lashlang_execution");
        store.append(&record).unwrap();
    }
    let graph = store.graph("process:p1").unwrap();
    assert_eq!(graph.nodes[0].id, "n1");
}
