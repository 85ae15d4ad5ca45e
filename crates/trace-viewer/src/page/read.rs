//! Blocks read back from where a [`BlockWriter`](super::BlockWriter) wrote them.

use std::io::{self, Read, Seek, SeekFrom};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::BlockIndex;
use super::blocks::{Block, CLOSING, opening};
use super::pack::unpacked;

/// Opened blocks that a [`RecordReader`] keeps.
const KEPT: usize = 8;

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
        let at = self.at;
        self.at += element_len(number, block);
        read_block(&mut self.spool, at, number, block).map(Some)
    }
}

/// Gives the records of a spool in any order; it is quickest where records that are asked for lie near each other.
#[derive(Debug)]
pub(crate) struct RecordReader<'a, R> {
    spool: R,
    blocks: &'a [Block],
    /// Of each block: where it begins in the spool, and its first record.
    starts: Vec<(u64, u32)>,
    /// Blocks by number, the last used first.
    opened: Vec<(usize, Vec<String>)>,
}

impl<'a, R: Read + Seek> RecordReader<'a, R> {
    /// A reader of blocks that begin at `from`.
    pub(crate) fn new(spool: R, blocks: &'a BlockIndex, from: u64) -> Self {
        let blocks = blocks.blocks();
        let starts = blocks.iter().enumerate().scan((from, 0), |next, (number, block)| {
            let start = *next;
            *next = (start.0 + element_len(number, block), start.1 + block.records);
            Some(start)
        });
        Self { spool, blocks, starts: starts.collect(), opened: Vec::new() }
    }

    /// The text of a record, by its number in the order of the input.
    ///
    /// # Errors
    ///
    /// As [`BlockReader::next_block`]; and there is no such record.
    pub(crate) fn text(&mut self, record: u32) -> io::Result<&str> {
        let number = self.starts.partition_point(|&(_, first)| first <= record).saturating_sub(1);
        match self.opened.iter().position(|&(opened, _)| opened == number) {
            Some(place) => self.opened[..=place].rotate_right(1),
            None => self.open(number)?,
        }
        let first = self.starts.get(number).map_or(0, |&(_, first)| first);
        let lines = self.opened.first().map(|(_, lines)| lines.as_slice()).unwrap_or_default();
        let line = usize::try_from(record - first).ok().and_then(|line| lines.get(line));
        line.map(String::as_str).ok_or_else(spoiled)
    }

    fn open(&mut self, number: usize) -> io::Result<()> {
        let (block, &(at, _)) = self.blocks.get(number).zip(self.starts.get(number)).ok_or_else(spoiled)?;
        let text = read_block(&mut self.spool, at, number, block)?;
        let lines = String::from_utf8_lossy(&text).lines().map(str::to_owned).collect();
        self.opened.truncate(KEPT - 1);
        self.opened.insert(0, (number, lines));
        Ok(())
    }
}

/// Bytes of a block's element in the spool.
fn element_len(number: usize, block: &Block) -> u64 {
    (opening(number).len() + block.chars + CLOSING.len()) as u64
}

/// The lines of the block whose element begins there.
fn read_block(spool: &mut (impl Read + Seek), at: u64, number: usize, block: &Block) -> io::Result<Vec<u8>> {
    spool.seek(SeekFrom::Start(at + opening(number).len() as u64))?;
    let mut body = vec![0; block.chars];
    spool.read_exact(&mut body)?;
    let packed = STANDARD.decode(&body).ok();
    let raw = packed.and_then(|packed| unpacked(&packed, block.raw)).filter(|raw| raw.len() == block.raw);
    raw.ok_or_else(spoiled)
}

fn spoiled() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the spool does not hold what was written to it")
}
