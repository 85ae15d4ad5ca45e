//! Prompts and whether they changed.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::body::Prompt;
use super::node::Moment;

/// The fingerprints of all prompts.
#[derive(Debug, Default)]
pub(super) struct Prompts(Vec<Built>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Built {
    session: u32,
    moment: Moment,
    node: u32,
    fingerprint: u64,
}

impl Prompts {
    pub(super) fn add(&mut self, session: u32, moment: Moment, node: u32, prompt: &Prompt<'_>) {
        self.0.push(Built { session, moment, node, fingerprint: fingerprint(prompt) });
    }

    /// The nodes whose prompt differs from the one before it in the same session.
    pub(super) fn drifted(mut self) -> Vec<u32> {
        self.0.sort_unstable();
        let pairs = self.0.windows(2);
        pairs
            .filter(|pair| pair[0].session == pair[1].session && pair[0].fingerprint != pair[1].fingerprint)
            .map(|pair| pair[1].node)
            .collect()
    }
}

/// One number for the components of a prompt in any order, or for its hash where it names none.
fn fingerprint(prompt: &Prompt<'_>) -> u64 {
    let components = prompt.components.as_deref().unwrap_or_default();
    let mut parts: Vec<_> = components.iter().map(|part| (part.id.get(), part.hash.get())).collect();
    if parts.is_empty() {
        parts.push(("", prompt.prompt_hash.get()));
    }
    parts.sort_unstable();
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}
