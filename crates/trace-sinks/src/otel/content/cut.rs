//! Cutting one text: at a character's end, with a note of how much is gone.

const NOTE_OPEN: &str = "…[+";
const NOTE_CLOSE: &str = " bytes]";

/// A text of at most `limit` bytes: as much of the start as fits, and `…[+N bytes]` where there is room for it. `None` for one
/// that is short enough.
pub(super) fn cut_plain(text: &str, limit: usize) -> Option<String> {
    cut(text, limit, str::floor_char_boundary, str::len)
}

/// The same for the inside of a JSON string, as it stands between its quotes: no escape is torn. The note tells bytes of the
/// text, not of its escapes.
pub(super) fn cut_escaped(content: &str, limit: usize) -> Option<String> {
    cut(content, limit, place_between_escapes, |text| {
        text.len() - escapes(text).map(|escape| escape.excess).sum::<usize>()
    })
}

fn cut(
    text: &str,
    limit: usize,
    place_within: impl Fn(&str, usize) -> usize,
    bytes_of: impl Fn(&str) -> usize,
) -> Option<String> {
    if text.len() <= limit {
        return None;
    }
    let (whole, before) = split_note(text);
    let digits = (whole.len() + before).max(1).ilog10() as usize + 1;
    let Some(room) = limit.checked_sub(NOTE_OPEN.len() + digits + NOTE_CLOSE.len()) else {
        return Some(whole[..place_within(whole, limit)].to_owned());
    };
    let (kept, rest) = whole.split_at(place_within(whole, room));
    let gone = bytes_of(rest) + before;
    Some(format!("{kept}{NOTE_OPEN}{gone}{NOTE_CLOSE}"))
}

/// A text without the note of an earlier cut, and what that note told.
fn split_note(text: &str) -> (&str, usize) {
    let noted = || {
        let (whole, count) = text.strip_suffix(NOTE_CLOSE)?.rsplit_once(NOTE_OPEN)?;
        Some((whole, count.parse::<u32>().ok()? as usize))
    };
    noted().unwrap_or((text, 0))
}

/// An escaped character.
struct Escape {
    start: usize,
    end: usize,
    /// How much longer it is than the character in UTF-8.
    excess: usize,
}

fn escapes(content: &str) -> impl Iterator<Item = Escape> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + content.get(from..)?.find('\\')?;
        let (length, bytes) = measured(&content[start..]);
        from = start + length;
        Some(Escape { start, end: from, excess: length - bytes })
    })
}

/// The last place at or before `room` where a character ends.
fn place_between_escapes(content: &str, room: usize) -> usize {
    let place = content.floor_char_boundary(room);
    let torn = escapes(content).take_while(|escape| escape.start < place).find(|escape| escape.end > place);
    torn.map_or(place, |escape| escape.start)
}

/// How long the escape that a text begins with is, and how long its character is in UTF-8.
fn measured(text: &str) -> (usize, usize) {
    let Some(unit) = unicode_escape(text) else { return (2, 1) };
    let low = || text.get(6..).and_then(unicode_escape);
    match unit {
        0xD800..0xDC00 if low().is_some_and(|low| (0xDC00..0xE000).contains(&low)) => (12, 4),
        _ => (6, char::from_u32(unit).map_or(3, char::len_utf8)),
    }
}

fn unicode_escape(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}
