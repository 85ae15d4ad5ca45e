//! Records to write and files to look at.

use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::Value;
use trace_core::event::Custom;
use trace_core::{TraceContext, TraceRecord, TraceSinkError};

/// The `n`-th record of writer `w`, with `padding` more bytes.
pub(crate) fn record(w: u32, n: usize, padding: usize) -> TraceRecord {
    let payload = serde_json::json!({ "w": w, "n": n, "padding": "p".repeat(padding) });
    TraceRecord::new(TraceContext::for_session("session-1"), Custom::new("test", payload))
}

/// The file's lines that are records, as (writer, number), and the count of the other lines that are not blank.
pub(crate) fn read(path: &Path) -> (Vec<(u64, u64)>, usize) {
    let bytes = fs::read(path).unwrap();
    let mut good = Vec::new();
    let mut bad = 0;
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match number(line) {
            Some(number) => good.push(number),
            None => bad += 1,
        }
    }
    (good, bad)
}

fn number(line: &[u8]) -> Option<(u64, u64)> {
    serde_json::from_slice::<TraceRecord>(line).ok()?;
    let value: Value = serde_json::from_slice(line).ok()?;
    Some((value["payload"]["w"].as_u64()?, value["payload"]["n"].as_u64()?))
}

/// The error and its causes, outermost first.
pub(crate) fn chain(error: &TraceSinkError) -> Vec<String> {
    let mut texts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(source) = cause {
        texts.push(source.to_string());
        cause = source.source();
    }
    texts
}
