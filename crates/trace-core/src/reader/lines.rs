//! Lines of bytes, bounded in length.

use std::io::{self, BufRead, ErrorKind};

/// The current line of an input.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    /// The line's number, from 1.
    pub(super) number: u64,
    /// Where it begins in the input, in bytes.
    pub(super) offset: u64,
    /// Its length in bytes, newline included, also where the buffer holds less.
    pub(super) length: u64,
    /// Whether it passed the limit; then the buffer holds its beginning only.
    pub(super) too_long: bool,
}

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// With a newline.
    Newline,
    /// With the input.
    Eof,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), number: 0, offset: 0, length: 0, too_long: false }
    }

    /// The current line without its newline.
    pub(super) fn text(&self) -> &[u8] {
        &self.buffer
    }

    /// Goes to the next line. After an error, [`text`](Self::text) holds what came before it.
    pub(super) fn advance(&mut self, max_line: usize) -> io::Result<LineEnd> {
        self.buffer.clear();
        self.offset += self.length;
        self.length = 0;
        self.number += 1;
        self.too_long = false;
        loop {
            let available = match self.input.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let newline = memchr::memchr(b'\n', available);
            let chunk = newline.map_or(available, |at| &available[..at]);
            let room = max_line - self.buffer.len();
            self.too_long |= chunk.len() > room;
            self.buffer.extend_from_slice(&chunk[..chunk.len().min(room)]);
            let used = chunk.len() + usize::from(newline.is_some());
            let ended = newline.is_some() || available.is_empty();
            self.input.consume(used);
            self.length += used as u64;
            if ended && self.too_long {
                self.buffer.truncate(256);
            }
            if ended {
                return Ok(if newline.is_some() { LineEnd::Newline } else { LineEnd::Eof });
            }
        }
    }
}

/// What stands before the text of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marks {
    /// Where the text begins.
    pub(super) end: usize,
    /// NUL bytes skipped: what a power loss or a writer without append mode leaves.
    pub(super) nuls: u64,
}

/// Skips NUL bytes and a UTF-8 byte order mark.
pub(super) fn skip_marks(line: &[u8]) -> Marks {
    let nuls = line.iter().take_while(|&&byte| byte == 0).count();
    let bom = if line[nuls..].starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    Marks { end: nuls + bom, nuls: nuls as u64 }
}

/// Whether an input that begins with this line is UTF-16 with a byte order mark.
pub(super) fn is_utf16(line: &[u8]) -> bool {
    line.starts_with(b"\xFF\xFE") || line.starts_with(b"\xFE\xFF")
}
