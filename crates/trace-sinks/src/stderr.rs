//! Records as JSON lines on standard error.

use std::fs::File;
use std::io;

use trace_core::{TraceRecord, TraceSink, TraceSinkError};

use crate::line::{Line, TornTail};

/// Writes records to standard error, one JSON object per line.
///
/// Each record is one write, past the buffer and the lock of [`std::io::stderr`]; unlike there, an error of the system is
/// an error here. `flush` has nothing to do.
///
/// # Caveats
///
/// A Rust program that is started without a standard error gets the null device in its place, which takes every record.
/// The lines of several processes can mix on a pipe where they are longer than its atomic size (4,096 bytes on Linux).
///
/// # Examples
///
/// ```
/// use trace_core::{TraceContext, TraceRecord, TraceSink, event::Custom};
/// use trace_sinks::StderrTraceSink;
///
/// let sink = StderrTraceSink::new();
/// sink.append(&TraceRecord::new(TraceContext::default(), Custom::new("hello", 1.into())))?;
/// # Ok::<(), trace_core::TraceSinkError>(())
/// ```
#[derive(Debug, Default)]
pub struct StderrTraceSink {
    torn: TornTail,
}

impl StderrTraceSink {
    /// A sink on the standard error of the moment a record comes.
    pub fn new() -> Self {
        Self::default()
    }
}

impl TraceSink for StderrTraceSink {
    fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
        Line::of(record, |line| {
            let stderr = duplicate()
                .map_err(|error| TraceSinkError::io("standard error is closed; a record was lost", error))?;
            self.torn.write(&stderr, line, "standard error")
        })
    }
}

/// Standard error as a plain file: the handle of the standard library takes some errors for success.
#[cfg(unix)]
fn duplicate() -> io::Result<File> {
    use std::os::fd::AsFd;
    io::stderr().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn duplicate() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    io::stderr().as_handle().try_clone_to_owned().map(File::from)
}
