//! What differs, and why that is right.

use std::collections::BTreeMap;

/// All differences found.
pub struct Ledger {
    verbose: bool,
    explained: BTreeMap<&'static str, Entry>,
    unexplained: Vec<String>,
}

#[derive(Default)]
struct Entry {
    count: usize,
    example: String,
}

impl Ledger {
    pub fn new(verbose: bool) -> Self {
        Self { verbose, explained: BTreeMap::new(), unexplained: Vec::new() }
    }

    /// Notes a difference, with its reason if there is one.
    pub fn note(&mut self, reason: Option<&'static str>, what: impl FnOnce() -> String) {
        let Some(reason) = reason else {
            self.unexplained.push(what());
            return;
        };
        let verbose = self.verbose;
        let entry = self.explained.entry(reason).or_default();
        entry.count += 1;
        if verbose || entry.example.is_empty() {
            entry.example = what();
            if verbose {
                println!("{reason}: {}", entry.example);
            }
        }
    }

    /// How many differences have no reason.
    pub fn unexplained(&self) -> usize {
        self.unexplained.len()
    }

    pub fn print(&self) {
        println!("\n| times | difference and its reason | for example |\n|--:|---|---|");
        for (reason, entry) in &self.explained {
            println!("| {} | {reason} | {} |", entry.count, entry.example);
        }
        println!("\n{} unexplained", self.unexplained());
        for what in self.unexplained.iter().take(20) {
            println!("  {what}");
        }
    }
}
