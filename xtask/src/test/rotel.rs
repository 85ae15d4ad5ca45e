//! A collector that is not ours decodes what we send.

use super::tools;
use crate::process::Call;
use crate::python::Venv;

/// A pre-release: no other version was ever published.
const VERSION: &str = "0.0.1a15";

/// Installs it and runs the tests that need it; without Python there is nothing to run them with.
pub(super) fn run() -> Result<(), String> {
    if !Venv::possible() {
        println!(
            "skipped: python3 with venv is missing; install with\n    sudo apt-get install python3-venv"
        );
        return Ok(());
    }
    let agent = Venv::with("rotel", VERSION)?.module("rotel")?.join("rotel-agent");
    only_rotel(tools::nextest()).env("ROTEL_AGENT", agent.display().to_string()).run()
}

fn only_rotel(nextest: Call) -> Call {
    nextest.arg("--run-ignored").arg("only").arg("otel::rotel::")
}
