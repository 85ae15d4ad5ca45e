//! Prompts and what changed in them.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

use super::body::Prompt;
use super::build::{Incoming, ModelBuilder};
use super::ids::index;
use super::node::Moment;

/// How often prompts changed from one to the next of the same session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drift {
    /// Prompts that have a previous one.
    pub compared: u64,
    /// Those that differ from it.
    pub changed: u64,
    /// How often each component was changed, added or removed: its name as an index into
    /// [`Model::names`](super::Model::names), most often first. A prompt that names no component counts under index 0.
    pub components: Vec<(u32, u64)>,
}

/// The fingerprints of all prompts.
#[derive(Debug, Default)]
pub(super) struct Prompts {
    built: Vec<Built>,
    /// Components of all prompts: name and fingerprint.
    parts: Vec<(u32, u64)>,
}

#[derive(Debug)]
struct Built {
    session: u32,
    moment: Moment,
    node: u32,
    first: u32,
    count: u32,
}

/// What [`Prompts::compare`] finds.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) drift: Drift,
    /// Prompts that changed, and the names of what did.
    pub(super) changed: Vec<(u32, Vec<u32>)>,
}

impl ModelBuilder {
    /// Keeps the components of a prompt, in any order, or its hash where it names none.
    pub(super) fn keep_prompt(&mut self, incoming: &Incoming<'_>, node: u32, prompt: &Prompt<'_>) {
        let components = prompt.components.as_deref().unwrap_or_default();
        let mut parts: Vec<(u32, u64)> =
            components.iter().map(|part| (self.name(part.id.get()), fingerprint(part.hash.get()))).collect();
        if parts.is_empty() {
            parts.push((0, fingerprint(prompt.prompt_hash.get())));
        }
        parts.sort_unstable();
        let prompts = &mut self.prompts;
        let (session, moment) = (incoming.place.session, incoming.moment);
        let (first, count) = (index(prompts.parts.len()), index(parts.len()));
        prompts.parts.extend(parts);
        prompts.built.push(Built { session, moment, node, first, count });
    }
}

impl Prompts {
    /// Compares each prompt with the one before it in the same session.
    pub(super) fn compare(mut self) -> Compared {
        self.built.sort_unstable_by_key(|built| (built.session, built.moment, built.node));
        let mut found = Compared::default();
        let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
        for pair in self.built.windows(2).filter(|pair| pair[0].session == pair[1].session) {
            found.drift.compared += 1;
            let (before, after) = (&self.parts[pair[0].range()], &self.parts[pair[1].range()]);
            if before == after {
                continue;
            }
            found.drift.changed += 1;
            let names = differing(before, after);
            for &name in &names {
                *counts.entry(name).or_default() += 1;
            }
            found.changed.push((pair[1].node, names));
        }
        found.drift.components = counts.into_iter().collect();
        found.drift.components.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        found
    }
}

impl Built {
    fn range(&self) -> Range<usize> {
        self.first as usize..(self.first + self.count) as usize
    }
}

/// The names of parts that only one of the two has as they are.
fn differing(before: &[(u32, u64)], after: &[(u32, u64)]) -> Vec<u32> {
    let only = |here: &[(u32, u64)], there: &[(u32, u64)]| {
        here.iter().filter(|part| there.binary_search(part).is_err()).map(|part| part.0).collect::<Vec<_>>()
    };
    let mut names = [only(before, after), only(after, before)].concat();
    names.sort_unstable();
    names.dedup();
    names
}

fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
