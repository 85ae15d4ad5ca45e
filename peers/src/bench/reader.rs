//! A file to entries, bodies skipped.

use std::borrow::Cow;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use trace_core::TraceReader;

use super::measure::{Case, medians, rows, timed};

/// What an index needs of a line; the rest is checked and skipped.
#[derive(Deserialize)]
struct Header<'a> {
    schema_version: u64,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    timestamp: Cow<'a, str>,
    #[serde(borrow)]
    context: Context<'a>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Context<'a> {
    #[serde(borrow)]
    session_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    turn_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    graph_node_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    parent_graph_node_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    llm_call_id: Option<Cow<'a, str>>,
}

/// Compares the reader in both modes with a plain borrowed header.
pub fn run(path: &Path) -> Result<(), Box<dyn Error>> {
    let file = std::fs::read(path)?;
    let bytes = file.len() as u64;
    let mut cases = [
        Case::new("serde_json, borrowed header", bytes, || borrowed(&file)),
        Case::new("ours, strict", bytes, || ours(TraceReader::strict(&file[..]))),
        Case::new("ours, salvage", bytes, || ours(TraceReader::salvage(&file[..]))),
        Case::new("lash-trace, typed", bytes, || typed(&file)),
    ];
    let results = medians(&mut cases, 5);
    println!("| input | reader | median speed | time to the borrowed header |\n|---|---|--:|--:|");
    let show = |nanos: f64| format!("{:.0} MB/s", 1e3 / nanos);
    print!("{}", rows(&format!("{:.0} MB", bytes as f64 / 1e6), &results, 0, show));
    Ok(())
}

fn lines(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', file);
    ends.map(move |end| &file[std::mem::replace(&mut start, end + 1)..end])
}

fn borrowed(file: &[u8]) -> Duration {
    timed(|| {
        for line in lines(file) {
            let header: Header<'_> = serde_json::from_slice(line).expect("a generated line");
            let Header { schema_version, id, timestamp, context, kind } = header;
            let Context { session_id, turn_id, graph_node_id, parent_graph_node_id, llm_call_id } = context;
            black_box((schema_version, id, timestamp, kind));
            black_box((session_id, turn_id, graph_node_id, parent_graph_node_id, llm_call_id));
        }
    })
}

fn ours(mut reader: TraceReader<&[u8]>) -> Duration {
    timed(|| {
        while let Some(entry) = reader.next_entry().expect("a generated file") {
            black_box(entry);
        }
    })
}

fn typed(file: &[u8]) -> Duration {
    timed(|| {
        for line in lines(file) {
            black_box(serde_json::from_slice::<lash_trace::TraceRecord>(line).expect("a generated line"));
        }
    })
}
