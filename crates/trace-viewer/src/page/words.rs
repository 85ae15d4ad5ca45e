//! Words for the model's closed sets. The page's script has no words of its own for them: it gets these.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::model::{RowKind, Status};
use crate::query::{Sort, fields, usual_words};

/// How a kind of row is called and drawn.
#[derive(Debug, Serialize)]
pub(super) struct Kind {
    pub(super) word: &'static str,
    pub(super) icon: &'static str,
    pub(super) hue: &'static str,
}

impl Kind {
    const fn new(word: &'static str, icon: &'static str, hue: &'static str) -> Self {
        Self { word, icon, hue }
    }
}

/// The kinds by discriminant.
pub(super) const KINDS: [Kind; 24] = [
    Kind::new("session", "session", "plain"),
    Kind::new("turn", "turn", "plain"),
    Kind::new("LLM call", "llm", "llm"),
    Kind::new("tool call", "tool", "tool"),
    Kind::new("code block", "code", "tool"),
    Kind::new("batch", "batch", "tool"),
    Kind::new("process", "process", "graph"),
    Kind::new("graph", "graph", "graph"),
    Kind::new("graph node", "node", "graph"),
    Kind::new("prompt", "prompt", "protocol"),
    Kind::new("provider request", "request", "stream"),
    Kind::new("provider chunk", "chunk", "stream"),
    Kind::new("runtime chunk", "piece", "stream"),
    Kind::new("protocol step", "protocol", "protocol"),
    Kind::new("token usage", "usage", "plain"),
    Kind::new("envelope diff", "diff", "protocol"),
    Kind::new("custom event", "custom", "plain"),
    Kind::new("log line", "log", "plain"),
    Kind::new("runtime event", "event", "plain"),
    Kind::new("run", "run", "plain"),
    Kind::new("uncaught error", "error", "plain"),
    Kind::new("dropped records", "dropped", "plain"),
    Kind::new("unknown record", "unknown", "plain"),
    Kind::new("foreign JSON", "foreign", "plain"),
];

/// Short mark and explanation of each of the row's flags, by bit.
const FLAGS: [(&str, &str); 7] = [
    ("no start", "The end was recorded, the start was not."),
    ("orphan", "Its parent is not in the input; it stands under the nearest known ancestor."),
    ("cycle", "Its parents form a cycle; it was cut loose from it."),
    ("repeated", "The same record or end came more than once."),
    ("no time", "The timestamp could not be read; it stands where its line stood."),
    ("drift", "A prompt component changed since the session's previous prompt."),
    ("retry", "Calls a failed call again."),
];

/// All words that the script needs.
#[derive(Debug, Serialize)]
pub(super) struct Words {
    kinds: &'static [Kind],
    /// By discriminant; nothing is said where there is no outcome.
    statuses: [&'static str; 5],
    /// By number, 0 for none.
    levels: Vec<&'static str>,
    flags: [(&'static str, &'static str); 7],
    fields: Fields,
}

impl Words {
    pub(super) fn new() -> Self {
        let outcomes = [Status::Unfinished, Status::Completed, Status::Failed, Status::Cancelled].map(status);
        let [unfinished, completed, failed, cancelled] = outcomes;
        Self {
            kinds: &KINDS,
            statuses: ["", unfinished, completed, failed, cancelled],
            levels: usual_words("level"),
            flags: FLAGS,
            fields: Fields,
        }
    }
}

/// The fields of the query language: a list of words with their numbers, or the name of another sort.
#[derive(Debug)]
struct Fields;

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, sort) in fields() {
            match sort {
                Sort::Words(words) => map.serialize_entry(name, words)?,
                Sort::Contains => map.serialize_entry(name, "contains")?,
                Sort::Equals => map.serialize_entry(name, "equals")?,
                Sort::Time => map.serialize_entry(name, "time")?,
                Sort::Count => map.serialize_entry(name, "count")?,
            }
        }
        map.end()
    }
}

/// How a row ended, as a reader says it.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::None => "no outcome",
        Status::Unfinished => "unfinished",
        Status::Completed => "completed",
        Status::Failed => "failed",
        Status::Cancelled => "cancelled",
    }
}

/// A kind of row as a reader calls it.
pub(super) fn kind(kind: RowKind) -> &'static str {
    KINDS[kind as usize].word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_stand_at_their_discriminants() {
        let some =
            [RowKind::Session, RowKind::ToolCall, RowKind::ProtocolStep, RowKind::Log, RowKind::Foreign];
        assert_eq!(some.map(kind), ["session", "tool call", "protocol step", "log line", "foreign JSON"]);
        assert_eq!(usual_words("kind").len(), KINDS.len());
    }

    /// The script's own tests read these words from a file; to take a wanted change over, set `UPDATE_SNAPSHOTS`.
    #[test]
    fn the_words_of_the_scripts_tests_are_these() {
        let found = serde_json::to_string(&Words::new()).unwrap() + "\n";
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/words.json");
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(file, &found).unwrap();
        }
        assert_eq!(found, std::fs::read_to_string(file).unwrap_or_default());
    }
}
