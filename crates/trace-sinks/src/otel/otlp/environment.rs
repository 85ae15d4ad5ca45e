//! The environment, through a function, so that nothing but the first caller touches the process's.

mod options;
mod settings;

use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::time::Duration;

use super::error::OtlpError;

/// Reads variables. An empty one counts as not set.
pub(super) struct Environment<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
}

/// A variable that is set, without the blanks around its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) value: String,
}

impl<'a> Environment<'a> {
    pub(super) fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup }
    }

    /// The first of the names that is set: the specific one comes first.
    pub(super) fn first(&self, names: &[&'static str]) -> Option<Variable> {
        names.iter().find_map(|name| {
            let value = (self.lookup)(name)?.trim().to_owned();
            (!value.is_empty()).then_some(Variable { name, value })
        })
    }

    /// `true` or `false`.
    pub(super) fn switch(&self, names: &[&'static str]) -> Result<Option<bool>, OtlpError> {
        self.choice(names, "true or false", |word| match word {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        })
    }

    /// One of a few words, in any case.
    pub(super) fn choice<T>(
        &self,
        names: &[&'static str],
        allowed: &str,
        known: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, OtlpError> {
        let read = |variable: Variable| {
            known(&variable.value.to_ascii_lowercase())
                .ok_or_else(|| OtlpError::value(variable.name, &variable.value, allowed))
        };
        self.first(names).map(read).transpose()
    }

    /// A number, from 0.
    pub(super) fn number<T: FromStr>(&self, names: &[&'static str]) -> Result<Option<T>, OtlpError> {
        self.parsed(names, "a whole number from 0")
    }

    /// A number, from 1.
    pub(super) fn positive(&self, names: &[&'static str]) -> Result<Option<usize>, OtlpError> {
        let number: Option<std::num::NonZeroUsize> = self.parsed(names, "a whole number from 1")?;
        Ok(number.map(std::num::NonZeroUsize::get))
    }

    /// A time in milliseconds, from 1.
    pub(super) fn milliseconds(&self, names: &[&'static str]) -> Result<Option<Duration>, OtlpError> {
        let number: Option<NonZeroU64> = self.parsed(names, "a whole number of milliseconds from 1")?;
        Ok(number.map(|milliseconds| Duration::from_millis(milliseconds.get())))
    }

    fn parsed<T: FromStr>(&self, names: &[&'static str], allowed: &str) -> Result<Option<T>, OtlpError> {
        let read = |variable: Variable| {
            let parsed = variable.value.parse();
            parsed.map_err(|_| OtlpError::value(variable.name, &variable.value, allowed))
        };
        self.first(names).map(read).transpose()
    }
}

impl fmt::Debug for Environment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}

/// A variable of the process. What is not UTF-8 in it is replaced.
pub(super) fn process(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// No variable at all.
pub(super) fn nothing(_name: &str) -> Option<String> {
    None
}

/// Decodes `%20` and the like. What is no escape stays as it is.
pub(super) fn percent_decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = if *first == b'%' { tail.get(..2).and_then(hex_pair) } else { None };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(pair[0])? * 16 + digit(pair[1])?)
}
