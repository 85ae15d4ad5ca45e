//! How much is recorded, and how grave a log line is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How much a runtime records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceLevel {
    /// Sessions, turns, calls, usage, execution graphs, logs.
    #[default]
    Standard,
    /// Also provider requests, every stream chunk, prompt components and envelope differences.
    Extended,
}

impl TraceLevel {
    /// Whether this is [`Extended`](Self::Extended).
    pub fn is_extended(self) -> bool {
        self == Self::Extended
    }
}

/// How grave a log line is, with the numbers of Python's logging module.
///
/// # Examples
///
/// ```
/// use trace_core::Severity;
///
/// assert_eq!("WARNING".parse::<Severity>()?, Severity::Warn);
/// assert_eq!("50".parse::<Severity>()?, Severity::Critical);
/// assert_eq!(Severity::parse_or("no such level", Severity::Debug), Severity::Debug);
/// assert!(Severity::Error > Severity::Warn);
/// # Ok::<(), trace_core::ParseSeverityError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum Severity {
    /// 5: finer than debugging.
    Trace = 5,
    /// 10: frequent, low-level.
    Debug = 10,
    /// 20: normal operation.
    #[default]
    Info = 20,
    /// 30: unusual.
    Warn = 30,
    /// 40: something failed.
    Error = 40,
    /// 50: cannot continue.
    Critical = 50,
}

impl Severity {
    /// Every severity, ascending.
    pub const ALL: [Self; 6] =
        [Self::Trace, Self::Debug, Self::Info, Self::Warn, Self::Error, Self::Critical];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }

    /// The number: 5, 10, 20, 30, 40 or 50.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The severity of a number, if it is one of the six.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.number() == number)
    }

    /// Reads a name or number, and takes `default` for anything else.
    pub fn parse_or(text: &str, default: Self) -> Self {
        text.parse().unwrap_or(default)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that names no [`Severity`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseSeverityError(String);

impl fmt::Display for ParseSeverityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "unknown severity {:?}: expected trace, debug, info, warn, error, critical or their number",
            self.0
        )
    }
}

impl std::error::Error for ParseSeverityError {}

impl FromStr for Severity {
    type Err = ParseSeverityError;

    /// Reads a name in any case, `warning` and `fatal` included, or a number.
    fn from_str(text: &str) -> Result<Self, ParseSeverityError> {
        let alias = [("warning", Self::Warn), ("fatal", Self::Critical)];
        Self::ALL
            .into_iter()
            .map(|severity| (severity.name(), severity))
            .chain(alias)
            .find(|(name, _)| text.eq_ignore_ascii_case(name))
            .map(|(_, severity)| severity)
            .or_else(|| text.parse().ok().and_then(Self::from_number))
            .ok_or_else(|| ParseSeverityError(text.to_owned()))
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Severity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
