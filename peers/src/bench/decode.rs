//! One line to a typed record.

use std::error::Error;
use std::hint::black_box;

use super::measure::{Case, medians, nanos, rows, timed};
use super::sample;

const BATCH: u64 = 20_000;

/// Compares the decoders, with `serde_json::Value` for orientation.
pub fn run() -> Result<(), Box<dyn Error>> {
    println!("| line | decoder | median of a record | to the published crate |\n|---|---|--:|--:|");
    for bytes in [321, 2048] {
        let line = sample::line(&sample::record(bytes));
        serde_json::from_str::<lash_trace::TraceRecord>(&line)?;
        serde_json::from_str::<trace_core::TraceRecord>(&line)?;
        let mut cases = [
            Case::new("lash-trace", BATCH, || repeat::<lash_trace::TraceRecord>(&line)),
            Case::new("ours", BATCH, || repeat::<trace_core::TraceRecord>(&line)),
            Case::new("serde_json::Value", BATCH, || repeat::<serde_json::Value>(&line)),
        ];
        let results = medians(&mut cases, 15);
        print!("{}", rows(&format!("{} B", line.len()), &results, 0, nanos));
    }
    Ok(())
}

fn repeat<T: serde::de::DeserializeOwned>(line: &str) -> std::time::Duration {
    timed(|| {
        for _ in 0..BATCH {
            black_box(serde_json::from_str::<T>(black_box(line)).expect("it decoded before"));
        }
    })
}
