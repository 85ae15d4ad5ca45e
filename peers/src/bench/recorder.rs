//! What recording costs over appending, and what a call that the level leaves out costs.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use serde_json::json;
use trace_core::event::Custom;
use trace_core::{NullTraceSink, Recorder, TraceContext, TraceLevel, TraceRecord, TraceSink};
use trace_sinks::JsonlTraceSink;

use super::measure::{Case, medians, nanos, timed};

const BATCH: u64 = 10_000;
const GATED: u64 = 1_000_000;

/// Compares recording with appending a record of the same shape, made once and given a fresh id and time.
pub fn run() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("trace.jsonl");
    let file = || -> Arc<dyn TraceSink> { Arc::new(fresh(&path)) };
    let none = || -> Arc<dyn TraceSink> { Arc::new(NullTraceSink) };
    let mut cases = [
        Case::new("append, JSONL", BATCH, || append(&*file())),
        Case::new("record, JSONL", BATCH, || record(file())),
        Case::new("append, no sink", BATCH, || append(&*none())),
        Case::new("record, no sink", BATCH, || record(none())),
        Case::new("gated-off call", GATED, gated),
    ];
    println!("| work | median of a call | over append |\n|---|--:|--:|");
    let results = medians(&mut cases, 15);
    for (index, (name, time)) in results.iter().enumerate() {
        let over = match index {
            1 | 3 => nanos(time - results[index - 1].1),
            _ => "–".to_owned(),
        };
        println!("| {name} | {time:.1} ns | {over} |");
    }
    Ok(())
}

fn fresh(path: &Path) -> JsonlTraceSink {
    let _ = std::fs::remove_file(path);
    JsonlTraceSink::new(path)
}

fn append(sink: &dyn TraceSink) -> Duration {
    let mut context = TraceContext::for_session("chat-1").with_turn("turn-0", 0);
    context.parent_graph_node_id = Some("turn:chat-1:turn-0".to_owned());
    let mut record = TraceRecord::new(context, Custom::new("host.step", json!({"step": 1})));
    timed(|| {
        for _ in 0..BATCH {
            let mut buffer = uuid::Uuid::encode_buffer();
            record.id.clear();
            record.id.push_str(uuid::Uuid::now_v7().hyphenated().encode_lower(&mut buffer));
            record.timestamp = Utc::now();
            sink.append(&record).expect("a sink that takes records");
        }
    })
}

fn record(sink: Arc<dyn TraceSink>) -> Duration {
    let recorder = Recorder::builder().trace_sink(sink).trace_level(TraceLevel::Standard).build();
    let session = recorder.session("chat-1");
    let turn = session.turn("turn-0");
    timed(|| {
        for _ in 0..BATCH {
            turn.custom("host.step", || json!({"step": 1}));
        }
    })
}

fn gated() -> Duration {
    let recorder =
        Recorder::builder().trace_sink(Arc::new(NullTraceSink)).trace_level(TraceLevel::Standard).build();
    let session = recorder.session("chat-1");
    let turn = session.turn("turn-0");
    let call = turn.llm_call(|| trace_core::event::TraceLlmRequest::new("model", Vec::new()));
    timed(|| {
        for _ in 0..GATED {
            black_box(&call).provider_request(|| unreachable!("the level leaves it out"));
        }
    })
}
