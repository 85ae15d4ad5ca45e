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
    let place = |text: &str, room| characters(text).take_while(|c| c.end <= room).last().map_or(0, |c| c.end);
    cut(content, limit, place, |text| characters(text).map(|c| c.bytes).sum())
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

/// A character of an escaped text.
struct Character {
    /// Where it ends.
    end: usize,
    /// What it takes unescaped, in UTF-8.
    bytes: usize,
}

fn characters(content: &str) -> impl Iterator<Item = Character> {
    let mut rest = content;
    std::iter::from_fn(move || {
        let (length, bytes) = first_character(rest)?;
        rest = rest.get(length..).unwrap_or_default();
        Some(Character { end: content.len() - rest.len(), bytes })
    })
}

/// How long the first character is as it stands, and in UTF-8.
fn first_character(text: &str) -> Option<(usize, usize)> {
    let first = text.chars().next()?;
    if first != '\\' {
        return Some((first.len_utf8(), first.len_utf8()));
    }
    let Some(unit) = unicode_escape(text) else { return Some((2, 1)) };
    let low = || text.get(6..).and_then(unicode_escape);
    Some(match unit {
        0xD800..0xDC00 if low().is_some_and(|low| (0xDC00..0xE000).contains(&low)) => (12, 4),
        _ => (6, char::from_u32(unit).map_or(3, char::len_utf8)),
    })
}

fn unicode_escape(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}
