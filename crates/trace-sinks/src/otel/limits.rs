//! How many attributes a span has, and how many bytes they take.

mod note;
mod rank;
mod size;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use foldhash::fast::RandomState;
use opentelemetry::{Key, KeyValue};

use self::note::Note;
use self::rank::Rank;
use self::size::{cut, size};
use super::SpanLimits;

/// What a text keeps at least when a span is too large; below that it is left out.
const LEAST_KEPT: usize = 1024;

/// Attributes within limits.
#[derive(Debug)]
pub(super) struct Limited {
    /// The attributes: small ones first, content last.
    pub(super) attributes: Vec<KeyValue>,
    /// How many were left out. One that a later one of the same key replaced is not counted.
    pub(super) dropped: u32,
    /// The keys of those that were cut, and of the large ones that were left out.
    pub(super) truncated: Vec<Key>,
}

/// Attributes without duplicate keys (the last of a key wins), in the order of their importance, within the limits.
///
/// Values over `value_bytes` are cut: JSON so that it stays valid, text at a character's end. When all together are over
/// `span_bytes`, content is cut and left out from the last, then the rest. When there are too many, metadata goes first, and
/// what identifies a span last. `{prefix}.truncated` names what was cut or was large and is gone, and `{prefix}.truncated.bytes`
/// tells how large each of these was; both are within the limits, and both are carried over from `attributes`.
pub(super) fn apply_limits(attributes: Vec<KeyValue>, limits: &SpanLimits, prefix: &str) -> Limited {
    let (note, attributes) = Note::taken_from(last_of_each_key(attributes), prefix);
    let mut fitting = Fitting::new(attributes, note, limits, prefix);
    while fitting.drop_for_count() || fitting.free_bytes() {}
    fitting.finish()
}

fn last_of_each_key(attributes: Vec<KeyValue>) -> Vec<KeyValue> {
    let mut places: HashMap<Key, usize, RandomState> =
        HashMap::with_capacity_and_hasher(attributes.len(), RandomState::default());
    let mut kept: Vec<KeyValue> = Vec::with_capacity(attributes.len());
    for attribute in attributes {
        if let Some(&place) = places.get(&attribute.key) {
            kept[place] = attribute;
        } else {
            places.insert(attribute.key.clone(), kept.len());
            kept.push(attribute);
        }
    }
    kept
}

struct Entry {
    rank: Rank,
    /// `None` once it is left out.
    attribute: Option<KeyValue>,
}

struct Fitting<'a> {
    limits: &'a SpanLimits,
    prefix: &'a str,
    /// In the order in which they are written.
    entries: Vec<Entry>,
    count: usize,
    bytes: usize,
    dropped: u32,
    /// Whether what is left may be in another order than what was given.
    recut: bool,
    note: Note,
}

impl<'a> Fitting<'a> {
    fn new(attributes: Vec<KeyValue>, mut note: Note, limits: &'a SpanLimits, prefix: &'a str) -> Self {
        let mut entries = Vec::with_capacity(attributes.len());
        for mut attribute in attributes {
            if let Some(from) = cut(&mut attribute, limits.value_bytes) {
                note.add(&attribute.key, from);
            }
            entries.push(Entry { rank: Rank::of(&attribute, prefix), attribute: Some(attribute) });
        }
        entries.sort_by_key(|entry| entry.rank);
        let bytes = entries.iter().filter_map(|entry| entry.attribute.as_ref()).map(size).sum();
        Self { limits, prefix, count: entries.len(), entries, bytes, dropped: 0, recut: false, note }
    }

    /// Whether something had to go.
    fn drop_for_count(&mut self) -> bool {
        let before = self.count;
        if before + self.note.count() > self.limits.attributes {
            let mut places: Vec<usize> = (0..self.entries.len()).collect();
            places.sort_by_key(|&place| self.entries[place].rank.importance());
            while self.count + self.note.count() > self.limits.attributes
                && let Some(place) = places.pop()
            {
                self.drop(place);
            }
        }
        self.count < before
    }

    /// Whether something was cut or had to go.
    fn free_bytes(&mut self) -> bool {
        let mut over = (self.bytes + self.note.bytes()).saturating_sub(self.limits.span_bytes);
        let freed = over > 0 && self.count > 0;
        for place in (0..self.entries.len()).rev() {
            if over == 0 || self.count == 0 {
                break;
            }
            let before = self.bytes;
            if !self.cut_by(place, over) {
                self.drop(place);
            }
            over = over.saturating_sub(before - self.bytes);
        }
        self.entries.truncate(
            self.entries.iter().rposition(|entry| entry.attribute.is_some()).map_or(0, |last| last + 1),
        );
        freed
    }

    fn cut_by(&mut self, place: usize, over: usize) -> bool {
        let Some(attribute) = self.entries.get_mut(place).and_then(|entry| entry.attribute.as_mut()) else {
            return false;
        };
        let before = size(attribute);
        let Some(limit) =
            before.checked_sub(attribute.key.as_str().len() + over).filter(|&left| left >= LEAST_KEPT)
        else {
            return false;
        };
        let Some(from) = cut(attribute, limit) else { return false };
        self.bytes -= before - size(attribute);
        self.recut = true;
        self.note.add(&attribute.key, from);
        true
    }

    fn drop(&mut self, place: usize) {
        let Some(attribute) = self.entries.get_mut(place).and_then(|entry| entry.attribute.take()) else {
            return;
        };
        let bytes = size(&attribute);
        self.count -= 1;
        self.bytes -= bytes;
        self.dropped = self.dropped.saturating_add(1);
        if bytes > LEAST_KEPT {
            self.note.add(&attribute.key, bytes - attribute.key.as_str().len());
        }
    }

    fn finish(self) -> Limited {
        let Self { limits, prefix, entries, count, bytes, dropped, recut, note, .. } = self;
        let fits = count + note.count() <= limits.attributes && bytes + note.bytes() <= limits.span_bytes;
        let (noted, truncated) = note.into_attributes();
        let mut attributes: Vec<KeyValue> = entries.into_iter().filter_map(|entry| entry.attribute).collect();
        if recut {
            attributes.sort_by_cached_key(|attribute| Rank::of(attribute, prefix));
        }
        if fits {
            let small = attributes.partition_point(|attribute| Rank::of(attribute, prefix).is_small());
            attributes.splice(small..small, noted);
        }
        Limited { attributes, dropped, truncated }
    }
}
