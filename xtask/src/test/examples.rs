//! Every example of the workspace runs.

use serde_json::Value;

use crate::process::{Call, target_folder};

/// Runs all examples in a scratch folder.
pub(super) fn run() -> Result<(), String> {
    let metadata = Call::new("cargo metadata --locked --no-deps --format-version 1").output()?;
    let metadata: Value =
        serde_json::from_str(&metadata).map_err(|cause| format!("cargo metadata: {cause}"))?;
    let scratch = target_folder("examples-run")?;
    for (package, example) in examples(&metadata) {
        println!("{package}: {example}");
        let line =
            format!("cargo run --locked --quiet --package {package} --all-features --example {example}");
        let manifest = crate::process::root().join("Cargo.toml");
        let call = Call::new(&line).arg("--manifest-path").arg(manifest);
        let call = arguments(example).iter().fold(call, Call::arg);
        call.within(&scratch).output()?;
    }
    Ok(())
}

/// What an example is given where it needs something that is not here, such as a receiver of spans.
fn arguments(example: &str) -> &'static [&'static str] {
    match example {
        "otel-export" => &["--", "--json"],
        _ => &[],
    }
}

/// Package and name of each example.
fn examples(metadata: &Value) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        for target in package["targets"].as_array().into_iter().flatten() {
            let kinds = target["kind"].as_array();
            if kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "example")) {
                found.extend(package["name"].as_str().zip(target["name"].as_str()));
            }
        }
    }
    found
}
