//! Records to spans: what the caller pays, and how fast a file is replayed.

mod caller;
mod receiver;
mod replay;
mod theirs;

use std::error::Error;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;

pub use receiver::discard;

/// Appends a trace's records with an exporter that does nothing, then replays a longer one into another process.
pub fn run(trace: &Path) -> Result<(), Box<dyn Error>> {
    let mut text = String::new();
    MultiGzDecoder::new(std::fs::File::open(trace)?).read_to_string(&mut text)?;
    println!("In brackets: what it is meant to stay below or above.\n");
    caller::run(&text)?;
    println!();
    replay::run(&text)
}
