//! An estimate of the tokens a call spends.

use facade::tracing::event::TraceTokenUsage;

use super::Answer;

/// Characters to a token, about.
const CHARS: usize = 4;

/// Counts for one conversation: what was sent before is read from the provider's cache.
#[derive(Debug, Default)]
pub(super) struct Meter {
    cached: i64,
}

impl Meter {
    /// What a call with this body and answer spends.
    pub(super) fn measure(&mut self, body: &[u8], answer: &Answer) -> TraceTokenUsage {
        let prompt = tokens(body.len());
        let new = (prompt - self.cached).max(0);
        let written = new * 7 / 8;
        let asked: usize = answer.requests.iter().map(|request| request.args.to_string().len()).sum();
        let usage = TraceTokenUsage {
            input_tokens: new - written,
            output_tokens: tokens(answer.reasoning.len() + answer.text.len() + asked),
            cache_read_input_tokens: prompt - new,
            cache_write_input_tokens: written,
            reasoning_output_tokens: tokens(answer.reasoning.len()),
        };
        self.cached = prompt - usage.input_tokens;
        usage
    }
}

fn tokens(bytes: usize) -> i64 {
    i64::try_from(bytes.div_ceil(CHARS)).unwrap_or(i64::MAX)
}
