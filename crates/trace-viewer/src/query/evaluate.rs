//! A query asked of one row.

use trace_core::Severity;

use super::fields::{Field, HAS_ERROR, HAS_USAGE, level_number};
use super::number::{Amount, Bound};
use super::pattern::fits;
use super::tree::Tree;
use crate::model::{RowFlags, RowKind, Status, Usage};

/// What a query can ask of a row.
pub trait Facts {
    /// What it is.
    fn kind(&self) -> RowKind;
    /// How it ended.
    fn status(&self) -> Status;
    /// What is odd about it.
    fn flags(&self) -> RowFlags;
    /// The severity of a log line, a runtime event or an uncaught error.
    fn severity(&self) -> Option<Severity>;
    /// Whether a record of it tells an error.
    fn tells_error(&self) -> bool;
    /// What it is called.
    fn name(&self) -> &str;
    /// The id of the nearest session.
    fn session(&self) -> Option<&str>;
    /// The id of the nearest turn, and its recorded number.
    fn turn(&self) -> Option<(&str, Option<u32>)>;
    /// Whether one of its records has a wanted type.
    fn has_type(&self, is_wanted: &mut dyn FnMut(&str) -> bool) -> bool;
    /// Tokens that were counted on it.
    fn usage(&self) -> Option<Usage>;
    /// Its start, in microseconds after that of the trace.
    fn start_us(&self) -> i64;
    /// Its duration in microseconds.
    fn duration_us(&self) -> i64;
    /// Its distance from the root.
    fn depth(&self) -> u32;
    /// Whether one of its records contains a needle, by its place in [`Query::needles`](super::Query::needles).
    fn holds(&self, needle: usize) -> bool;
}

/// Where time zero and the end of a trace are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clock {
    /// Microseconds since 1970 of time zero, where a record has a time.
    pub start_us: Option<i64>,
    /// Microseconds from time zero to the end.
    pub span_us: i64,
}

impl Clock {
    /// A number on the axis of the trace.
    pub(super) fn on_axis(self, amount: Amount) -> Option<i64> {
        match amount {
            Amount::Plain(value) => Some(value),
            Amount::BeforeEnd(value) => Some(self.span_us.saturating_sub(value)),
            Amount::Date(value) => self.start_us.map(|start| value.saturating_sub(start)),
        }
    }
}

/// Whether a tree holds.
pub(super) fn matches(tree: &Tree, facts: &impl Facts, clock: Clock) -> bool {
    let part_matches = |part: &Tree| matches(part, facts, clock);
    match tree {
        Tree::All(parts) => parts.iter().all(part_matches),
        Tree::Any(parts) => parts.iter().any(part_matches),
        Tree::Not(part) => !part_matches(part),
        Tree::Text { value, needle } => {
            fits(facts.name(), std::slice::from_ref(value), false) || facts.holds(*needle)
        }
        Tree::Id { needles, .. } => needles.iter().any(|&needle| facts.holds(needle)),
        Tree::Words { field, numbers } => words_match(*field, numbers, facts),
        Tree::Named { field, exact, values } => {
            text_matches(*field, facts, |text| fits(text, values, *exact))
        }
        Tree::Number { field, low, high } => number_of(*field, facts).is_some_and(|number| {
            let within = |bound: &Option<Bound>, passes: fn(i64, i64) -> bool| match bound {
                None => true,
                Some(Bound { value, is_open }) => clock
                    .on_axis(*value)
                    .is_some_and(|bound| passes(number, bound) || (!is_open && number == bound)),
            };
            within(low, |number, bound| number > bound) && within(high, |number, bound| number < bound)
        }),
    }
}

fn words_match(field: Field, numbers: &[u8], facts: &impl Facts) -> bool {
    let has = |number: u8| numbers.contains(&number);
    match field {
        Field::Kind => has(facts.kind() as u8),
        Field::Status => has(facts.status() as u8),
        Field::Level => has(level_number(facts.severity())),
        Field::Flag => {
            let bits = facts.flags().0;
            numbers.iter().any(|&number| bits & (1 << number) != 0)
        }
        Field::Has => {
            let fails = facts.status() == Status::Failed || facts.tells_error();
            (has(HAS_ERROR) && fails) || (has(HAS_USAGE) && facts.usage().is_some())
        }
        _ => false,
    }
}

fn text_matches(field: Field, facts: &impl Facts, mut fits: impl FnMut(&str) -> bool) -> bool {
    match field {
        Field::Name => fits(facts.name()),
        Field::Tool => facts.kind() == RowKind::ToolCall && fits(facts.name()),
        Field::Model => facts.kind() == RowKind::LlmCall && fits(facts.name()),
        Field::Session => facts.session().is_some_and(fits),
        Field::Turn => facts
            .turn()
            .is_some_and(|(id, number)| fits(id) || number.is_some_and(|number| fits(&number.to_string()))),
        Field::Type => facts.has_type(&mut fits),
        _ => false,
    }
}

fn number_of(field: Field, facts: &impl Facts) -> Option<i64> {
    let counted = |sum: fn(Usage) -> [i64; 4]| {
        facts.usage().map(|usage| sum(usage).into_iter().fold(0, i64::saturating_add))
    };
    match field {
        Field::Dur => Some(facts.duration_us()),
        Field::At => Some(facts.start_us()),
        Field::Depth => Some(facts.depth().into()),
        Field::Tokens => counted(|usage| [usage.input, usage.cache_read, usage.cache_write, usage.output]),
        Field::In => counted(|usage| [usage.input, usage.cache_read, usage.cache_write, 0]),
        Field::Uncached => counted(|usage| [usage.input, 0, 0, 0]),
        Field::Cached => counted(|usage| [usage.cache_read, 0, 0, 0]),
        Field::Written => counted(|usage| [usage.cache_write, 0, 0, 0]),
        Field::Out => counted(|usage| [usage.output, 0, 0, 0]),
        Field::Reasoning => counted(|usage| [usage.reasoning, 0, 0, 0]),
        _ => None,
    }
}
