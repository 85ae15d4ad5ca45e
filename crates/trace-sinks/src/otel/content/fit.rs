//! Content within a limit of bytes, still valid JSON.

use serde::Serialize;
use trace_core::RawJson;

use super::cut::{cut_escaped, cut_plain};
use super::marker::{stub, whole};
use super::plan::{Step, plan, share};
use super::tree::{Kind, Node, scan};

/// A text for an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::otel) struct Content {
    /// The text.
    pub(in crate::otel) text: String,
    /// How many bytes it would have had; `None` when nothing was cut.
    pub(in crate::otel) cut_from: Option<usize>,
}

impl Content {
    fn whole(text: String) -> Self {
        Self { text, cut_from: None }
    }
}

/// The JSON of a value in at most `limit` bytes.
///
/// Texts in it are shortened, the longest first and no further than needed. When that is not enough, items in the middle
/// of arrays are left out, then members and single values, each with a note in its place. JSON stays valid down to a limit
/// of one byte. Time is linear but for sorting.
pub(in crate::otel) fn fit(value: &impl Serialize, limit: usize) -> Content {
    // None of the types here fails to serialise: their keys are strings.
    let json = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
    fit_compact(json, limit)
}

/// The same for a JSON text. A text that is not JSON is cut as plain text.
pub(in crate::otel) fn fit_json(text: String, limit: usize) -> Content {
    if text.len() <= limit {
        return Content::whole(text);
    }
    let cut_from = Some(text.len());
    match RawJson::new(text.as_str()) {
        Ok(json) => Content { cut_from, ..fit_compact(json.get().to_owned(), limit) },
        Err(_) => fit_plain(text, limit),
    }
}

/// A plain text in at most `limit` bytes, cut at a character's end.
pub(in crate::otel) fn fit_plain(text: String, limit: usize) -> Content {
    match cut_plain(&text, limit) {
        None => Content::whole(text),
        Some(cut) => Content { text: cut, cut_from: Some(text.len()) },
    }
}

fn fit_compact(json: String, limit: usize) -> Content {
    if json.len() <= limit {
        return Content::whole(json);
    }
    let text = shorten(&json, limit).filter(|text| text.len() <= limit);
    Content { text: text.unwrap_or_else(|| whole(json.len(), limit)), cut_from: Some(json.len()) }
}

/// A part of the text and what takes its place.
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

fn shorten(json: &str, limit: usize) -> Option<String> {
    let nodes = scan(json);
    let mut steps = plan(json, &nodes, limit);
    steps.sort_unstable_by_key(|(node, _)| *node);
    if steps.first().is_some_and(|(node, step)| *node == 0 && *step == Step::Stub) {
        return None;
    }
    let (mut edits, texts) = edits(json, &nodes, steps);
    let gone: usize = edits.iter().map(|edit| edit.end - edit.start).sum();
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let free: usize = texts.iter().map(|(start, end)| end - start).sum();
    let room = (limit + gone + free).saturating_sub(json.len() + added);
    let most = share(texts.iter().map(|(start, end)| end - start).collect(), room);
    edits.extend(texts.into_iter().filter_map(|(start, end)| {
        cut_escaped(&json[start..end], most).map(|text| Edit { start, end, text })
    }));
    edits.sort_unstable_by_key(|edit| edit.start);
    Some(apply(json, &edits))
}

/// The edits of the steps, and the places of the texts that stay and have no cap of their own.
fn edits(json: &str, nodes: &[Node], steps: Vec<(usize, Step)>) -> (Vec<Edit>, Vec<(usize, usize)>) {
    let (mut edits, mut texts) = (Vec::new(), Vec::new());
    let mut steps = steps.into_iter().peekable();
    let mut at = 0;
    while let Some(node) = nodes.get(at) {
        let (start, end) = (node.start, node.end);
        at = match steps.next_if(|(step, _)| *step == at) {
            Some((_, Step::Cap(most))) => {
                let text = cut_escaped(&json[start + 1..end - 1], most.saturating_sub(2));
                edits.extend(text.map(|text| Edit { start: start + 1, end: end - 1, text }));
                node.next
            }
            Some((_, Step::Stub)) => {
                edits.push(Edit { start, end, text: stub(end - start) });
                node.next
            }
            Some((_, Step::Run { last, count, marker })) => {
                let end = nodes[last].end;
                edits.push(Edit { start: node.at, end, text: marker.text(count, end - node.at) });
                nodes[last].next
            }
            None => {
                texts.extend((node.kind == Kind::Text).then_some((start + 1, end - 1)));
                at + 1
            }
        };
    }
    (edits, texts)
}

fn apply(json: &str, edits: &[Edit]) -> String {
    let mut out = String::new();
    let mut from = 0;
    for edit in edits {
        out.push_str(&json[from..edit.start]);
        out.push_str(&edit.text);
        from = edit.end;
    }
    out.push_str(&json[from..]);
    out
}
