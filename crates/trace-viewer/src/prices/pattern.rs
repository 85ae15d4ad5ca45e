//! Names of models with `*` for any text.

/// Whether a pattern means a name. No backtracking: each piece is taken where it is found first.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

/// What orders patterns: names before patterns, then those with more letters of their own.
pub(super) fn rank(pattern: &str) -> (bool, usize) {
    let stars = pattern.matches('*').count();
    (stars > 0, usize::MAX - (pattern.len() - stars))
}

#[cfg(test)]
mod tests {
    use super::{matches, rank};

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, name) in [
            ("a", "a"),
            ("*", ""),
            ("*", "x"),
            ("a*", "a"),
            ("a*c", "abc"),
            ("*b*", "abc"),
            ("a*b*c", "axbxbc"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("a", "ab"),
            ("a", ""),
            ("", "a"),
            ("a*a", "a"),
            ("a*c", "abcd"),
            ("*b*", "ac"),
            ("a*bc*c", "abc"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn the_closest_pattern_comes_first() {
        let mut patterns = ["*", "acme/*", "acme/large", "acme/l*"];
        patterns.sort_by_key(|pattern| rank(pattern));
        assert_eq!(patterns, ["acme/large", "acme/l*", "acme/*", "*"]);
    }
}
