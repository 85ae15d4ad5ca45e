//! `cargo xtask compat`: ours beside the published crate that writes the same schema.

use crate::process::{Call, root};

/// What to compare.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Say more about each difference.
    #[arg(long)]
    verbose: bool,
}

/// Compares records and graphs; fails at a difference that nothing explains.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let call = peers("compat").arg(root().join("crates/trace-core/tests/data"));
    let call = if args.verbose { call.arg("--verbose") } else { call };
    call.run()
}

/// A call of the crate that knows the published one; it is no part of ordinary builds.
pub(crate) fn peers(command: &str) -> Call {
    let folder = crate::process::target().join("peers");
    Call::new("cargo run --quiet --locked --release --manifest-path peers/Cargo.toml --")
        .arg(command)
        .env("CARGO_TARGET_DIR", folder.display().to_string())
}
