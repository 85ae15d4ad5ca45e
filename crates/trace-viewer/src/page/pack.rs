//! A packed block: what stands, base64, in an element of the page.
//!
//! Raw deflate of: three numbers, the lengths of the three lists that follow; the literal counts, copy lengths and
//! distances of the block's [steps](super::repeats); the literals, to the end. All numbers are varints. The deflate has no
//! matches, because the steps have taken all there are, and lists do not share their codes. The page's `expand.mjs` is the
//! other half.

#[cfg(test)]
pub(super) mod tests;
mod unpack;

use std::fmt;
use std::io;

use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Status, Strategy};

use super::repeats::{Repeats, push_number};

pub(super) use unpack::unpacked;

/// Room for what one call of the coder gives.
const ROOM: usize = 64 * 1024;
/// The coder's way to say: the largest window, and nothing around the codes.
const RAW_WINDOW: i32 = -15;
/// Most bytes to share a code.
const MOST_MEMORY: i32 = 9;

/// Packs blocks, one after the other. What it makes of a block does not depend on those before it.
pub(super) struct Packer {
    repeats: Repeats,
    head: Vec<u8>,
    codes: Codes,
}

/// The coder of bytes, and room for what one call of it gives.
struct Codes {
    deflate: Deflate,
    room: Vec<u8>,
}

impl fmt::Debug for Packer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packer").finish_non_exhaustive()
    }
}

impl Packer {
    pub(super) fn new() -> Self {
        Self { repeats: Repeats::default(), head: Vec::new(), codes: Codes::new() }
    }

    /// Packs a block.
    pub(super) fn pack(&mut self, raw: &[u8]) -> io::Result<Vec<u8>> {
        let steps = self.repeats.find(raw);
        self.head.clear();
        for list in [&steps.literal_counts, &steps.copy_lengths, &steps.distances] {
            push_number(&mut self.head, list.len());
        }
        self.head.extend_from_slice(&steps.literal_counts);
        let mut packed = Vec::with_capacity(raw.len() / 4);
        self.codes.deflate.reset();
        for list in [&self.head, &steps.copy_lengths, &steps.distances] {
            self.codes.encode(list, DeflateFlush::Block, &mut packed)?;
        }
        self.codes.encode(&steps.literals, DeflateFlush::Finish, &mut packed)?;
        Ok(packed)
    }
}

impl Codes {
    fn new() -> Self {
        let mut config = DeflateConfig::new(1);
        config.strategy = Strategy::HuffmanOnly;
        config.window_bits = RAW_WINDOW;
        config.mem_level = MOST_MEMORY;
        Self { deflate: Deflate::new_with_config(config), room: vec![0; ROOM] }
    }

    /// Adds the codes of some bytes; what follows them begins with codes of its own.
    fn encode(&mut self, mut bytes: &[u8], flush: DeflateFlush, packed: &mut Vec<u8>) -> io::Result<()> {
        loop {
            let (taken, given) = (self.deflate.total_in(), self.deflate.total_out());
            let status = self.deflate.compress(bytes, &mut self.room, flush);
            let status = status.map_err(|error| io::Error::other(error.as_str()))?;
            bytes = bytes.get(distance(taken, self.deflate.total_in())..).unwrap_or_default();
            let given = distance(given, self.deflate.total_out());
            packed.extend_from_slice(&self.room[..given]);
            if status == Status::BufError && flush == DeflateFlush::Finish && given == 0 {
                return Err(io::Error::other("the coder of blocks gives nothing"));
            }
            if status == Status::StreamEnd
                || (flush != DeflateFlush::Finish && bytes.is_empty() && given < ROOM)
            {
                return Ok(());
            }
        }
    }
}

fn distance(from: u64, to: u64) -> usize {
    usize::try_from(to.saturating_sub(from)).unwrap_or(0)
}
