//! Why a line is not a record.

use std::fmt;

use serde::de::IgnoredAny;

use crate::{TRACE_SCHEMA_VERSION, TraceHeader, TraceRecord};

/// A line could not be read as a [`TraceRecord`]; [`kind`](Self::kind) says what the caller can do.
#[derive(Debug)]
pub struct DecodeError {
    kind: DecodeErrorKind,
    source: serde_json::Error,
}

/// What a caller can do about a [`DecodeError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The text is not JSON: it is damaged, and nothing of it can be trusted.
    NotJson,
    /// JSON of a newer schema: keep it as text, or upgrade the reader.
    NewerSchema {
        /// The version the line names.
        found: u64,
    },
    /// JSON, but no record of schema version 2: keep it as text.
    NotARecord,
}

impl DecodeError {
    /// What the caller can do.
    pub fn kind(&self) -> DecodeErrorKind {
        self.kind
    }

    fn classify(text: &str, source: serde_json::Error) -> Self {
        let kind = match TraceHeader::scan(text).map(|header| header.schema_version) {
            Ok(Some(found)) if found > u64::from(TRACE_SCHEMA_VERSION) => {
                DecodeErrorKind::NewerSchema { found }
            }
            Ok(_) => DecodeErrorKind::NotARecord,
            Err(_) if serde_json::from_str::<IgnoredAny>(text).is_ok() => DecodeErrorKind::NotARecord,
            Err(_) => DecodeErrorKind::NotJson,
        };
        Self { kind, source }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            DecodeErrorKind::NotJson => f.write_str("the line is not JSON"),
            DecodeErrorKind::NewerSchema { found } => write!(
                f,
                "the record has schema version {found}, this reader knows up to {TRACE_SCHEMA_VERSION}"
            ),
            DecodeErrorKind::NotARecord => f.write_str("the line is JSON but no trace record"),
        }
    }
}

impl std::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl TraceRecord {
    /// Reads one line of a trace.
    ///
    /// The same as `serde_json::from_str`, with an error that tells damage, a newer schema and foreign JSON apart.
    ///
    /// # Errors
    ///
    /// The text is not JSON, names a schema version above [`TRACE_SCHEMA_VERSION`], or is no record.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_core::{DecodeErrorKind, TraceRecord};
    ///
    /// let error = TraceRecord::from_json(r#"{"schema_version":3}"#).unwrap_err();
    /// assert_eq!(error.kind(), DecodeErrorKind::NewerSchema { found: 3 });
    /// ```
    pub fn from_json(text: &str) -> Result<Self, DecodeError> {
        serde_json::from_str(text).map_err(|source| DecodeError::classify(text, source))
    }
}
