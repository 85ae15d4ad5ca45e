//! `cargo xtask test`: everything that must be green.

mod examples;
mod page;
mod rotel;
mod shipped;
mod tools;
mod weight;

use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::process::Call;

pub(crate) use page::{FOLDER as PAGE_TESTS, assets, node_modules};

/// Which steps to run.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Run these steps alone.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Step>,
    /// Leave these steps out.
    #[arg(long, value_enum, value_delimiter = ',')]
    skip: Vec<Step>,
}

/// One step, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Install what the other steps need, or say what to install
    Tools,
    /// The format of the source
    Format,
    /// Compiler and clippy warnings
    Lint,
    /// Unit and integration tests
    Tests,
    /// Examples in the documentation
    DocTests,
    /// The documentation itself
    Docs,
    /// Licences, bans and sources of dependencies
    Deny,
    /// How many crates the libraries bring along
    Weight,
    /// Every example runs
    Examples,
    /// Spans in a collector that is not ours
    Rotel,
    /// Pages in a browser
    Page,
    /// What is packaged, and that nothing here changed a committed file
    Shipped,
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    fn run(self, steps: &[Self]) -> Result<(), String> {
        match self {
            Self::Tools => tools::install(steps),
            Self::Format => Call::new("cargo fmt --all --check").run(),
            Self::Lint => {
                let line = "cargo clippy --locked --workspace --all-targets --all-features -- -D warnings";
                Call::new(line).run()
            }
            Self::Tests => tools::nextest().run(),
            Self::DocTests => Call::new("cargo test --locked --doc --workspace --all-features --quiet").run(),
            Self::Docs => {
                let call = Call::new("cargo doc --locked --workspace --no-deps --all-features --quiet");
                call.env("RUSTDOCFLAGS", "-D warnings").run()
            }
            Self::Deny => tools::deny().run(),
            Self::Weight => weight::check(),
            Self::Examples => examples::run(),
            Self::Rotel => rotel::run(),
            Self::Page => page::run(),
            Self::Shipped => shipped::check(),
        }
    }
}

/// Runs the steps and stops at the first that fails.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let chosen =
        |step: &Step| (args.only.is_empty() || args.only.contains(step)) && !args.skip.contains(step);
    let steps: Vec<Step> = Step::value_variants().iter().copied().filter(chosen).collect();
    let before = shipped::committed_changes()?;
    let begun = Instant::now();
    let mut times = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let name = step.name();
        println!("\n==> {}/{} {name}", number + 1, steps.len());
        let step_begun = Instant::now();
        step.run(&steps)
            .map_err(|message| format!("{name}: {message}\nor:\n    cargo xtask test --only {name}"))?;
        times.push((name, step_begun.elapsed()));
    }
    shipped::nothing_changed(&before)?;
    println!("\n==> all green in {}", seconds(begun.elapsed()));
    for (name, time) in times {
        println!("{name:>10} {:>8}", seconds(time));
    }
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
