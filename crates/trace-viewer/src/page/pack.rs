//! A packed block: what stands, base64, in an element of the page.
//!
//! Raw deflate of: three numbers, the lengths of the three lists that follow; the literal counts, copy lengths and
//! distances of the block's [steps](super::repeats); the literals, to the end. All numbers are varints. The deflate has no
//! matches, because the steps have taken all there are, and lists do not share their codes. The page's `expand.mjs` is the
//! other half.

mod codes;
#[cfg(test)]
pub(super) mod tests;
mod unpack;

use super::repeats::{Repeats, push_number};
use codes::Bits;

pub(super) use unpack::unpacked;

/// Packs blocks, one after the other. What it makes of a block does not depend on those before it.
#[derive(Debug, Default)]
pub(super) struct Packer {
    repeats: Repeats,
    head: Vec<u8>,
}

impl Packer {
    /// Packs a block.
    pub(super) fn pack(&mut self, raw: &[u8]) -> Vec<u8> {
        let steps = self.repeats.find(raw);
        self.head.clear();
        for list in [&steps.literal_counts, &steps.copy_lengths, &steps.distances] {
            push_number(&mut self.head, list.len());
        }
        self.head.extend_from_slice(&steps.literal_counts);
        let mut packed = Bits::with_capacity(raw.len() / 4);
        for list in [&self.head, &steps.copy_lengths, &steps.distances, &steps.literals] {
            packed.encode(list);
        }
        packed.finish()
    }
}
