//! Prompts: fingerprints of their parts, and what changed since the last one.

use std::collections::BTreeMap;

use super::inner::Inner;
use super::ledger::lock;
use super::place::Metadata;
use crate::event::{PromptBuilt, TracePromptComponent};
use crate::sha256_hex;

/// The metadata key that names the parts that changed.
const PROMPT_DRIFT: &str = "prompt_drift";

/// Hashes of a prompt's parts, by id.
pub(super) type Fingerprints = BTreeMap<String, String>;

/// A prompt and its parts, fingerprinted.
///
/// # Examples
///
/// ```
/// use trace_core::Recorder;
/// use trace_core::recorder::Prompt;
///
/// # let recorder = Recorder::default();
/// # let turn = recorder.session("chat-1").turn("turn-0");
/// let (rules, tools) = ("Be brief.", "read_file(path)");
/// turn.prompt(|| {
///     Prompt::new(&format!("{rules}\n{tools}"))
///         .component("core", "system", rules)
///         .component("tools", "tools", tools)
/// });
/// # turn.complete("assistant_message");
/// ```
#[derive(Debug, Clone)]
pub struct Prompt(PromptBuilt);

impl Prompt {
    /// A prompt by its rendered text.
    pub fn new(rendered: &str) -> Self {
        Self(PromptBuilt::new(sha256_hex(rendered), rendered.chars().count()))
    }

    /// The same prompt with one more part: its id, stable across prompts, its sort and its text.
    #[must_use]
    pub fn component(mut self, id: impl Into<String>, kind: impl Into<String>, text: &str) -> Self {
        self.0.components.push(TracePromptComponent::of_text(id, kind, text));
        self
    }
}

impl From<Prompt> for PromptBuilt {
    fn from(prompt: Prompt) -> Self {
        prompt.0
    }
}

/// Writes a prompt under a scope, and keeps its fingerprints for the next one.
pub(super) fn record(inner: &Inner, mut prompt: PromptBuilt) {
    let now: Fingerprints =
        prompt.components.iter().map(|part| (part.id.clone(), part.hash.clone())).collect();
    let before = lock(&inner.session.account.prompt).replace(now.clone());
    let drift = before.map(|before| changed(&before, &now)).unwrap_or_default();
    let metadata: Metadata = (!drift.is_empty())
        .then(|| (PROMPT_DRIFT.to_owned(), drift.into_iter().collect()))
        .into_iter()
        .collect();
    if !inner.core.settings.level.is_extended() {
        prompt.components.clear();
    }
    inner.core.write_now(&inner.leaf().with_metadata(&metadata), prompt);
}

/// The ids of parts that are new, gone, or not as they were.
fn changed(before: &Fingerprints, now: &Fingerprints) -> Vec<String> {
    let gone = before.keys().filter(|id| !now.contains_key(*id));
    let other = now.iter().filter(|(id, hash)| before.get(*id) != Some(*hash)).map(|(id, _)| id);
    let mut ids: Vec<String> = gone.chain(other).cloned().collect();
    ids.sort_unstable();
    ids
}
