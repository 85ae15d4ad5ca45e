//! The fields of the language, and the words of those that have a closed set of them.

use trace_core::Severity;

use crate::model::RowKind;

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Kind,
    Status,
    Name,
    Session,
    Turn,
    Tool,
    Model,
    Type,
    Id,
    Flag,
    Has,
    Level,
    Dur,
    At,
    Tokens,
    In,
    Uncached,
    Cached,
    Written,
    Out,
    Reasoning,
    Depth,
}

/// What a field is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Words; the same number for several spellings, of which the first is the usual one.
    Words(&'static [(&'static str, &'static [u8])]),
    /// Text: a value is somewhere in it.
    Contains,
    /// Text: a value is all of it.
    Equals,
    /// Microseconds.
    Time,
    /// A count.
    Count,
}

const FIELDS: [(&str, Field, Sort); 22] = [
    ("kind", Field::Kind, Sort::Words(KINDS)),
    ("status", Field::Status, Sort::Words(STATUSES)),
    ("name", Field::Name, Sort::Contains),
    ("session", Field::Session, Sort::Equals),
    ("turn", Field::Turn, Sort::Equals),
    ("tool", Field::Tool, Sort::Contains),
    ("model", Field::Model, Sort::Contains),
    ("type", Field::Type, Sort::Equals),
    ("id", Field::Id, Sort::Equals),
    ("flag", Field::Flag, Sort::Words(FLAGS)),
    ("has", Field::Has, Sort::Words(PARTS)),
    ("level", Field::Level, Sort::Words(LEVELS)),
    ("dur", Field::Dur, Sort::Time),
    ("at", Field::At, Sort::Time),
    ("tokens", Field::Tokens, Sort::Count),
    ("in", Field::In, Sort::Count),
    ("uncached", Field::Uncached, Sort::Count),
    ("cached", Field::Cached, Sort::Count),
    ("written", Field::Written, Sort::Count),
    ("out", Field::Out, Sort::Count),
    ("reasoning", Field::Reasoning, Sort::Count),
    ("depth", Field::Depth, Sort::Count),
];

const KINDS: &[(&str, &[u8])] = &[
    ("session", &[RowKind::Session as u8]),
    ("turn", &[RowKind::Turn as u8]),
    ("llm", &[RowKind::LlmCall as u8]),
    ("tool", &[RowKind::ToolCall as u8]),
    ("code", &[RowKind::CodeBlock as u8]),
    ("batch", &[RowKind::Batch as u8]),
    ("process", &[RowKind::Process as u8]),
    ("graph", &[RowKind::Graph as u8]),
    ("node", &[RowKind::GraphNode as u8]),
    ("prompt", &[RowKind::Prompt as u8]),
    ("request", &[RowKind::ProviderRequest as u8]),
    ("provider_chunk", &[RowKind::ProviderChunk as u8]),
    ("runtime_chunk", &[RowKind::RuntimeChunk as u8]),
    ("step", &[RowKind::ProtocolStep as u8]),
    ("usage", &[RowKind::Usage as u8]),
    ("diff", &[RowKind::EnvelopeDiff as u8]),
    ("custom", &[RowKind::Custom as u8]),
    ("log", &[RowKind::Log as u8]),
    ("event", &[RowKind::RuntimeEvent as u8]),
    ("run", &[RowKind::Run as u8]),
    ("error", &[RowKind::UncaughtError as u8]),
    ("dropped", &[RowKind::RecordsDropped as u8]),
    ("unknown", &[RowKind::Unknown as u8]),
    ("foreign", &[RowKind::Foreign as u8]),
    ("chunk", &[RowKind::ProviderChunk as u8, RowKind::RuntimeChunk as u8]),
    ("call", &[RowKind::LlmCall as u8, RowKind::ToolCall as u8]),
    ("llm_call", &[RowKind::LlmCall as u8]),
    ("tool_call", &[RowKind::ToolCall as u8]),
    ("code_block", &[RowKind::CodeBlock as u8]),
    ("graph_node", &[RowKind::GraphNode as u8]),
    ("provider_request", &[RowKind::ProviderRequest as u8]),
    ("protocol_step", &[RowKind::ProtocolStep as u8]),
    ("token_usage", &[RowKind::Usage as u8]),
    ("envelope_diff", &[RowKind::EnvelopeDiff as u8]),
    ("custom_event", &[RowKind::Custom as u8]),
    ("log_line", &[RowKind::Log as u8]),
    ("runtime_event", &[RowKind::RuntimeEvent as u8]),
    ("uncaught_error", &[RowKind::UncaughtError as u8]),
    ("dropped_records", &[RowKind::RecordsDropped as u8]),
    ("unknown_record", &[RowKind::Unknown as u8]),
    ("foreign_json", &[RowKind::Foreign as u8]),
];

/// The discriminants of [`Status`](crate::model::Status).
const STATUSES: &[(&str, &[u8])] = &[
    ("none", &[0]),
    ("unfinished", &[1]),
    ("running", &[1]),
    ("completed", &[2]),
    ("success", &[2]),
    ("ok", &[2]),
    ("failed", &[3]),
    ("failure", &[3]),
    ("error", &[3]),
    ("cancelled", &[4]),
    ("canceled", &[4]),
];

/// The bits of [`RowFlags`](crate::model::RowFlags).
const FLAGS: &[(&str, &[u8])] = &[
    ("no_start", &[0]),
    ("orphan", &[1]),
    ("cycle", &[2]),
    ("repeated", &[3]),
    ("no_time", &[4]),
    ("drift", &[5]),
    ("retry", &[6]),
    ("critical", &[7]),
];

/// The numbers of what a row can have.
pub(super) const HAS_ERROR: u8 = 0;
pub(super) const HAS_USAGE: u8 = 1;
const PARTS: &[(&str, &[u8])] = &[("error", &[HAS_ERROR]), ("usage", &[HAS_USAGE])];

/// Severities, ascending from 1.
const LEVELS: &[(&str, &[u8])] = &[
    ("trace", &[1]),
    ("debug", &[2]),
    ("info", &[3]),
    ("warn", &[4]),
    ("warning", &[4]),
    ("error", &[5]),
    ("critical", &[6]),
    ("fatal", &[6]),
];

/// The number of a severity among the words of `level`, 0 for none.
pub(super) fn level_number(severity: Option<Severity>) -> u8 {
    match severity {
        None => 0,
        Some(Severity::Trace) => 1,
        Some(Severity::Debug) => 2,
        Some(Severity::Info) => 3,
        Some(Severity::Warn) => 4,
        Some(Severity::Error) => 5,
        Some(Severity::Critical) => 6,
    }
}

/// The fields by name, in the order in which they are offered.
pub(crate) fn fields() -> impl Iterator<Item = (&'static str, Sort)> {
    FIELDS.into_iter().map(|(name, _, sort)| (name, sort))
}

/// The usual word for each number of a field with a closed set of words, empty for a number without one.
pub(crate) fn usual_words(field: &str) -> Vec<&'static str> {
    let mut usual = Vec::new();
    let Some(Sort::Words(words)) = Field::named(field).map(Field::sort) else { return usual };
    for &(word, numbers) in words {
        if let &[number] = numbers {
            let place = usize::from(number);
            usual.resize(usual.len().max(place + 1), "");
            if usual[place].is_empty() {
                usual[place] = word;
            }
        }
    }
    usual
}

impl Field {
    /// The field of a name in lower case.
    pub(super) fn named(name: &str) -> Option<Self> {
        FIELDS.iter().find(|(known, ..)| *known == name).map(|(_, field, _)| *field)
    }

    pub(super) fn name(self) -> &'static str {
        self.entry().0
    }

    pub(super) fn sort(self) -> Sort {
        self.entry().2
    }

    fn entry(self) -> (&'static str, Self, Sort) {
        // The fields stand in the order of their definition.
        FIELDS[self as usize]
    }

    /// The name that `name` is close to.
    pub(super) fn like(name: &str) -> Option<&'static str> {
        closest(name, FIELDS.iter().map(|(known, ..)| *known))
    }
}

/// The numbers that a word stands for, in the singular or the plural.
pub(super) fn numbers_of(
    words: &'static [(&'static str, &'static [u8])],
    word: &str,
) -> Option<&'static [u8]> {
    let word = word.to_lowercase().replace(['-', ' '], "_");
    let forms = [Some(word.as_str()), word.strip_suffix('s'), word.strip_suffix("es")];
    let found = forms.into_iter().flatten().find_map(|form| words.iter().find(|(known, _)| *known == form));
    found.map(|(_, numbers)| *numbers)
}

/// The word that `word` is close to.
pub(super) fn word_like(words: &'static [(&'static str, &'static [u8])], word: &str) -> Option<&'static str> {
    closest(&word.to_lowercase(), words.iter().map(|(known, _)| *known))
}

fn closest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distances = known.map(|known| (strsim::damerau_levenshtein(known, word), known));
    distances
        .filter(|(distance, known)| distance * 3 <= known.len().max(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, Field};

    #[test]
    fn every_field_is_found_by_its_name() {
        for (place, (name, field, _)) in FIELDS.iter().enumerate() {
            assert_eq!((*field as usize, Field::named(name), field.name()), (place, Some(*field), *name));
        }
    }
}
