//! What kind of error ended a model call.

use std::borrow::Cow;

use trace_core::event::TraceError;

use super::ERROR_OTHER;

/// The most bytes of a code that is one of few words.
const LONGEST_CODE: usize = 80;

/// The provider's code, else the HTTP status that the error tells, else why the call ended, else `_OTHER`. `None` for a call that was stopped on
/// purpose: it did not fail.
pub(in crate::otel) fn error_type(error: &TraceError) -> Option<Cow<'_, str>> {
    if error.is_cancelled() {
        return None;
    }
    let code = error.code.as_deref().map(str::trim).filter(|code| is_word(code));
    let status =
        || [Some(error.message.as_str()), error.raw.as_deref()].into_iter().flatten().find_map(http_status);
    let reason = || error.terminal_reason.as_deref().map(str::trim).filter(|reason| is_word(reason));
    Some(code.or_else(status).or_else(reason).unwrap_or(ERROR_OTHER).into())
}

/// A text as a kind of error: itself if it can be one of few words, `_OTHER` otherwise.
pub(in crate::otel) fn error_word(text: &str) -> &str {
    let text = text.trim();
    if is_word(text) { text } else { ERROR_OTHER }
}

/// Whether this can be one of few words, and is no sentence.
fn is_word(code: &str) -> bool {
    (1..=LONGEST_CODE).contains(&code.len()) && !code.contains(char::is_whitespace)
}

/// A client's or server's error status that a text names as such: `503 …`, `status 503`, `HTTP/1.1 429`, `"code":500`.
fn http_status(text: &str) -> Option<&str> {
    let mut before = "status";
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if is_error_status(word) && announces_status(before) {
            return Some(word);
        }
        if !word.bytes().all(|byte| byte.is_ascii_digit()) && !word.eq_ignore_ascii_case("error") {
            before = word;
        }
    }
    None
}

fn is_error_status(word: &str) -> bool {
    matches!(word.as_bytes(), [b'4' | b'5', second, third] if second.is_ascii_digit() && third.is_ascii_digit())
}

fn announces_status(word: &str) -> bool {
    ["status", "http", "https", "code", "returned", "statuscode"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}
