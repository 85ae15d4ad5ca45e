//! `cargo xtask gen`: deterministic traces of any size.

mod call;
mod code;
mod execution;
mod noise;
mod script;
mod session;
mod stage;
mod text;
mod tools;
mod turn;

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use stage::Stage;

/// What to write.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many records to make.
    #[arg(long, short = 'n', default_value_t = 1000)]
    records: u64,
    /// The same seed makes the same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Which kinds and node ids to use.
    #[arg(long, value_enum, default_value_t = Profile::Full)]
    profile: Profile,
    /// How many sessions run at the same time.
    #[arg(long, default_value_t = 6)]
    sessions: usize,
    /// Shuffle the records within windows of this many.
    #[arg(long, default_value_t = 1)]
    shuffle: usize,
    /// Lose this percentage of the records.
    #[arg(long, default_value_t = 0.0, value_parser = percentage)]
    drop: f64,
    /// The file to write; standard output when absent.
    #[arg(long, short)]
    out: Option<PathBuf>,
}

/// Which kinds and node ids a trace has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// The seed system's kinds, and tool nodes without their session.
    Seed,
    /// All kinds, tool nodes scoped by session, `writer` and `seq`.
    Full,
}

fn percentage(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|cause| format!("{cause}"))?;
    if (0.0..=100.0).contains(&value) { Ok(value) } else { Err("expected 0 to 100".to_owned()) }
}

/// Writes a trace for measurements.
pub(crate) fn to_file(records: u64, profile: Profile, path: &Path) -> Result<(), String> {
    let out = Some(path.to_path_buf());
    run(&Args { records, seed: 1, profile, sessions: 6, shuffle: 1, drop: 0.0, out })
}

/// Writes the trace.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let outcome = match &args.out {
        Some(path) => {
            let file =
                File::create(path).map_err(|cause| format!("cannot write {}: {cause}", path.display()))?;
            write(args, BufWriter::with_capacity(1 << 16, file))
        }
        None => write(args, BufWriter::new(std::io::stdout().lock())),
    };
    match outcome {
        Err(cause) if cause.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|cause| format!("cannot write the trace: {cause}")),
    }
}

fn write(args: &Args, mut out: impl Write) -> std::io::Result<()> {
    // What is shuffled and lost is drawn apart, so that it leaves the records themselves alone.
    let mut fate = fastrand::Rng::with_seed(!args.seed);
    let mut window: Vec<Vec<u8>> = Vec::with_capacity(args.shuffle);
    for record in Stage::new(args.seed, args.profile, args.sessions, args.records) {
        if fate.f64() * 100.0 < args.drop {
            continue;
        }
        window.push(serde_json::to_vec(&record)?);
        if window.len() >= args.shuffle {
            write_window(&mut window, &mut fate, &mut out)?;
        }
    }
    write_window(&mut window, &mut fate, &mut out)?;
    out.flush()
}

fn write_window(
    window: &mut Vec<Vec<u8>>,
    fate: &mut fastrand::Rng,
    out: &mut impl Write,
) -> std::io::Result<()> {
    fate.shuffle(window);
    for line in window.drain(..) {
        out.write_all(&line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
