//! Bounds of what is read, so that no input fills the memory or runs for ever.

use std::io::{self, BufRead, Read};

use super::count::Consumed;

/// How much is read of one input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct InputLimits {
    /// Bytes after decompression; 16 GiB by default.
    pub max_bytes: u64,
    /// Bytes without a line break; 256 MiB by default.
    pub max_unbroken: u64,
    /// Bytes of data to one byte of gzip, once [`free_bytes`](Self::free_bytes) are passed; 200 by default. Traces reach
    /// 10 to 40.
    pub max_ratio: u64,
    /// Bytes of data that are read whatever the ratio; 512 KiB by default.
    pub free_bytes: u64,
    /// Entries; 20 million by default.
    pub max_entries: u64,
}

impl Default for InputLimits {
    fn default() -> Self {
        Self {
            max_bytes: 16 << 30,
            max_unbroken: 256 << 20,
            max_ratio: 200,
            free_bytes: 512 << 10,
            max_entries: 20_000_000,
        }
    }
}

/// A stream that ends with an error where a limit is passed.
#[derive(Debug)]
pub(super) struct Limited<R> {
    inner: R,
    limits: InputLimits,
    /// Bytes of gzip read so far, where the data is compressed.
    packed: Option<Consumed>,
    read: u64,
    unbroken: u64,
}

impl<R: BufRead> Limited<R> {
    pub(super) fn new(inner: R, limits: InputLimits, packed: Option<Consumed>) -> Self {
        Self { inner, limits, packed, read: 0, unbroken: 0 }
    }

    fn check(&self) -> io::Result<()> {
        let InputLimits { max_bytes, max_unbroken, max_ratio, free_bytes, max_entries: _ } = self.limits;
        if self.read >= max_bytes {
            return stop(format!("the limit of {max_bytes} bytes is reached; split the trace"));
        }
        if self.unbroken >= max_unbroken {
            return stop(format!("no line break within {max_unbroken} bytes; this is no JSONL"));
        }
        let packed = self.packed.as_ref().map_or(u64::MAX, Consumed::get);
        if self.read > free_bytes && self.read / max_ratio > packed {
            return stop(format!(
                "the gzip data unpacks to more than {max_ratio} times its size, as an attack would; \
                 if you trust it, unpack it first: gzip -dc FILE | trace-viewer - --out PAGE"
            ));
        }
        Ok(())
    }
}

fn stop<T>(message: String) -> io::Result<T> {
    Err(io::Error::other(message))
}

impl<R: BufRead> BufRead for Limited<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.check()?;
        let is_packed = self.packed.is_some();
        self.inner.fill_buf().map_err(|error| if is_packed { unpacking(error) } else { error })
    }

    fn consume(&mut self, bytes: usize) {
        let taken = self.inner.fill_buf().map_or(&[][..], |buffer| &buffer[..bytes.min(buffer.len())]);
        self.unbroken = match memchr::memrchr(b'\n', taken) {
            Some(at) => (taken.len() - at - 1) as u64,
            None => self.unbroken + taken.len() as u64,
        };
        self.read += bytes as u64;
        self.inner.consume(bytes);
    }
}

impl<R: BufRead> Read for Limited<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?.read(into)?;
        self.consume(bytes);
        Ok(bytes)
    }
}

/// Says what is wrong with gzip data in words that help.
fn unpacking(error: io::Error) -> io::Error {
    let message = match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            "the gzip data ends early, as a file does that was cut short".to_owned()
        }
        io::ErrorKind::Interrupted => return error,
        _ => format!("the gzip data is damaged: {error}"),
    };
    io::Error::new(error.kind(), message)
}
