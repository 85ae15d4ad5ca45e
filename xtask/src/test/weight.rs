//! How many crates the libraries bring along.

use std::collections::BTreeSet;

use crate::process::Call;

/// The most unique crates that a user of a package builds, itself included.
const BUDGETS: [(&str, usize); 2] = [("facade", 35), ("trace-viewer", 79)];

/// Counts the crates of every package that has a budget.
pub(super) fn check() -> Result<(), String> {
    for (package, budget) in BUDGETS {
        let call = Call::new("cargo tree --locked --edges normal,build --prefix none --package").arg(package);
        let tree = call.output()?;
        let count = crates(&tree).len();
        println!("{package}: {count} of at most {budget} crates");
        if count > budget {
            return Err(format!("{package} is too heavy; see\n    {}", call.line()));
        }
    }
    Ok(())
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
}
