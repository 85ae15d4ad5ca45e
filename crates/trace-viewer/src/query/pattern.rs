//! Text compared with text, in any case.

use super::tree::Value;

/// Whether `text` is, or has in it, one of the values.
pub(super) fn fits(text: &str, values: &[Value], exact: bool) -> bool {
    let text = text.to_lowercase();
    values.iter().any(|value| {
        if value.is_glob {
            fits_glob(&text, &value.text)
        } else if exact {
            text == value.text
        } else {
            text.contains(&value.text)
        }
    })
}

/// Whether a text is the glob, in which every `*` stands for any text.
fn fits_glob(text: &str, glob: &str) -> bool {
    let Some((head, rest)) = glob.split_once('*') else { return text == glob };
    let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    let Some(mut inner) = text.strip_prefix(head).and_then(|text| text.strip_suffix(tail)) else {
        return false;
    };
    for part in middle.split('*') {
        match inner.split_once(part) {
            Some((_, rest)) => inner = rest,
            None => return false,
        }
    }
    true
}
