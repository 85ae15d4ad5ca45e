//! Files to pages.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::resource::{UsageWho, getrusage};

use super::measure::cpu;

const REPETITIONS: usize = 5;

/// Measures the program; the traces come smallest first, because the peak is that of all children so far.
pub fn run(viewer: &Path, traces: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    println!("| input | processor time | peak memory | page | page to input |\n|---|--:|--:|--:|--:|");
    for trace in traces {
        let page = folder.path().join("page.html");
        let mut times = Vec::new();
        for _ in 0..REPETITIONS {
            let begun = cpu(UsageWho::RUSAGE_CHILDREN);
            let mut command = Command::new(viewer);
            command.arg(trace).arg("--out").arg(&page).stdout(Stdio::null());
            let status = command.status()?;
            if !status.success() {
                return Err(format!("{} {}: {status}", viewer.display(), trace.display()).into());
            }
            times.push(cpu(UsageWho::RUSAGE_CHILDREN) - begun);
        }
        times.sort();
        let time = times[REPETITIONS / 2].as_secs_f64();
        let peak = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() as f64 / 1024.0;
        let (input, output) =
            (std::fs::metadata(trace)?.len() as f64, std::fs::metadata(&page)?.len() as f64);
        let name = trace.file_stem().unwrap_or_default().display();
        println!(
            "| {name}, {:.1} MB | {time:.3} s | {peak:.0} MB | {:.2} MB | {:.3} |",
            input / 1e6,
            output / 1e6,
            output / input
        );
    }
    Ok(())
}
