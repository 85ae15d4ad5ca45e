//! What is wrong with the settings of an OTLP sink.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::io;

/// A setting of an OTLP sink that cannot be used: which one, what is wrong with it, and what is allowed.
///
/// # Examples
///
/// ```
/// use trace_sinks::otel::OtlpError;
///
/// fn advice(error: &OtlpError) -> String {
///     format!("change {}", error.setting())
/// }
/// ```
#[derive(Debug)]
pub struct OtlpError {
    setting: Cow<'static, str>,
    problem: String,
    source: Option<io::Error>,
}

impl OtlpError {
    pub(super) fn new(setting: impl Into<Cow<'static, str>>, problem: impl Into<String>) -> Self {
        Self { setting: setting.into(), problem: problem.into(), source: None }
    }

    /// A value that is none of what is allowed.
    pub(super) fn value(setting: impl Into<Cow<'static, str>>, value: &str, allowed: &str) -> Self {
        Self::new(setting, format!("{value:?} is not allowed here: use {allowed}"))
    }

    pub(super) fn caused_by(mut self, source: io::Error) -> Self {
        self.source = Some(source);
        self
    }

    /// The setting: the name of a variable, or of a method of [`OtlpBuilder`](super::OtlpBuilder).
    pub fn setting(&self) -> &str {
        &self.setting
    }
}

impl fmt::Display for OtlpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.problem)
    }
}

impl Error for OtlpError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
