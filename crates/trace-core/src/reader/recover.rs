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

/// Objects taken from one line at most; a line of more is no accident.
const MAX_OBJECTS: usize = 1000;
/// How often a place in one line is tried as the start of an object.
const MAX_ATTEMPTS: usize = 64;

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
        Err(error) => DamageKind::not_json(&error, 0),
    })
}

/// Cuts a line that is no JSON object into objects and damage.
///
/// With `salvage`, objects glued to a fragment, to NUL bytes or to each other are found.
pub(super) fn recover(line: &str, salvage: bool, is_tail: bool) -> Vec<Piece> {
    if serde_json::from_str::<IgnoredAny>(line).is_ok() {
        return vec![Piece::Damage(0..line.len(), DamageKind::NotAnObject)];
    }
    if !salvage {
        return vec![fragment(line, 0..line.len(), is_tail)];
    }
    let mut pieces = cut(line, is_tail);
    if pieces.iter().all(|piece| matches!(piece, Piece::Entry(..))) {
        pieces.push(Piece::Damage(0..0, DamageKind::MissingNewline));
    }
    pieces
}

fn cut(line: &str, is_tail: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut attempts = MAX_ATTEMPTS;
    let mut at = 0;
    loop {
        at = line.len() - line[at..].trim_ascii_start().len();
        if at == line.len() {
            break;
        }
        if pieces.len() >= MAX_OBJECTS {
            pieces.push(Piece::Damage(at..line.len(), DamageKind::TooManyObjects { limit: MAX_OBJECTS }));
            break;
        }
        let end = if let Some(end) = nuls_end(line, at) {
            pieces.push(Piece::Damage(at..end, DamageKind::NulBytes { count: (end - at) as u64 }));
            end
        } else if let Some(end) = object_end(line, at) {
            pieces.extend(Piece::entry(line, at..end));
            end
        } else {
            let end = next_object(line, at, &mut attempts).unwrap_or(line.len());
            pieces.push(fragment(line, at..end, is_tail && end == line.len()));
            end
        };
        at = end;
    }
    pieces
}

/// Why a part of a line is damage.
fn fragment(line: &str, range: Range<usize>, is_tail: bool) -> Piece {
    let kind = match serde_json::from_str::<IgnoredAny>(&line[range.clone()]) {
        _ if is_tail => DamageKind::TornTail,
        Err(error) => DamageKind::not_json(&error, range.start),
        Ok(_) => DamageKind::NotAnObject,
    };
    Piece::Damage(range, kind)
}

/// Where the NUL bytes end that stand at `at`.
fn nuls_end(line: &str, at: usize) -> Option<usize> {
    let count = line.as_bytes()[at..].iter().take_while(|&&byte| byte == 0).count();
    (count > 0).then_some(at + count)
}

/// Where the object ends that begins at `at` and stands by itself: the line ends behind it, or another begins.
///
/// An object within a damaged one is followed by something else. It is no record, and is left alone.
fn object_end(line: &str, at: usize) -> Option<usize> {
    if !line[at..].starts_with('{') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(&line[at..]).into_iter::<&RawValue>();
    values.next()?.ok()?;
    let end = at + values.byte_offset();
    let rest = line[end..].trim_ascii_start();
    (rest.is_empty() || rest.starts_with(['{', '\0'])).then_some(end)
}

/// Where the next object begins that stands by itself; one within another follows `:`, `,` or `[`.
fn next_object(line: &str, from: usize, attempts: &mut usize) -> Option<usize> {
    memchr::memmem::find_iter(&line.as_bytes()[from..], b"{\"")
        .map(|found| from + found)
        .filter(|&start| start > from && !line[..start].trim_ascii_end().ends_with([':', ',', '[']))
        .take_while(|_| {
            *attempts = attempts.saturating_sub(1);
            *attempts > 0
        })
        .find(|&start| object_end(line, start).is_some())
}
