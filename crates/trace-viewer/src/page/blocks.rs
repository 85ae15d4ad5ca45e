//! Body blocks: the records themselves, compressed in pieces that a page opens one at a time.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use sha2::{Digest as _, Sha256};

use super::crew::{Crew, Packed};
use super::text::hex;
use crate::model::Model;

/// Raw bytes in a block before the next one is begun: the more, the more repeats; but each takes longer to open.
const BLOCK_BYTES: usize = 1024 * 1024;
/// What stands behind a block's text.
pub(super) const CLOSING: &str = "</script>\n";
/// Bytes of each block's digest that the page keeps: enough to notice damage.
const DIGEST_BYTES: usize = 8;

/// Compresses records into page elements while the input is being read.
///
/// Packs on threads of its own where there are processors for them, and holds a few blocks at most; finished elements go
/// straight to the writer it was given. The same records give the same bytes, however many threads there are.
#[derive(Debug)]
pub struct BlockWriter<W: Write> {
    out: W,
    raw: Vec<u8>,
    records: u32,
    index: BlockIndex,
    hasher: Sha256,
    crew: Crew,
    /// Blocks whose bytes are known and whose packed form is not yet written.
    written: usize,
}

/// Where each record ended up, and how to see that nothing is missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlockIndex {
    blocks: Vec<Block>,
    records: u64,
    raw_bytes: u64,
    spooled: u64,
    sha256: String,
}

/// One compressed piece of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// Records in it.
    pub(super) records: u32,
    /// Bytes once expanded, newlines included.
    pub(super) raw: usize,
    /// Characters of base64 in the page.
    pub(super) chars: usize,
    /// The first bytes of the packed bytes' SHA-256, in hexadecimal.
    pub(super) digest: String,
}

impl<W: Write> BlockWriter<W> {
    /// A writer of elements to `out`, usually a temporary file.
    pub fn new(out: W) -> Self {
        Self::with_crew(out, Crew::new())
    }

    pub(super) fn with_crew(out: W, crew: Crew) -> Self {
        let (index, hasher) = (BlockIndex::default(), Sha256::new());
        Self { out, raw: Vec::new(), records: 0, index, hasher, crew, written: 0 }
    }

    /// Adds the next record of the input: its exact bytes, without the newline.
    ///
    /// # Errors
    ///
    /// What the writer reports.
    pub fn push(&mut self, line: &[u8]) -> io::Result<()> {
        if !self.raw.is_empty() && self.raw.len() + line.len() >= BLOCK_BYTES {
            self.close_block()?;
        }
        self.raw.extend_from_slice(line);
        self.raw.push(b'\n');
        self.records += 1;
        if self.raw.len() >= BLOCK_BYTES {
            self.close_block()?;
        }
        Ok(())
    }

    /// Writes what is left, and returns the index for [`write_page`](super::write_page).
    ///
    /// # Errors
    ///
    /// What the writer reports.
    pub fn finish(mut self) -> io::Result<BlockIndex> {
        if !self.raw.is_empty() {
            self.close_block()?;
        }
        while let Some(packed) = self.crew.take(true) {
            self.write(&packed?)?;
        }
        self.out.flush()?;
        self.index.sha256 = hex(&self.hasher.finalize());
        Ok(self.index)
    }

    fn close_block(&mut self) -> io::Result<()> {
        let raw = std::mem::take(&mut self.raw);
        self.index.records += u64::from(self.records);
        self.index.raw_bytes += raw.len() as u64;
        self.index.blocks.push(Block {
            records: self.records,
            raw: raw.len(),
            chars: 0,
            digest: String::new(),
        });
        self.records = 0;
        self.crew.give(raw)?;
        while let Some(packed) = self.crew.take(false) {
            let packed = packed?;
            self.write(&packed)?;
            self.raw = packed.raw;
        }
        self.raw.clear();
        // One record of a hundred megabytes must not stay allocated for the rest of the run.
        self.raw.shrink_to(BLOCK_BYTES);
        Ok(())
    }

    fn write(&mut self, packed: &Packed) -> io::Result<()> {
        self.hasher.update(packed.digest);
        for part in [opening(self.written).as_str(), packed.body.as_str(), CLOSING] {
            self.out.write_all(part.as_bytes())?;
            self.index.spooled += part.len() as u64;
        }
        if let Some(block) = self.index.blocks.get_mut(self.written) {
            block.chars = packed.body.len();
            block.digest = hex(&packed.digest[..DIGEST_BYTES]);
        }
        self.written += 1;
        Ok(())
    }
}

impl BlockIndex {
    /// Number of blocks.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Whether no record was written.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// SHA-256 over the SHA-256 of each block's packed bytes, in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Bytes written to the spool.
    pub fn spooled(&self) -> u64 {
        self.spooled
    }

    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Refuses an index that was made from other records than the model's.
    pub(super) fn check_against(&self, model: &Model) -> io::Result<()> {
        let listed = model.records.len() as u64;
        let bytes: u64 = model.records.iter().map(|record| u64::from(record.len) + 1).sum();
        if self.records == listed && self.raw_bytes == bytes {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "the blocks hold {} records in {} bytes, the model lists {listed} in {bytes}",
                self.records, self.raw_bytes
            ),
        ))
    }
}

/// What stands before a block's text.
pub(super) fn opening(number: usize) -> String {
    format!("<script type=\"text/plain\" id=\"b{number}\">")
}

/// Raw deflate, the form that every browser's `DecompressionStream` opens.
pub(super) fn deflate(bytes: &[u8], level: u32) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(level));
    encoder.write_all(bytes)?;
    encoder.finish()
}
