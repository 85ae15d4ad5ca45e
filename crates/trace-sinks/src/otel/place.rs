//! Where a record belongs: its lane, its node, and the node it names as parent.

use std::fmt::Write;

use trace_core::{TraceContext, TraceEvent, TraceRecord};

/// Whose record it is: a turn's, a session's outside turns, a run's, or nobody's.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place<'a> {
    pub(super) session: &'a str,
    pub(super) turn: Turn<'a>,
    pub(super) run: &'a str,
    /// What stands for a record that names neither session nor run.
    pub(super) alone: &'a str,
}

/// A turn within its session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) enum Turn<'a> {
    #[default]
    None,
    Id(&'a str),
    Index(usize),
}

impl<'a> Turn<'a> {
    pub(super) fn new(id: Option<&'a str>, index: Option<usize>) -> Self {
        match (id.filter(|id| !id.is_empty()), index) {
            (Some(id), _) => Self::Id(id),
            (None, Some(index)) => Self::Index(index),
            (None, None) => Self::None,
        }
    }

    /// What the turn's node id ends in; empty for none.
    pub(super) fn write_to(self, text: &mut String) {
        match self {
            Self::None => {}
            Self::Id(id) => text.push_str(id),
            // Writing to a string does not fail.
            Self::Index(index) => drop(write!(text, "idx{index}")),
        }
    }

    /// Whether a node id ends in this turn.
    fn is(self, text: &str) -> bool {
        match self {
            Self::None => false,
            Self::Id(id) => id == text,
            Self::Index(index) => text.strip_prefix("idx").is_some_and(|text| text.parse() == Ok(index)),
        }
    }
}

impl<'a> Place<'a> {
    pub(super) fn of(record: &'a TraceRecord) -> Self {
        let context = &record.context;
        let text = |text: &'a Option<String>| text.as_deref().unwrap_or_default();
        let (session, turn) = match &record.event {
            TraceEvent::LashlangExecution(execution) => {
                let scope = &execution.event.identity.scope;
                (&*scope.session_id, Turn::new(scope.turn_id.as_deref(), scope.turn_index))
            }
            TraceEvent::RunStarted(_) | TraceEvent::RunSummary(_) => ("", Turn::None),
            _ => (text(&context.session_id), Turn::new(context.turn_id.as_deref(), context.turn_index)),
        };
        let run = match &record.event {
            TraceEvent::RunStarted(run) => &run.run_id,
            TraceEvent::RunSummary(run) => &run.run_id,
            _ => text(&context.run_id),
        };
        let alone = [&context.llm_call_id, &context.graph_node_id].into_iter().map(text);
        let alone = alone.chain([&*record.id]).find(|id| !id.is_empty()).unwrap_or_default();
        Self { session, turn, run, alone }
    }
}

/// A node that a record names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node<'a> {
    /// None, or one that never has a span.
    Nothing,
    /// The record's own turn.
    OwnTurn,
    /// Another turn of its session.
    Turn(&'a str),
    /// A turn of another session, by what follows `turn:`.
    TurnElsewhere(&'a str),
    /// A session.
    Session(&'a str),
    /// Anything else, by its id; a tool's without its session.
    Other(Kind, &'a str),
}

/// What sort of node it is, by the first part of its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Llm,
    Tool,
    Code,
    Batch,
    Process,
    Effect,
    /// The execution of a process, whose own node is the process.
    Execution,
    /// Of another writer.
    Foreign,
}

impl Kind {
    /// What stands for the kind in a key.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Llm => "llm",
            Self::Tool => "tool",
            Self::Code => "code",
            Self::Batch => "batch",
            Self::Process => "process",
            Self::Effect => "effect",
            Self::Execution => "execution",
            Self::Foreign => "node",
        }
    }
}

impl<'a> Node<'a> {
    /// The node that an id stands for, seen from a place. Ids are written with their session or without it.
    pub(super) fn parse(id: &'a str, place: Place<'_>) -> Self {
        let Some((word, rest)) = id.split_once(':') else { return Self::Other(Kind::Foreign, id) };
        let in_session = || rest.strip_prefix(place.session).and_then(|rest| rest.strip_prefix(':'));
        match word {
            "session" => Self::Session(rest),
            "turn" => match in_session() {
                Some(turn) if place.turn.is(turn) => Self::OwnTurn,
                Some(turn) => Self::Turn(turn),
                None => Self::TurnElsewhere(rest),
            },
            "llm" => Self::Other(Kind::Llm, rest),
            "tool" => Self::Other(Kind::Tool, in_session().unwrap_or(rest)),
            "code" => Self::Other(Kind::Code, in_session().unwrap_or(rest)),
            "batch" => Self::Other(Kind::Batch, in_session().unwrap_or(rest)),
            "process" => Self::Other(Kind::Process, rest),
            "effect" => Self::Other(Kind::Effect, rest),
            "trigger" | "node" => Self::Nothing,
            _ => Self::Other(Kind::Foreign, id),
        }
    }

    /// The parent that a context names.
    pub(super) fn parent_of(context: &'a TraceContext, place: Place<'_>) -> Self {
        let parent = context.parent_graph_node_id.as_deref().filter(|parent| !parent.is_empty());
        let is_self =
            context.graph_node_id.is_some() && context.graph_node_id == context.parent_graph_node_id;
        parent.filter(|_| !is_self).map_or(Self::Nothing, |parent| Self::parse(parent, place))
    }
}
