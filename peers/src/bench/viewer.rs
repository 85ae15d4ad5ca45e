//! Files to pages.

use std::error::Error;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

use super::measure::cpu;

const REPETITIONS: usize = 5;

/// The share of its input that a page may reach, whatever the input.
const RATIO: f64 = 0.2;

/// Measures the program; the traces come smallest first, because the peak is that of all children so far.
pub fn run(viewer: &Path, traces: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let page = folder.path().join("page.html");
    println!("In brackets: what it is meant to stay below.\n");
    println!("| input | processor time | time | peak memory | page | page to input |");
    println!("|---|--:|--:|--:|--:|--:|");
    for trace in traces {
        let mut times = Vec::new();
        for _ in 0..REPETITIONS {
            times.push(render(viewer, trace, &page)?);
        }
        let median = |of: fn(&(Duration, Duration)) -> Duration| {
            let mut times: Vec<_> = times.iter().map(of).collect();
            times.sort();
            times[REPETITIONS / 2].as_secs_f64()
        };
        let (processor, wall) = (median(|time| time.0), median(|time| time.1));
        let peak = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() as f64 / 1024.0;
        let (input, output) =
            (std::fs::metadata(trace)?.len() as f64, std::fs::metadata(&page)?.len() as f64);
        let name = trace.file_stem().unwrap_or_default().to_string_lossy();
        let (seconds, memory) = allowed(&name);
        println!(
            "| {name}, {:.1} MB | {processor:.3} s{} | {wall:.3} s | {peak:.0} MB{} | {:.2} MB | {:.3}{} |",
            input / 1e6,
            bound(seconds),
            bound(memory),
            output / 1e6,
            output / input,
            bound(Some(RATIO)),
        );
    }
    Ok(())
}

/// Processor time, all threads together, and time on the clock of one page.
fn render(viewer: &Path, trace: &Path, page: &Path) -> Result<(Duration, Duration), Box<dyn Error>> {
    let (used, begun) = (cpu(UsageWho::RUSAGE_CHILDREN), Instant::now());
    let mut command = Command::new(viewer);
    let status = command.arg(trace).arg("--out").arg(page).stdout(Stdio::null()).status()?;
    if !status.success() {
        return Err(format!("{} {}: {status}", viewer.display(), trace.display()).into());
    }
    Ok((cpu(UsageWho::RUSAGE_CHILDREN) - used, begun.elapsed()))
}

/// Seconds of processor time and megabytes that a trace may take.
fn allowed(name: &str) -> (Option<f64>, Option<u32>) {
    match name {
        "trace-100000" => (Some(1.0), Some(130)),
        "trace-1000000" => (Some(10.0), Some(320)),
        _ => (None, None),
    }
}

fn bound(value: Option<impl Display>) -> String {
    value.map_or_else(String::new, |value| format!(" ({value})"))
}
