//! Why a span was not taken.

use trace_core::{TraceSinkError, TraceSinkErrorKind};

/// Why a span was not taken; it is counted as dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::otel) enum NotTaken {
    /// There was no room for it.
    Full,
    /// The sink was shut down, or its thread is gone.
    Closed,
}

impl From<NotTaken> for TraceSinkError {
    fn from(reason: NotTaken) -> Self {
        match reason {
            NotTaken::Full => Self::new(
                TraceSinkErrorKind::Full,
                "a span was dropped: more wait for the receiver than the export settings allow",
            ),
            NotTaken::Closed => Self::closed("a span was dropped: the OpenTelemetry sink is shut down"),
        }
    }
}
