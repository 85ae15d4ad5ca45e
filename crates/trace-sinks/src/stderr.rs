//! Records as JSON lines on standard error.

use std::fs::File;
use std::io;

use trace_core::{TraceRecord, TraceSink, TraceSinkError};

use crate::line::{Line, TornTail, os};

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
            let stderr = duplicate().map_err(cannot_use)?;
            self.torn.write(&stderr, line, "standard error")
        })
    }
}

fn cannot_use(error: io::Error) -> TraceSinkError {
    let message = if os::is_closed(&error) {
        "standard error is closed, a record was lost"
    } else if os::is_out_of_descriptors(&error) {
        "standard error cannot be used, a record was lost; close files or raise the limit of open files"
    } else {
        "standard error cannot be used, a record was lost"
    };
    TraceSinkError::io(message, error)
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_a_closed_standard_error_is_called_closed() {
        let text = |code| cannot_use(io::Error::from_raw_os_error(code)).to_string();
        assert_eq!(text(libc::EBADF), "standard error is closed, a record was lost");
        assert_eq!(text(libc::ENOMEM), "standard error cannot be used, a record was lost");
        for code in [libc::EMFILE, libc::ENFILE] {
            assert!(text(code).ends_with("; close files or raise the limit of open files"));
        }
    }
}
