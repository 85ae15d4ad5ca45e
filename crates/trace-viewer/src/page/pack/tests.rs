//! What is packed comes back, whatever it is; and what is damaged comes back as nothing.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::Packer;

/// Bytes that a block may expand to here.
const LIMIT: usize = 4 << 20;

/// A packed block's bytes, as the page's script opens them.
pub(in crate::page) fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    super::unpacked(packed, LIMIT)
}

fn packed(raw: &[u8]) -> Vec<u8> {
    Packer::default().pack(raw)
}

/// Text that says the same things again, near and far, at any length.
fn repetitive() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..400),
        (any::<u8>(), 0..3_000_usize).prop_map(|(byte, count)| vec![byte; count]),
    ];
    let pieces = prop::collection::vec(piece, 1..8);
    (pieces, prop::collection::vec(any::<prop::sample::Index>(), 0..60)).prop_map(|(pieces, order)| {
        let chosen = order.iter().map(|index| index.get(&pieces).as_slice());
        pieces.iter().map(Vec::as_slice).chain(chosen).collect::<Vec<_>>().concat()
    })
}

proptest! {
    #[test]
    fn any_bytes_come_back(raw in prop::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert_eq!(unpacked(&packed(&raw)), Some(raw));
    }

    #[test]
    fn repeats_come_back(raw in repetitive()) {
        prop_assert_eq!(unpacked(&packed(&raw)), Some(raw));
    }

    #[test]
    fn damage_stops_or_gives_bytes_within_bounds(
        raw in repetitive(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut steps = Vec::new();
        DeflateDecoder::new(packed(&raw).as_slice()).read_to_end(&mut steps).unwrap();
        for (at, byte) in damage {
            let at = at.index(steps.len());
            steps[at] = byte;
        }
        prop_assert!(super::unpack::expanded(&steps, LIMIT).is_none_or(|raw| raw.len() <= LIMIT));
    }
}

#[test]
fn what_was_packed_before_leaves_no_trace() {
    let mut packer = Packer::default();
    let blocks = [long_repeat(), vec![7; 300_000], Vec::new(), long_repeat()];
    let together: Vec<_> = blocks.iter().map(|raw| packer.pack(raw)).collect();
    assert_eq!(together, blocks.iter().map(|raw| packed(raw)).collect::<Vec<_>>());
}

#[test]
fn a_far_repeat_costs_next_to_nothing() {
    let raw = long_repeat();
    let half = packed(&raw[..raw.len() / 2]).len();
    let whole = packed(&raw).len();
    assert!(whole < half + 200, "{half} bytes of the first half, {whole} of both");
}

/// Something that no neighbourhood repeats, said twice.
fn long_repeat() -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        b"0123456789abcdef"[(state >> 60) as usize]
    };
    let once: Vec<u8> = (0..200_000).map(|_| next()).collect();
    [once.as_slice(), &once].concat()
}

/// The script's tests open these. To take a wanted change over: `UPDATE_SNAPSHOTS=1 cargo nextest run -p trace-viewer`.
#[test]
fn the_vectors_of_the_script_are_what_is_written_here() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/blocks.json");
    let record =
        |number: usize| format!("{{\"id\":\"r{number}\",\"text\":\"said before and said again, größer\"}}\n");
    let raws = [
        String::new(),
        "{}\n".to_owned(),
        "a".repeat(5_000),
        (0..300).map(record).collect(),
        format!("{}{}{}", record(1), "-".repeat(70_000), record(1).repeat(3)),
    ];
    let vector = |raw: &String| json!({ "raw": raw, "packed": STANDARD.encode(packed(raw.as_bytes())) });
    let vectors: Value = raws.iter().map(vector).collect();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, format!("{vectors:#}\n")).unwrap();
    }
    let known: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(known, vectors);
}
