//! A file of lines to spans in another process.

use std::error::Error;
use std::time::Duration;

use trace_core::{TraceReader, TraceRecord, TraceSink};
use trace_sinks::otel::{ExportSettings, OtelTraceSink, Overflow};

use super::super::measure::{Case, cpu_timed, medians};
use super::receiver::Receiver;

const COPIES: usize = 10;
const REPETITIONS: usize = 5;
const RECORDS_A_SECOND: u32 = 60_000;

/// Reads and replays; what it costs is the processor time of all threads but the receiver's.
pub fn run(text: &str) -> Result<(), Box<dyn Error>> {
    let text = copies(text);
    let records = text.lines().count() as u64;
    let receiver = Receiver::start()?;
    let spans = replay(&text, &receiver.endpoint);
    let mut cases = [
        Case::new("read", records, || cpu_timed(|| read(&text, drop))),
        Case::new("read and replay", records, || {
            cpu_timed(|| {
                replay(&text, &receiver.endpoint);
            })
        }),
    ];
    let results = medians(&mut cases, REPETITIONS);
    println!(
        "| work, {records} records, {spans} spans, {:.0} MB | records a second and core |\n|---|--:|",
        text.len() as f64 / 1e6
    );
    for ((name, nanos), bound) in results.iter().zip([String::new(), format!(" ({RECORDS_A_SECOND})")]) {
        println!("| {name} | {:.0}{bound} |", 1e9 / nanos);
    }
    Ok(())
}

/// The trace again and again, every time with records, sessions and processes of its own.
fn copies(text: &str) -> String {
    let id = "\"schema_version\":2,\"id\":\"";
    let copy = |number| {
        let records = text.replace(id, &format!("{id}{number}-")).replace("proc-", &format!("pro{number}-"));
        records.replace("chat-0", &format!("chat-{number}")).replace("chat 0", &format!("chat {number}"))
    };
    (0..COPIES).map(copy).collect()
}

fn read(text: &str, mut each: impl FnMut(TraceRecord)) {
    let mut reader = TraceReader::salvage(text.as_bytes());
    while let Some(entry) = reader.next_entry().expect("a readable file") {
        each(entry.record().expect("a known record"));
    }
}

/// How many spans the receiver accepted: all that were built.
fn replay(text: &str, endpoint: &str) -> u64 {
    let settings = ExportSettings::default().with_overflow(Overflow::Block(Duration::MAX));
    let sink = OtelTraceSink::otlp().endpoint(endpoint).settings(settings).build().expect("an endpoint");
    read(text, |record| sink.append(&record).expect("the sink takes every record"));
    let report = sink.shutdown(Duration::from_secs(60));
    assert!(report.is_complete() && report.exported == report.built, "{report}");
    report.exported
}
