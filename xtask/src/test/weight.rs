//! How many crates the libraries bring along.

use std::collections::BTreeSet;

use crate::process::Call;

/// The most unique crates that a user of a package builds, itself included, with its own features or one more.
const BUDGETS: [(&str, &str, usize); 5] = [
    ("facade", "", 35),
    ("facade", "otel", 85),
    ("facade", "grpc", 124),
    ("trace-viewer", "", 79),
    ("trace-viewer", "otel", 160),
];

/// What only the feature `otel` may bring along, by the beginning of its name.
const OTEL: [&str; 5] = ["opentelemetry", "prost", "tokio", "tonic", "ureq"];

/// Counts the crates of every package that has a budget, and looks for those of OpenTelemetry where nobody asked for it.
pub(super) fn check() -> Result<(), String> {
    for (package, feature, budget) in BUDGETS {
        let call = tree(package, feature);
        let count = crates(&call.output()?).len();
        let what = if feature.is_empty() { package.to_owned() } else { format!("{package} with {feature}") };
        println!("{what}: {count} of at most {budget} crates");
        if count > budget {
            return Err(format!("{what} is too heavy; see\n    {}", call.line()));
        }
    }
    ["facade", "trace-sinks", "trace-viewer"].into_iter().try_for_each(without_otel)
}

fn without_otel(package: &str) -> Result<(), String> {
    let call = tree(package, "");
    match crates(&call.output()?).into_iter().find(|(name, _)| of_otel(name)) {
        None => Ok(()),
        Some((name, _)) => {
            Err(format!("{package} builds {name} without being asked to; see\n    {}", call.line()))
        }
    }
}

fn of_otel(name: &str) -> bool {
    OTEL.iter().any(|beginning| name.starts_with(beginning))
}

fn tree(package: &str, feature: &str) -> Call {
    let call = Call::new("cargo tree --locked --edges normal,build --prefix none --package").arg(package);
    call.arg("--features").arg(feature)
}

/// The name and version of each crate in the output of `cargo tree`.
fn crates(tree: &str) -> BTreeSet<(&str, &str)> {
    let lines = tree.lines().filter_map(|line| line.split_once(' '));
    lines.map(|(name, rest)| (name, rest.split_whitespace().next().unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_crate_counts_once_and_two_versions_of_it_twice() {
        let tree =
            "facade v0.1.0 (/x)\nserde v1.0.1\nserde v1.0.1 (*)\nsyn v2.0.0 (proc-macro)\nsyn v3.0.0\n\n";
        assert_eq!(super::crates(tree).len(), 4);
    }

    #[test]
    fn what_belongs_to_otel_is_known_by_its_name() {
        let found = ["opentelemetry_sdk", "tonic", "serde"].map(super::of_otel);
        assert_eq!(found, [true, true, false]);
    }
}
