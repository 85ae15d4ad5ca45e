//! `cargo xtask fuzz`: random input for what reads input.

use std::fs;
use std::path::Path;

use crate::process::{Call, root};

/// What to fuzz, and how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The target, one of fuzz/targets.
    target: Option<String>,
    /// For how many seconds.
    #[arg(default_value_t = 60)]
    seconds: u64,
}

/// Runs one target.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let targets = targets()?;
    let Some(target) = args.target.as_deref().filter(|target| targets.iter().any(|name| name == target))
    else {
        return Err(format!("name a target: {}", targets.join(", ")));
    };
    if !Call::new("cargo fuzz --version").works() {
        return Err("cargo-fuzz is missing; install with\n    cargo install --locked cargo-fuzz".to_owned());
    }
    if !Call::new("cargo +nightly --version").works() {
        return Err(
            "fuzzing needs a nightly compiler; install with\n    rustup toolchain install nightly".to_owned()
        );
    }
    // The first folder takes what is found on the way; the seeds are only read.
    let corpus = root().join("fuzz/corpus").join(target);
    fs::create_dir_all(&corpus).map_err(|cause| format!("cannot make {}: {cause}", corpus.display()))?;
    let seeds = root().join("fuzz/seeds").join(target);
    let call = Call::new("cargo +nightly fuzz run --fuzz-dir fuzz").arg(target).arg(corpus).arg(seeds);
    let limits = ["--", "-timeout=10", "-rss_limit_mb=2048", "-max_len=65536", "-print_final_stats=1"];
    let call = limits.iter().fold(call, Call::arg).arg(format!("-max_total_time={}", args.seconds));
    // A target folder of its own: nightly and sanitizers share nothing with ordinary builds.
    call.env("CARGO_TARGET_DIR", crate::process::target().join("fuzz").display().to_string()).run()
}

fn targets() -> Result<Vec<String>, String> {
    let folder = root().join("fuzz/targets");
    let entries =
        fs::read_dir(&folder).map_err(|cause| format!("cannot read {}: {cause}", folder.display()))?;
    let stem = |path: &Path| Some(path.file_stem()?.to_str()?.to_owned());
    let mut names: Vec<_> = entries.filter_map(|entry| stem(&entry.ok()?.path())).collect();
    names.sort();
    Ok(names)
}
