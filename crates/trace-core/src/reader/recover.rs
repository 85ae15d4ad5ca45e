//! What can be had from one line: an object, or what is left of several.

use std::ops::Range;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::damage::DamageKind;
use super::detached::Detached;
use super::header::{TraceHeader, depth_exceeds};

/// A part of a line.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    /// One JSON object and its header.
    Entry(Range<usize>, Box<Detached>),
    /// Something else.
    Damage(Range<usize>, DamageKind),
}

impl Piece {
    fn entry(line: &str, range: Range<usize>) -> Result<Self, serde_json::Error> {
        let text = &line[range.clone()];
        TraceHeader::scan(text).map(|header| Self::Entry(range, Box::new(Detached::new(header, text))))
    }
}

/// How often the rest of a line is tried as an object before it is given up.
const MAX_ATTEMPTS: usize = 16;

/// The text of a line that is UTF-8 and nests no deeper than `max_depth`, or what is wrong with it.
pub(super) fn readable(line: &[u8], max_depth: usize, is_tail: bool) -> Result<&str, DamageKind> {
    let text = simdutf8::compat::from_utf8(line).map_err(|error| {
        let column = error.valid_up_to() + 1;
        if is_tail { DamageKind::TornTail } else { DamageKind::NotUtf8 { column } }
    })?;
    if !depth_exceeds(text, max_depth) {
        return Ok(text);
    }
    Err(match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => DamageKind::TooDeep { limit: max_depth },
        Err(_) if is_tail => DamageKind::TornTail,
        Err(error) => DamageKind::not_json(&error),
    })
}

/// Cuts a line that is no JSON object into objects and damage.
///
/// With `salvage`, objects glued to a fragment or to each other are found.
pub(super) fn recover(line: &str, error: &serde_json::Error, salvage: bool, is_tail: bool) -> Vec<Piece> {
    if serde_json::from_str::<IgnoredAny>(line).is_ok() {
        return vec![Piece::Damage(0..line.len(), DamageKind::NotAnObject)];
    }
    let whole = || {
        let kind = if is_tail { DamageKind::TornTail } else { DamageKind::not_json(error) };
        vec![Piece::Damage(0..line.len(), kind)]
    };
    if !salvage {
        return whole();
    }
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(next) = next_glued(line, at) {
        pieces.extend(Piece::entry(line, at..next));
        at = next;
    }
    if let Ok(piece) = Piece::entry(line, at..line.len()) {
        pieces.push(piece);
        pieces.push(Piece::Damage(at..at, DamageKind::MissingNewline));
        return pieces;
    }
    let kind = DamageKind::not_json(error);
    match whole_suffix(line, at) {
        Some((start, piece)) => pieces.extend([Piece::Damage(at..start, kind), piece]),
        None if pieces.is_empty() => return whole(),
        None => {
            let kind = if is_tail { DamageKind::TornTail } else { kind };
            pieces.push(Piece::Damage(at..line.len(), kind));
        }
    }
    pieces
}

/// Where the second of two objects begins that stand at `at` with no newline between them.
fn next_glued(line: &str, at: usize) -> Option<usize> {
    let next = at + object_len(&line[at..])?;
    object_len(&line[next..]).map(|_| next)
}

/// The length of the object that `text` begins with.
fn object_len(text: &str) -> Option<usize> {
    if !text.trim_ascii_start().starts_with('{') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    values.next()?.ok()?;
    Some(values.byte_offset())
}

/// The first object that reaches to the end of the line, and where it begins.
///
/// An object that is a value of another follows `:`, `,` or `[`; it is no record, and is left alone.
fn whole_suffix(line: &str, from: usize) -> Option<(usize, Piece)> {
    memchr::memmem::find_iter(&line.as_bytes()[from..], b"{\"")
        .map(|found| from + found)
        .filter(|&start| start > from && !line[..start].trim_ascii_end().ends_with([':', ',', '[']))
        .take(MAX_ATTEMPTS)
        .find_map(|start| Piece::entry(line, start..line.len()).ok().map(|piece| (start, piece)))
}
