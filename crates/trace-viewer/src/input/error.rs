//! Why an input cannot be read at all.

use std::io;

/// An input that gives nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum InputError {
    /// There is no such file.
    Missing {
        /// The path as it was given.
        name: String,
    },
    /// It is a directory.
    Directory {
        /// The path as it was given.
        name: String,
    },
    /// It is a device or a socket.
    Special {
        /// The path as it was given.
        name: String,
    },
    /// It may not be read.
    Denied {
        /// The path as it was given.
        name: String,
    },
    /// It is compressed more than once.
    Nested {
        /// The input as it was given.
        name: String,
    },
    /// Reading fails from the first byte on.
    Unreadable {
        /// The input as it was given.
        name: String,
        /// The cause.
        source: io::Error,
    },
}

impl InputError {
    pub(super) fn opening(name: String, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing { name },
            io::ErrorKind::PermissionDenied => Self::Denied { name },
            io::ErrorKind::IsADirectory => Self::Directory { name },
            _ => Self::Unreadable { name, source: error },
        }
    }
}

impl std::fmt::Display for InputError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing { name } => write!(f, "{name}: there is no such file; check the path"),
            Self::Directory { name } => {
                write!(
                    f,
                    "{name}: this is a directory; name the trace files in it, for example {name}/*.jsonl"
                )
            }
            Self::Special { name } => {
                write!(f, "{name}: this is a device, not a trace; to read standard input, write -")
            }
            Self::Denied { name } => {
                write!(f, "{name}: no permission to read it; change its mode or run as its owner")
            }
            Self::Nested { name } => {
                write!(f, "{name}: compressed more than once; run gunzip on it first")
            }
            Self::Unreadable { name, .. } => write!(f, "{name}: cannot be read"),
        }
    }
}

impl std::error::Error for InputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            Self::Missing { .. }
            | Self::Directory { .. }
            | Self::Special { .. }
            | Self::Denied { .. }
            | Self::Nested { .. } => None,
        }
    }
}
