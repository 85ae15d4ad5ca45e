//! A text that is looked for in the records.

use std::borrow::Cow;

use memchr::memmem;

use super::tree::Value;

/// A text to be found in the raw lines of records: in any case, as it is, and as JSON may spell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    text: String,
    spellings: Vec<String>,
}

impl Needle {
    pub(super) fn new(text: &str) -> Self {
        let plain = text.to_lowercase();
        let escaped = quoted(&plain);
        let inner = escaped.get(1..escaped.len().saturating_sub(1)).unwrap_or("").to_owned();
        let mut spellings = vec![plain];
        if inner != spellings[0] {
            spellings.push(inner);
        }
        Self { text: text.to_owned(), spellings }
    }

    /// A whole JSON string, open where a `*` stands at its ends.
    pub(super) fn of_id(value: &Value) -> Self {
        let spelled = quoted(&value.text);
        if !value.is_glob {
            return Self::new(&spelled);
        }
        let inner = spelled.strip_prefix("\"*").unwrap_or(&spelled);
        let inner = inner.strip_suffix("*\"").unwrap_or(inner);
        Self::new(if inner.is_empty() { "\"" } else { inner })
    }

    /// The text as it was asked for.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a record's raw line contains it; `line` is in lower case, as [`Needle::folded`] gives it.
    pub fn is_in(&self, line: &str) -> bool {
        self.spellings.iter().any(|spelling| memmem::find(line.as_bytes(), spelling.as_bytes()).is_some())
    }

    /// A record's raw line as it is searched: in lower case, with characters that JSON spells by their number beside it.
    pub fn folded(line: &str) -> String {
        let plain = spelled_out(line);
        let mut folded = line.to_lowercase();
        if let Cow::Owned(plain) = plain {
            folded.push('\n');
            folded.push_str(&plain.to_lowercase());
        }
        folded
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// The line with its `\u` escapes replaced; those of control characters by a space.
fn spelled_out(line: &str) -> Cow<'_, str> {
    if memmem::find(line.as_bytes(), b"\\u").is_none() {
        return Cow::Borrowed(line);
    }
    let mut units: Vec<u16> = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\\u") {
        units.extend(before.encode_utf16());
        let code = after.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if let Some(code) = code.and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
            units.push(if code < 0x20 { 0x20 } else { code });
            rest = after.get(4..).unwrap_or("");
        } else {
            units.extend("\\u".encode_utf16());
            rest = after;
        }
    }
    units.extend(rest.encode_utf16());
    Cow::Owned(String::from_utf16_lossy(&units))
}
