//! A decoder that knows nothing of this coder gives the bytes back.

use std::io::Read as _;

use flate2::read::DeflateDecoder;
use proptest::prelude::*;

use super::{Bits, LONGEST, PIECE, SYMBOLS, depths, lengths};

fn coded(lists: &[&[u8]]) -> Vec<u8> {
    let mut bits = Bits::default();
    for list in lists {
        bits.encode(list);
    }
    bits.finish()
}

fn decoded(coded: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut decoder = DeflateDecoder::new(coded);
    decoder.read_to_end(&mut bytes).unwrap();
    assert_eq!(decoder.total_in(), coded.len() as u64, "nothing follows the end");
    bytes
}

/// Counts of which each is the sum of the two before it: the deepest tree that they can have.
fn steep(symbols: usize) -> Vec<u32> {
    let mut counts = vec![1, 1];
    while counts.len() < symbols {
        counts.push(counts[counts.len() - 1] + counts[counts.len() - 2]);
    }
    counts
}

proptest! {
    #[test]
    fn any_lists_come_back(lists in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..3_000), 0..5)) {
        let lists: Vec<&[u8]> = lists.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(decoded(&coded(&lists)), lists.concat());
    }

    #[test]
    fn bytes_of_any_frequencies_come_back(
        pieces in prop::collection::vec((any::<u8>(), 1..9_000_usize), 1..40),
    ) {
        let bytes: Vec<u8> = pieces.iter().flat_map(|&(byte, count)| vec![byte; count]).collect();
        prop_assert_eq!(decoded(&coded(&[&bytes])), bytes);
    }

    #[test]
    fn no_code_is_too_long_and_none_is_wasted(counts in prop::collection::vec(0..u32::MAX / 512, SYMBOLS)) {
        let counts: [u32; SYMBOLS] = counts.try_into().unwrap();
        for longest in [9, LONGEST] {
            let lengths = lengths(&counts, longest);
            prop_assert!(counts.iter().zip(&lengths).all(|(&count, &length)| (count > 0) == (length > 0)));
            let used = lengths.iter().filter(|&&length| length > 0);
            prop_assert_eq!(used.map(|&length| 1_u32 << (LONGEST - length)).sum::<u32>(), 1 << LONGEST);
        }
    }
}

#[test]
fn the_deepest_trees_come_back() {
    let counts = steep(21);
    let leaves: Vec<(u32, usize)> = counts.iter().copied().zip(0..).collect();
    assert!(depths(&leaves)[0] > LONGEST, "the limit is put to use");
    let bytes: Vec<u8> = (0..).zip(&counts).flat_map(|(byte, &count)| vec![byte; count as usize]).collect();
    assert!(bytes.len() < PIECE, "all share their codes");
    assert_eq!(decoded(&coded(&[&bytes])), bytes);
}

#[test]
fn few_and_many_symbols_come_back() {
    let all: Vec<u8> = (0..=u8::MAX).collect();
    let long = vec![7; 3 * PIECE + 1];
    let cases: [&[&[u8]]; 7] =
        [&[], &[b""], &[b"a"], &[b"", b"ab", b""], &[&all], &[&long], &[&long, &all, b"z"]];
    for lists in cases {
        assert_eq!(decoded(&coded(lists)), lists.concat());
    }
}

#[test]
fn what_comes_often_costs_little() {
    let text = [vec![b'e'; 30_000], (0..=u8::MAX).cycle().take(2_000).collect()].concat();
    let size = coded(&[&text]).len();
    assert!(size < 30_000 / 8 + 2_000 * 10 / 8 + 300, "{size} bytes");
}
