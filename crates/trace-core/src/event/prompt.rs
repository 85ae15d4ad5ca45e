//! Prompts and the fingerprints of their parts.

use serde::{Deserialize, Serialize};

use crate::wire::null_as_default;

/// A prompt was put together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PromptBuilt {
    /// SHA-256 of the rendered prompt, in hexadecimal.
    pub prompt_hash: String,
    /// Its length in characters.
    pub prompt_chars: usize,
    /// A fingerprint per part, in prompt order; at [`TraceLevel::Extended`](crate::TraceLevel::Extended) only.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<TracePromptComponent>,
}

impl PromptBuilt {
    /// A prompt by its hash and length.
    pub fn new(prompt_hash: impl Into<String>, prompt_chars: usize) -> Self {
        Self { prompt_hash: prompt_hash.into(), prompt_chars, components: Vec::new() }
    }
}

/// The fingerprint of one part of a prompt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TracePromptComponent {
    /// The part's id, stable across prompts.
    pub id: String,
    /// What sort of part it is: `system`, `tools`, `context` and so on.
    pub kind: String,
    /// SHA-256 of its text, in hexadecimal.
    pub hash: String,
    /// Its length in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chars: Option<usize>,
}

impl TracePromptComponent {
    /// The fingerprint of a part's text.
    pub fn of_text(id: impl Into<String>, kind: impl Into<String>, text: &str) -> Self {
        Self {
            id: id.into(),
            kind: kind.into(),
            hash: crate::sha256_hex(text),
            chars: Some(text.chars().count()),
        }
    }
}
