//! What can be had from one line: an object, or what is left of several.

use std::ops::Range;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::damage::DamageKind;
use super::header::{TraceHeader, depth_exceeds};

/// A part of a line.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    /// One JSON object.
    Entry(Range<usize>),
    /// Something else.
    Damage(Range<usize>, DamageKind),
}

/// How often the rest of a line is tried as an object before it is given up.
const MAX_ATTEMPTS: usize = 16;

/// The text of a line that is UTF-8 and nests no deeper than `max_depth`, or what is wrong with it.
pub(super) fn readable(line: &[u8], max_depth: usize, is_tail: bool) -> Result<&str, DamageKind> {
    let text = std::str::from_utf8(line).map_err(|error| {
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

/// Cuts a line into objects and damage. With `salvage`, objects glued to a fragment or to each other are found.
pub(super) fn recover(line: &str, salvage: bool, is_tail: bool) -> Vec<Piece> {
    let Err(error) = TraceHeader::scan(line) else { return vec![Piece::Entry(0..line.len())] };
    if serde_json::from_str::<IgnoredAny>(line).is_ok() {
        return vec![Piece::Damage(0..line.len(), DamageKind::NotAnObject)];
    }
    let whole = || {
        let kind = if is_tail { DamageKind::TornTail } else { DamageKind::not_json(&error) };
        vec![Piece::Damage(0..line.len(), kind)]
    };
    if !salvage {
        return whole();
    }
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(next) = next_glued(line, at) {
        pieces.push(Piece::Entry(at..next));
        at = next;
    }
    if TraceHeader::scan(&line[at..]).is_ok() {
        pieces.push(Piece::Entry(at..line.len()));
        pieces.push(Piece::Damage(at..at, DamageKind::MissingNewline));
        return pieces;
    }
    let Some(start) = whole_suffix(line, at) else {
        if pieces.is_empty() {
            return whole();
        }
        let kind = if is_tail { DamageKind::TornTail } else { DamageKind::not_json(&error) };
        pieces.push(Piece::Damage(at..line.len(), kind));
        return pieces;
    };
    pieces.push(Piece::Damage(at..start, DamageKind::not_json(&error)));
    pieces.push(Piece::Entry(start..line.len()));
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

/// Where the first object begins that reaches to the end of the line.
///
/// An object that is a value of another follows `:`, `,` or `[`; it is no record, and is left alone.
fn whole_suffix(line: &str, from: usize) -> Option<usize> {
    memchr::memmem::find_iter(&line.as_bytes()[from..], b"{\"")
        .map(|found| from + found)
        .filter(|&start| start > from && !line[..start].trim_ascii_end().ends_with([':', ',', '[']))
        .take(MAX_ATTEMPTS)
        .find(|&start| TraceHeader::scan(&line[start..]).is_ok())
}
