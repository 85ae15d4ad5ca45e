//! Token counts as the conventions count them.

use trace_core::event::TraceTokenUsage;

use super::{
    USAGE_CACHE_CREATION_INPUT_TOKENS, USAGE_CACHE_READ_INPUT_TOKENS, USAGE_CACHE_WRITE_INPUT_TOKENS,
    USAGE_INPUT_TOKENS, USAGE_OUTPUT_TOKENS, USAGE_REASONING_OUTPUT_TOKENS,
};

/// The attributes of a usage: totals that include their parts, and the parts that are not zero. Nothing for a usage without
/// any token.
///
/// A record's input leaves out what caches took or gave; the conventions' input holds it. `cache_creation` says whether the
/// older name of `cache_write` is told too.
pub(in crate::otel) fn usage_attributes(
    usage: &TraceTokenUsage,
    cache_creation: bool,
) -> impl Iterator<Item = (&'static str, i64)> + use<> {
    let TraceTokenUsage {
        input_tokens: _,
        output_tokens,
        cache_read_input_tokens,
        cache_write_input_tokens,
        reasoning_output_tokens,
    } = *usage;
    let input = inclusive_input(usage);
    let spent = input > 0 || output_tokens > 0;
    [
        (USAGE_INPUT_TOKENS, input, spent && input >= 0),
        (USAGE_OUTPUT_TOKENS, output_tokens, spent && output_tokens >= 0),
        (USAGE_CACHE_READ_INPUT_TOKENS, cache_read_input_tokens, cache_read_input_tokens > 0),
        (USAGE_CACHE_WRITE_INPUT_TOKENS, cache_write_input_tokens, cache_write_input_tokens > 0),
        (
            USAGE_CACHE_CREATION_INPUT_TOKENS,
            cache_write_input_tokens,
            cache_creation && cache_write_input_tokens > 0,
        ),
        (USAGE_REASONING_OUTPUT_TOKENS, reasoning_output_tokens, reasoning_output_tokens > 0),
    ]
    .into_iter()
    .filter_map(|(key, count, told)| told.then_some((key, count)))
}

/// Input with what caches took and gave.
pub(in crate::otel) fn inclusive_input(usage: &TraceTokenUsage) -> i64 {
    let cached = usage.cache_read_input_tokens.saturating_add(usage.cache_write_input_tokens);
    usage.input_tokens.saturating_add(cached)
}
