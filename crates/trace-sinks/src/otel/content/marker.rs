//! What stands where something was left out.

use super::tree::{Kind, Node, children};

/// The most bytes of [`stub`].
pub(super) const STUB_BYTES: usize = 36;
/// The most bytes of the note that stands for members of an object.
pub(super) const MEMBER_BYTES: usize = 72;

/// The text that stands for a value: `"…[+1234 bytes]"`.
pub(super) fn stub(bytes: usize) -> String {
    format!("\"…[+{bytes} bytes]\"")
}

/// What stands for a whole JSON text of which nothing could be kept.
pub(super) fn whole(bytes: usize, limit: usize) -> String {
    let told = format!("{{\"truncated_bytes\":{bytes}}}");
    [told.as_str(), "{}", "0", ""].into_iter().find(|text| text.len() <= limit).unwrap_or_default().to_owned()
}

/// What stands for values next to each other: of the shape that their place asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Message,
    Part,
    Tool,
    Member,
    Item,
}

impl Marker {
    /// The shape for items of an array: what its first item looks like.
    pub(super) fn of_array(json: &str, nodes: &[Node], array: usize) -> Self {
        let first = array + 1;
        if nodes[array].next == first || nodes[first].kind != Kind::Object {
            return Self::Item;
        }
        let has =
            |wanted: &str| children(nodes, first).take(8).any(|member| key(json, &nodes[member]) == wanted);
        if has("parts") && has("role") {
            Self::Message
        } else if key(json, &nodes[array]) == "parts" || has("type") && has("content") {
            Self::Part
        } else if has("type") && has("name") {
            Self::Tool
        } else {
            Self::Item
        }
    }

    /// The most bytes of it.
    pub(super) fn bytes(self) -> usize {
        self.text(usize::MAX, usize::MAX).len()
    }

    /// The JSON of it, for `count` values of `bytes` bytes together.
    pub(super) fn text(self, count: usize, bytes: usize) -> String {
        let note = |what: &str| format!("…[+{count} {what}, {bytes} bytes]");
        let part = |what: &str| format!(r#"{{"type":"text","content":"{}"}}"#, note(what));
        match self {
            Self::Message => format!(r#"{{"role":"system","parts":[{}]}}"#, part("messages")),
            Self::Part => part("parts"),
            Self::Tool => format!(r#"{{"type":"truncated","name":"{}"}}"#, note("tools")),
            Self::Member => format!(r#""…":"{}""#, note("members")),
            Self::Item => format!("\"{}\"", note("items")),
        }
    }
}

/// The key of a member as it stands in the text; empty for others.
fn key<'a>(json: &'a str, node: &Node) -> &'a str {
    json[node.at..node.start].trim_end_matches(':').trim_matches('"')
}
