//! Token counts.

use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

/// Tokens were spent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenUsage {
    /// What this step spent.
    pub usage: TraceTokenUsage,
    /// What the session has spent so far, this step included. Steps that end in several threads may be written in another
    /// order than they were summed up in: the session's sum is the greatest of these, not the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cumulative: Option<TraceTokenUsage>,
}

impl TokenUsage {
    /// What a step spent, and the session's sum with it.
    pub fn new(usage: TraceTokenUsage, cumulative: Option<TraceTokenUsage>) -> Self {
        Self { usage, cumulative }
    }
}

/// Token counts of one call or of many. The first four never overlap.
///
/// # Examples
///
/// ```
/// use trace_core::event::TraceTokenUsage;
///
/// let call = TraceTokenUsage { input_tokens: 10, cache_read_input_tokens: 90, output_tokens: 7, ..Default::default() };
/// assert_eq!((call + call).total(), 214);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TraceTokenUsage {
    /// Input that no cache served or took.
    pub input_tokens: i64,
    /// Output, reasoning included.
    pub output_tokens: i64,
    /// Input read from a cache.
    pub cache_read_input_tokens: i64,
    /// Input written to a cache.
    pub cache_write_input_tokens: i64,
    /// The part of the output spent on reasoning.
    pub reasoning_output_tokens: i64,
}

impl TraceTokenUsage {
    /// All input and output; reasoning is within output.
    pub fn total(self) -> i64 {
        self.input_tokens
            .saturating_add(self.output_tokens)
            .saturating_add(self.cache_read_input_tokens)
            .saturating_add(self.cache_write_input_tokens)
    }
}

impl Add for TraceTokenUsage {
    type Output = Self;

    /// Field by field; saturates.
    fn add(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            cache_read_input_tokens: self
                .cache_read_input_tokens
                .saturating_add(other.cache_read_input_tokens),
            cache_write_input_tokens: self
                .cache_write_input_tokens
                .saturating_add(other.cache_write_input_tokens),
            reasoning_output_tokens: self
                .reasoning_output_tokens
                .saturating_add(other.reasoning_output_tokens),
        }
    }
}

impl AddAssign for TraceTokenUsage {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::iter::Sum for TraceTokenUsage {
    fn sum<I: Iterator<Item = Self>>(usages: I) -> Self {
        usages.fold(Self::default(), Add::add)
    }
}
