//! Which attributes come first, and which go last.

use opentelemetry::KeyValue;

use super::size::value_size;
use crate::otel::convention::{self as key};

/// A value over this is large.
const LARGE: usize = 1024;

/// Where an attribute stands among the others of its span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// What the span is.
    Vital,
    /// What a convention names.
    Convention,
    Small,
    /// What a host added.
    Metadata,
    Large,
    /// Content, by its importance.
    Content(usize),
}

/// What a span is: of which operation, model and conversation, how it ended, and what it cost.
const VITAL: &[&str] = &[
    key::OPERATION_NAME,
    key::PROVIDER_NAME,
    key::REQUEST_MODEL,
    key::CONVERSATION_ID,
    key::SESSION_ID,
    key::AGENT_NAME,
    key::TOOL_NAME,
    key::TOOL_CALL_ID,
    key::ERROR_TYPE,
    key::RESPONSE_MODEL,
    key::RESPONSE_FINISH_REASONS,
    key::USAGE_INPUT_TOKENS,
    key::USAGE_OUTPUT_TOKENS,
    key::USAGE_CACHE_READ_INPUT_TOKENS,
    key::USAGE_CACHE_WRITE_INPUT_TOKENS,
    key::USAGE_REASONING_OUTPUT_TOKENS,
    key::OPENINFERENCE_SPAN_KIND,
];

/// Content, the most important first.
const CONTENT: &[&str] = &[
    key::OUTPUT_MESSAGES,
    key::TOOL_CALL_RESULT,
    key::TOOL_CALL_ARGUMENTS,
    key::INPUT_MESSAGES,
    key::SYSTEM_INSTRUCTIONS,
    key::TOOL_DEFINITIONS,
];

const CONVENTIONS: &[&str] = &["gen_ai.", "error.", "server.", "exception.", "code."];

impl Rank {
    pub(super) fn of(attribute: &KeyValue, prefix: &str) -> Self {
        let key = attribute.key.as_str();
        let large = value_size(&attribute.value) > LARGE;
        let own = || key.strip_prefix(prefix)?.strip_prefix('.');
        if large && let Some(place) = content(key) {
            Self::Content(place)
        } else if large {
            Self::Large
        } else if VITAL.contains(&key) {
            Self::Vital
        } else if CONVENTIONS.iter().any(|start| key.starts_with(start)) {
            Self::Convention
        } else if own().is_some_and(|own| own.starts_with("metadata.")) {
            Self::Metadata
        } else {
            Self::Small
        }
    }

    pub(super) fn is_small(self) -> bool {
        self < Self::Large
    }

    /// The lower, the later it goes when there are too many attributes.
    pub(super) fn importance(self) -> u8 {
        match self {
            Self::Vital => 0,
            Self::Convention => 1,
            Self::Content(_) => 2,
            Self::Large => 3,
            Self::Small => 4,
            Self::Metadata => 5,
        }
    }
}

/// Whether an attribute is content: messages, arguments and results, payloads as JSON.
pub(super) fn content(key: &str) -> Option<usize> {
    let named = CONTENT.iter().position(|content| *content == key);
    named.or_else(|| is_payload(key).then_some(CONTENT.len()))
}

fn is_payload(key: &str) -> bool {
    key.strip_suffix("json").is_some_and(|name| name.ends_with(['_', '.']))
}
