//! One record as one line of bytes, and the one write that puts it out.

mod file;
mod left;
mod open;
pub(crate) mod os;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use trace_core::{TraceRecord, TraceSinkError, TraceSinkErrorKind};

pub(crate) use file::SharedFile;

/// A thread keeps its buffer up to this many bytes.
const KEPT_CAPACITY: usize = 1 << 20;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A record's line: a newline, the JSON text, a newline. The first newline is written only behind a fragment.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a>(&'a [u8]);

impl<'a> Line<'a> {
    /// Writes `record` into the thread's buffer and hands the line to `take`.
    pub(crate) fn of(
        record: &TraceRecord,
        take: impl FnOnce(Line<'_>) -> Result<(), TraceSinkError>,
    ) -> Result<(), TraceSinkError> {
        let mut buffer = BUFFER.try_with(Cell::take).unwrap_or_default();
        let result = encode(record, &mut buffer).and_then(|()| take(Line(&buffer)));
        if buffer.capacity() <= KEPT_CAPACITY {
            // Fails only while the thread ends; the buffer then goes with it.
            let _ = BUFFER.try_with(|kept| kept.set(buffer));
        }
        result
    }

    fn bytes(self, newline_first: bool) -> &'a [u8] {
        if newline_first { self.0 } else { self.0.get(1..).unwrap_or_default() }
    }
}

fn encode(record: &TraceRecord, buffer: &mut Vec<u8>) -> Result<(), TraceSinkError> {
    buffer.clear();
    buffer.push(b'\n');
    serde_json::to_writer(&mut *buffer, record).map_err(TraceSinkError::serialize)?;
    buffer.push(b'\n');
    Ok(())
}

/// Whether what stands last in a destination is a fragment of a line.
#[derive(Debug, Default)]
pub(crate) struct TornTail(AtomicBool);

impl TornTail {
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it is; whoever learns it has to end the fragment.
    fn take(&self) -> bool {
        self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::AcqRel)
    }

    /// Puts `line` into `out` with one write, behind a newline where a fragment stands last.
    ///
    /// A write that was cut short is never resumed: another writer's line may already stand behind it.
    pub(crate) fn write(
        &self,
        mut out: impl Write,
        line: Line<'_>,
        target: impl fmt::Display,
    ) -> Result<(), TraceSinkError> {
        let newline_first = self.take();
        let bytes = line.bytes(newline_first);
        match write_once(&mut out, bytes) {
            Ok(written) if written == bytes.len() => Ok(()),
            Ok(written) => {
                let ended = write_once(&mut out, b"\n");
                if !matches!(ended, Ok(1)) {
                    self.set();
                }
                Err(cut_short(&target, written, bytes.len(), ended.err()))
            }
            Err(error) => {
                if newline_first {
                    self.set();
                }
                Err(not_written(&target, error))
            }
        }
    }
}

fn write_once(out: &mut impl Write, bytes: &[u8]) -> io::Result<usize> {
    loop {
        match out.write(bytes) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn not_written(target: &impl fmt::Display, error: io::Error) -> TraceSinkError {
    let advice = advice(error.kind());
    TraceSinkError::io(format!("a record was not written to {target}{advice}"), error)
}

fn cut_short(
    target: &impl fmt::Display,
    written: usize,
    len: usize,
    cause: Option<io::Error>,
) -> TraceSinkError {
    let advice = cause.as_ref().map_or("", |cause| advice(cause.kind()));
    let message = format!("only {written} of the {len} bytes of a record were written to {target}{advice}");
    let error = TraceSinkError::new(TraceSinkErrorKind::Io, message);
    match cause {
        Some(cause) => error.with_source(cause),
        None => error,
    }
}

/// What to do about an error, to stand behind a message.
fn advice(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::StorageFull => "; free space on its disk",
        ErrorKind::QuotaExceeded => "; raise the disk quota or remove files",
        ErrorKind::FileTooLarge => "; it reached a size limit, move it away to go on",
        ErrorKind::ReadOnlyFilesystem => "; its file system is read-only, choose another place",
        ErrorKind::PermissionDenied => "; check the owner and mode of the file and its directory",
        ErrorKind::BrokenPipe => "; nobody reads it any more",
        _ => "",
    }
}
