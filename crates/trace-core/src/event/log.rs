//! Log lines, milestones of the host, and errors with their causes.

use std::collections::BTreeMap;
use std::error::Error;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Severity;
use crate::wire::null_as_default;

/// A log line.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Log {
    /// How grave it is.
    pub level: Severity,
    /// The part of the program that speaks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    /// What it says.
    pub message: String,
    /// Its structured fields.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Value>,
    /// The source file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line in that file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The error it reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<TraceErrorInfo>,
}

impl Log {
    /// A line of a severity.
    pub fn new(level: Severity, target: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level, target: target.into(), message: message.into(), ..Self::default() }
    }
}

/// A milestone of the host's life: launch, health, shutdown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RuntimeEvent {
    /// Its name, such as `health_ready`.
    pub name: String,
    /// Its category, such as `health`.
    pub category: String,
    /// How grave it is.
    pub level: Severity,
    /// What it says.
    pub message: String,
    /// Safe operational facts, such as host and port.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, Value>,
}

impl RuntimeEvent {
    /// A milestone of severity info.
    pub fn new(name: impl Into<String>, category: impl Into<String>, message: impl Into<String>) -> Self {
        Self { name: name.into(), category: category.into(), message: message.into(), ..Self::default() }
    }
}

/// An error nobody handled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UncaughtError {
    /// The thread it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// The error.
    pub error: TraceErrorInfo,
}

impl UncaughtError {
    /// An error that ended a thread.
    pub fn new(thread: Option<String>, error: TraceErrorInfo) -> Self {
        Self { thread, error }
    }
}

/// An error, its causes, and where it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceErrorInfo {
    /// The error's type, as far as it is known.
    #[serde(rename = "type", default, skip_serializing_if = "String::is_empty")]
    pub error_type: String,
    /// What it says.
    pub message: String,
    /// The messages of its causes, nearest first.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
    /// Where it came from, innermost first.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<TraceFrame>,
}

impl TraceErrorInfo {
    /// An error by its type and message.
    pub fn new(error_type: impl Into<String>, message: impl Into<String>) -> Self {
        Self { error_type: error_type.into(), message: message.into(), ..Self::default() }
    }

    /// Describes an error and its chain of sources.
    pub fn of<E: Error + ?Sized>(error: &E) -> Self {
        let causes = std::iter::successors(error.source(), |&cause| cause.source());
        Self {
            chain: causes.map(ToString::to_string).collect(),
            ..Self::new(std::any::type_name::<E>(), error.to_string())
        }
    }
}

/// One frame of a backtrace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceFrame {
    /// The source file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line in that file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The function.
    pub function: String,
}

impl TraceFrame {
    /// A frame in a function.
    pub fn new(function: impl Into<String>) -> Self {
        Self { function: function.into(), ..Self::default() }
    }
}
