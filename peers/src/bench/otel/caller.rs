//! What appending costs, on the caller's thread and in the whole process.

use std::error::Error;
use std::time::Duration;

use nix::sys::resource::UsageWho;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use serde::de::DeserializeOwned;
use trace_core::TraceSink;
use trace_sinks::otel::OtelTraceSink;

use super::super::allocations::{Allocations, count};
use super::super::measure::{cpu, thread_cpu};
use super::theirs;

const REPETITIONS: usize = 21;
const NANOS: f64 = 900.0;
const ALLOCATIONS: f64 = 6.0;

/// What all records together cost.
#[derive(Clone, Copy, Default)]
pub struct Cost {
    caller: Duration,
    process: Duration,
    allocations: Allocations,
}

/// Measures the append of records; closing the sink counts for the process.
pub fn cost(append: impl FnOnce(), close: impl FnOnce()) -> Cost {
    let (process, caller, before) = (cpu(UsageWho::RUSAGE_SELF), thread_cpu(), Allocations::so_far());
    append();
    let (caller, after) = (thread_cpu() - caller, Allocations::so_far());
    close();
    let process = cpu(UsageWho::RUSAGE_SELF) - process;
    let all = Allocations::so_far().process - before.process;
    Cost { caller, process, allocations: Allocations { thread: after.thread - before.thread, process: all } }
}

#[derive(Debug)]
struct Nothing;

impl SpanExporter for Nothing {
    async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
        Ok(())
    }
}

/// A name, and one pass over all records with a fresh sink.
type Case<'a> = (&'static str, Box<dyn Fn() -> Cost + 'a>);

/// Compares ours with the published sink behind both of its SDK's processors.
pub fn run(text: &str) -> Result<(), Box<dyn Error>> {
    let theirs: Vec<lash_trace::TraceRecord> = decode(text)?;
    let ours: Vec<trace_core::TraceRecord> = decode(text)?;
    let cases: [Case<'_>; 3] = [
        ("lash-trace, each span by itself", Box::new(|| theirs::simple(&theirs))),
        ("lash-trace, batches", Box::new(|| theirs::batches(&theirs))),
        ("ours", Box::new(|| exporter(&ours))),
    ];
    let records = ours.len() as f64;
    count(true);
    let counted: Vec<Cost> = cases.iter().map(|(_, pass)| pass()).collect();
    count(false);
    let times = medians(&cases);
    println!(
        "| sink, {records} records | caller, processor time | to the published crate | caller, allocations | process, processor time | process, allocations |"
    );
    println!("|---|--:|--:|--:|--:|--:|");
    for (((name, _), time), counted) in cases.iter().zip(&times).zip(&counted) {
        let bound = |bound: f64| if *name == "ours" { format!(" ({bound})") } else { String::new() };
        println!(
            "| {name} | {:.0} ns{} | {:.2} | {:.1}{} | {:.0} ns | {:.1} |",
            nanos(time.caller) / records,
            bound(NANOS),
            nanos(time.caller) / nanos(times[0].caller),
            counted.allocations.thread as f64 / records,
            bound(ALLOCATIONS),
            nanos(time.process) / records,
            counted.allocations.process as f64 / records,
        );
    }
    Ok(())
}

fn decode<T: DeserializeOwned>(text: &str) -> serde_json::Result<Vec<T>> {
    text.lines().map(serde_json::from_str).collect()
}

/// Passes take turns, so that a slow moment hits everybody.
fn medians(cases: &[Case<'_>]) -> Vec<Cost> {
    let mut costs = vec![Vec::with_capacity(REPETITIONS); cases.len()];
    for _ in 0..REPETITIONS {
        for ((_, pass), costs) in cases.iter().zip(&mut costs) {
            costs.push(pass());
        }
    }
    let median = |costs: &[Cost], of: fn(&Cost) -> Duration| {
        let mut times: Vec<_> = costs.iter().map(of).collect();
        times.sort();
        times[times.len() / 2]
    };
    let costs = costs.iter().map(|costs| Cost {
        caller: median(costs, |cost| cost.caller),
        process: median(costs, |cost| cost.process),
        ..Cost::default()
    });
    costs.collect()
}

fn nanos(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

fn exporter(records: &[trace_core::TraceRecord]) -> Cost {
    let sink = OtelTraceSink::exporter(Nothing);
    let append =
        || records.iter().for_each(|record| sink.append(record).expect("the sink takes every record"));
    cost(append, || {
        let report = sink.shutdown(Duration::from_secs(60));
        assert!(report.is_complete(), "{report}");
    })
}
