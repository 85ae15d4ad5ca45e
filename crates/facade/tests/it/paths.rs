//! The import paths that users have in their code.

use std::sync::Arc;

use facade::tracing::event::Custom;
use facade::tracing::{
    ExecutionJsonlPath, JsonlTraceSink, Recorder, StderrTraceSink, TRACE_SCHEMA_VERSION, TeeTraceSink,
    TraceContext, TraceEvent, TraceLashlangGraphStore, TraceLevel, TraceRecord, TraceSink, TraceSinkError,
};

/// The way a host attaches sinks.
fn attach(path: &std::path::Path) -> Arc<dyn TraceSink> {
    Arc::new(TeeTraceSink::new([
        Arc::new(JsonlTraceSink::new(path)) as Arc<dyn TraceSink>,
        Arc::new(StderrTraceSink::default()) as Arc<dyn TraceSink>,
    ]))
}

#[test]
fn a_host_records_through_the_facade_alone() -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join(".data/trace.jsonl");
    let event = TraceEvent::from(Custom::new("hello", 1.into()));
    assert_eq!(event.level(), TraceLevel::Standard);
    let sink = attach(&path);
    let record = TraceRecord::new(TraceContext::for_session("chat-1"), event);
    let appended: Result<(), TraceSinkError> = sink.append(&record);
    appended?;
    let read: TraceRecord = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
    assert_eq!(read, record);
    assert_eq!(read.schema_version, TRACE_SCHEMA_VERSION);
    Ok(())
}

#[test]
fn a_host_watches_execution_graphs_and_keeps_them() {
    let graphs = Arc::new(TraceLashlangGraphStore::default());
    let sink = Arc::new(TeeTraceSink::new([
        Arc::clone(&graphs) as Arc<dyn TraceSink>,
        Arc::new(JsonlTraceSink::new("./.data/execution.jsonl")) as Arc<dyn TraceSink>,
    ]));
    let _recorder = Recorder::builder().trace_level(TraceLevel::Extended).execution_sink(sink).build();
    let _other = Recorder::builder().execution_jsonl_path("./.data/execution.jsonl").build();
    assert!(graphs.graph("process:process-id").is_none());
}

#[test]
fn the_root_has_the_same_types() {
    fn same<T>(_: &T, _: &T) {}
    same(&facade::TraceContext::default(), &facade::tracing::TraceContext::default());
    same(&facade::StderrTraceSink::new(), &facade::tracing::StderrTraceSink::new());
}
