//! Execution records into a graph store.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::measure::{Case, medians, nanos, rows, timed};

/// Compares the first pass, and a pass over what is known already, as a replay makes it.
pub fn run(path: &Path) -> Result<(), Box<dyn Error>> {
    let file = std::fs::read_to_string(path)?;
    let lines: Vec<&str> = file.lines().filter(|line| line.contains("\"lashlang_execution\"")).collect();
    let ours: Vec<trace_core::TraceRecord> = decode(&lines)?;
    let theirs: Vec<lash_trace::TraceRecord> = decode(&lines)?;
    println!("| pass | store | median of a record | to the published crate |\n|---|---|--:|--:|");
    for (pass, known) in [("first", false), ("again", true)] {
        let count = lines.len() as u64;
        let mut cases = [
            Case::new("lash-trace", count, || {
                let store = lash_trace::TraceLashlangGraphStore::default();
                fill(|record| lash_trace::TraceSink::append(&store, record).is_ok(), &theirs, known)
            }),
            Case::new("ours", count, || {
                let store = trace_core::TraceLashlangGraphStore::default();
                fill(|record| trace_core::TraceSink::append(&store, record).is_ok(), &ours, known)
            }),
        ];
        let results = medians(&mut cases, 31);
        print!("{}", rows(&format!("{pass}, {count} records"), &results, 0, nanos));
    }
    Ok(())
}

fn decode<T: DeserializeOwned>(lines: &[&str]) -> serde_json::Result<Vec<T>> {
    lines.iter().map(|line| serde_json::from_str(line)).collect()
}

fn fill<T>(append: impl Fn(&T) -> bool, records: &[T], known: bool) -> Duration {
    let pass = || assert!(records.iter().all(&append), "a store takes every record");
    if known {
        pass();
    }
    timed(pass)
}
