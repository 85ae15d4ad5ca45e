//! Programs that the steps need.

use std::path::{Path, PathBuf};

use super::{Step, page};
use crate::process::{Call, target};

const SYSTEM_PACKAGES: [(&str, &str); 3] = [("chromium", "chromium"), ("node", "nodejs"), ("npm", "npm")];

/// Installs what is missing for the steps, or says what to install.
pub(super) fn install(steps: &[Step]) -> Result<(), String> {
    if steps.contains(&Step::Page) {
        system_packages()?;
        page::node_modules()?;
    }
    for (step, name) in
        [(Step::Tests, "cargo-nextest"), (Step::Rotel, "cargo-nextest"), (Step::Deny, "cargo-deny")]
    {
        if steps.contains(&step) {
            cargo_tool(name)?;
        }
    }
    Ok(())
}

/// The call that runs all tests but those in the documentation.
pub(super) fn nextest() -> Call {
    let args = "nextest run --locked --workspace --all-features --no-fail-fast --cargo-quiet";
    Call::program(tool("cargo-nextest"), args)
}

/// The call that checks dependencies.
pub(super) fn deny() -> Call {
    let args = "--locked --all-features check --hide-inclusion-graph bans licenses sources";
    Call::program(tool("cargo-deny"), args)
}

fn system_packages() -> Result<(), String> {
    let missing = SYSTEM_PACKAGES.iter().filter(|(program, _)| !Call::new(program).arg("--version").works());
    let packages: Vec<&str> = missing.map(|(_, package)| *package).collect();
    if packages.is_empty() {
        return Ok(());
    }
    let line = format!("apt-get install --yes --no-install-recommends {}", packages.join(" "));
    if !is_root() || !Call::new("apt-get --version").works() {
        return Err(format!(
            "{} missing; install with\n    sudo {line}\nor leave the browser out with\n    cargo xtask test --skip page",
            packages.join(", ")
        ));
    }
    println!("installing {}", packages.join(", "));
    let quiet = |line: &str| Call::new(line).env("DEBIAN_FRONTEND", "noninteractive").output();
    quiet("apt-get update --quiet --quiet")?;
    quiet(&line).map(drop)
}

fn is_root() -> bool {
    Call::new("id -u").output().is_ok_and(|id| id.trim() == "0")
}

/// Installs a tool of cargo below the build output, where nobody's own tools are touched.
fn cargo_tool(name: &str) -> Result<(), String> {
    if Call::program(tool(name), "--version").works() {
        return Ok(());
    }
    println!("installing {name}, once");
    let call = Call::new("cargo install --quiet --locked --debug --root").arg(tools_folder());
    call.arg(name).run()
}

fn tool(name: &str) -> PathBuf {
    let own = tools_folder().join("bin").join(name);
    if own.exists() { own } else { Path::new(name).to_path_buf() }
}

fn tools_folder() -> PathBuf {
    target().join("tools")
}
