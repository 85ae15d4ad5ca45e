//! Records as JSON lines in a file.

use std::path::{Path, PathBuf};

use trace_core::{TraceRecord, TraceSink, TraceSinkError};

use crate::line::{Line, SharedFile};

/// Appends records to a file, one JSON object per line.
///
/// Any number of threads and processes may append to one path: each record is one write to a descriptor that is kept open
/// in append mode, and nothing is locked while a record is serialised. There is no buffer; when `append` has returned, the
/// record survives the end of the process. [`flush`](TraceSink::flush) is an `fsync`: then it survives a power cut too.
///
/// - Missing directories are created with mode 0700, the file with mode 0600. What exists keeps its mode.
/// - A file that was deleted, renamed or replaced is noticed within 100 ms and the path opened anew.
/// - A file that ends within a line, as a killed writer leaves it, gets a newline before the next record. Nothing is
///   deleted. A reader skips the blank line that two writers doing so at once leave.
/// - A record that cannot be written as JSON leaves no byte. One that was written in part, on a full disk, stays as one
///   damaged line and is reported.
/// - Only a regular file is written to: a directory, FIFO, socket, device or symbolic link is an error.
///
/// # Caveats
///
/// Records written between a deletion and its discovery go with the deleted file. Where a process was killed within a
/// write, a record that another one appends right behind the fragment, before it looks again (50 ms), shares its
/// damaged line. A file that was renamed stays open until the next `flush` or four later ones; deleted before, it gives
/// its room back with the first record that comes 50 ms later. After a failed sync every later `flush` fails until the
/// file is moved away, for the system no longer knows what it lost. In a directory that may be written to but not read,
/// `flush` syncs the content of a new file but not its name.
///
/// One write is whole among other appenders on local file systems; network file systems do not promise it. On systems
/// other than Unix modes are not set, and a replaced file is noticed only while its path is missing.
///
/// # Examples
///
/// ```
/// use trace_core::{TraceContext, TraceRecord, TraceSink, event::Custom};
/// use trace_sinks::JsonlTraceSink;
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("data/trace.jsonl");
/// let sink = JsonlTraceSink::new(&path);
/// sink.append(&TraceRecord::new(TraceContext::for_session("chat-1"), Custom::new("hello", 1.into())))?;
/// assert_eq!(std::fs::read_to_string(path)?.lines().count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct JsonlTraceSink {
    file: SharedFile,
}

impl JsonlTraceSink {
    /// A sink that opens its file when the first record comes; that append reports what is wrong.
    ///
    /// A relative path counts from the current directory of this moment.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { file: SharedFile::new(std::path::absolute(&path).unwrap_or(path)) }
    }

    /// A sink whose file is open.
    ///
    /// # Errors
    ///
    /// The file or its directories cannot be created or opened, or the path leads to something else than a regular file.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, TraceSinkError> {
        let sink = Self::new(path);
        sink.file.open()?;
        Ok(sink)
    }

    /// The file's path, absolute.
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

impl TraceSink for JsonlTraceSink {
    fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
        Line::of(record, |line| self.file.append(line))
    }

    fn flush(&self) -> Result<(), TraceSinkError> {
        self.file.flush()
    }
}
