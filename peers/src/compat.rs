//! Records and graphs of both crates beside each other.

mod difference;
mod graphs;
mod records;
mod theirs;

use std::error::Error;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use difference::Ledger;

/// Compares, prints what differs and why, and fails when something differs that nothing explains.
pub fn run(data: &Path, verbose: bool) -> Result<ExitCode, Box<dyn Error>> {
    let mut ledger = Ledger::new(verbose);
    let lines = theirs::lines()?;
    let count = records::compare(&lines, "their constructors", &mut ledger);
    println!("{count} lines that their constructors build");
    for path in traces(data)? {
        let name = path.file_name().unwrap_or_default().display().to_string();
        let lines = read_lines(&path)?;
        let count = records::compare(&lines, &name, &mut ledger);
        let graphs = graphs::compare(&lines, &name, &mut ledger)?;
        println!("{name}: {count} lines both ways, {graphs} graphs");
    }
    ledger.print();
    Ok(if ledger.unexplained() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The traces and kept lines of the test data.
fn traces(data: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for folder in [data.to_path_buf(), data.join("kept")] {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.ends_with(".jsonl") || name.ends_with(".jsonl.gz") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read_lines(path: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let bytes = fs::read(path)?;
    let mut text = String::new();
    if path.extension().is_some_and(|ending| ending == "gz") {
        flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_string(&mut text)?;
    } else {
        text = String::from_utf8(bytes)?;
    }
    Ok(text.lines().map(str::to_owned).collect())
}
