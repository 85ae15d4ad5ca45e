//! Body blocks: the records themselves, compressed in pieces that a page opens one at a time.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use sha2::{Digest as _, Sha256};

use super::text::hex;
use crate::model::Model;

/// Raw bytes in a block before the next one is begun.
const BLOCK_BYTES: usize = 256 * 1024;
/// The level where zlib-rs gives most of its ratio for a third of its time.
const LEVEL: u32 = 3;
/// Bytes of each block's digest that the page keeps: enough to notice damage.
const DIGEST_BYTES: usize = 8;

/// Compresses records into page elements while the input is being read.
///
/// Holds one block at most; finished elements go straight to the writer it was given.
#[derive(Debug)]
pub struct BlockWriter<W: Write> {
    out: W,
    raw: Vec<u8>,
    records: u32,
    index: BlockIndex,
    hasher: Sha256,
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
    /// Bytes once inflated, newlines included.
    pub(super) raw: usize,
    /// Characters of base64 in the page.
    pub(super) chars: usize,
    /// The first bytes of the compressed bytes' SHA-256, in hexadecimal.
    pub(super) digest: String,
}

impl<W: Write> BlockWriter<W> {
    /// A writer of elements to `out`, usually a temporary file.
    pub fn new(out: W) -> Self {
        Self { out, raw: Vec::new(), records: 0, index: BlockIndex::default(), hasher: Sha256::new() }
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
            // One record of a hundred megabytes must not stay allocated for the rest of the run.
            self.raw.shrink_to(BLOCK_BYTES);
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
        self.out.flush()?;
        self.index.sha256 = hex(&self.hasher.finalize());
        Ok(self.index)
    }

    fn close_block(&mut self) -> io::Result<()> {
        let packed = deflate(&self.raw, LEVEL)?;
        self.hasher.update(&packed);
        let body = STANDARD.encode(&packed);
        let open = format!("<script type=\"text/plain\" id=\"b{}\">", self.index.blocks.len());
        let close = "</script>\n";
        for part in [open.as_str(), body.as_str(), close] {
            self.out.write_all(part.as_bytes())?;
            self.index.spooled += part.len() as u64;
        }
        self.index.records += u64::from(self.records);
        self.index.raw_bytes += self.raw.len() as u64;
        self.index.blocks.push(Block {
            records: self.records,
            raw: self.raw.len(),
            chars: body.len(),
            digest: hex(&Sha256::digest(&packed)[..DIGEST_BYTES]),
        });
        self.raw.clear();
        self.records = 0;
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

    /// SHA-256 over all blocks' compressed bytes, in hexadecimal.
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

/// Raw deflate, the form that every browser's `DecompressionStream` opens.
pub(super) fn deflate(bytes: &[u8], level: u32) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(level));
    encoder.write_all(bytes)?;
    encoder.finish()
}
