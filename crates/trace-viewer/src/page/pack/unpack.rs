//! A packed block back into its bytes.

use std::io::Read as _;

use flate2::read::DeflateDecoder;

/// The bytes of a packed block; `None` where it is damaged or would be larger than `limit`.
pub(in crate::page) fn unpacked(packed: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut steps = Vec::new();
    DeflateDecoder::new(packed).read_to_end(&mut steps).ok()?;
    expanded(&steps, limit)
}

pub(super) fn expanded(steps: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut head = steps;
    let lengths = [number(&mut head)?, number(&mut head)?, number(&mut head)?];
    let (mut counts, rest) = head.split_at_checked(lengths[0])?;
    let (mut copies, rest) = rest.split_at_checked(lengths[1])?;
    let (mut distances, mut literals) = rest.split_at_checked(lengths[2])?;
    let mut raw: Vec<u8> = Vec::new();
    let mut distance = 0;
    while !counts.is_empty() {
        let (taken, rest) = literals.split_at_checked(number(&mut counts)?)?;
        literals = rest;
        raw.extend_from_slice(taken);
        let length = number(&mut copies)?;
        distance = Some(number(&mut distances)?).filter(|&new| new != 0).unwrap_or(distance);
        if raw.len().saturating_add(length) > limit {
            return None;
        }
        copy(&mut raw, distance, length)?;
    }
    raw.extend_from_slice(literals);
    (raw.len() <= limit).then_some(raw)
}

/// Appends what stands `distance` back; a copy may reach into what it makes.
fn copy(raw: &mut Vec<u8>, distance: usize, length: usize) -> Option<()> {
    let from = raw.len().checked_sub(distance).filter(|from| *from < raw.len())?;
    let mut left = length;
    while left > 0 {
        let count = left.min(raw.len() - from);
        raw.extend_from_within(from..from + count);
        left -= count;
    }
    Some(())
}

/// Seven bits a byte, lowest first; the eighth says that more follow.
fn number(bytes: &mut &[u8]) -> Option<usize> {
    let mut value = 0;
    for shift in [0, 7, 14, 21, 28] {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= usize::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}
