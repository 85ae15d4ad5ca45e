//! Blocks read back from where a [`BlockWriter`](super::BlockWriter) wrote them.

use std::io::{self, Read, Seek, SeekFrom};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::BlockIndex;
use super::blocks::{Block, CLOSING, opening};
use super::pack::unpacked;

/// Gives the records of a spool, block by block.
#[derive(Debug)]
pub struct BlockReader<'a, R> {
    spool: R,
    blocks: std::iter::Enumerate<std::slice::Iter<'a, Block>>,
    at: u64,
}

impl<'a, R: Read + Seek> BlockReader<'a, R> {
    /// A reader of a spool from its beginning.
    pub fn new(spool: R, blocks: &'a BlockIndex) -> Self {
        Self { spool, blocks: blocks.blocks().iter().enumerate(), at: 0 }
    }

    /// The lines of the next block, each with its newline.
    ///
    /// The position is sought every time, so that others may use the file in between.
    ///
    /// # Errors
    ///
    /// What the spool reports, and [`io::ErrorKind::InvalidData`] where it is not what was written.
    pub fn next_block(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some((number, block)) = self.blocks.next() else { return Ok(None) };
        let open = opening(number).len();
        self.spool.seek(SeekFrom::Start(self.at + open as u64))?;
        let mut body = vec![0; block.chars];
        self.spool.read_exact(&mut body)?;
        self.at += (open + body.len() + CLOSING.len()) as u64;
        opened(&body, block.raw).map(Some)
    }
}

/// The bytes behind a block's text.
fn opened(body: &[u8], size: usize) -> io::Result<Vec<u8>> {
    let packed = STANDARD.decode(body).ok();
    let raw = packed.and_then(|packed| unpacked(&packed, size)).filter(|raw| raw.len() == size);
    raw.ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, "the spool does not hold what was written to it")
    })
}
