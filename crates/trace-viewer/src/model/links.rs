//! What caused what: links between rows that the tree does not show.

use std::collections::{BTreeMap, HashMap};

use super::body;
use super::build::{Incoming, ModelBuilder};
use super::ids::NONE;
use super::lenient::{Text, read};

/// That one row came about because of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Index into [`Model::rows`](super::Model::rows).
    pub row: u32,
    /// Index of the row that it came from.
    pub cause: u32,
    /// In what way.
    pub kind: LinkKind,
}

/// How a row came from another. The discriminants are the page's wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum LinkKind {
    /// A session or a turn was started by it (`caused_by`).
    Cause = 0,
    /// An LLM call tries again what failed there (`retry_of`).
    Retry = 1,
    /// A tool call was asked for by this LLM call's response, which names the same call id.
    Request = 2,
}

/// Links between ids, until everything is read.
#[derive(Debug, Default)]
pub(super) struct Causes {
    /// By the node that was started: where to look and for what, best first; and what to say if it is not there.
    starts: BTreeMap<u32, (Vec<(u32, u32)>, String)>,
    /// By the node that tries again: session and id of the failed call.
    retries: BTreeMap<u32, (u32, u32)>,
    /// By session, turn and tool call: the LLM call, and the longer spelling of the tool call.
    requests: HashMap<(u32, u32, u32), (u32, u32)>,
}

/// What is known of why rows are as they are, without opening a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notes {
    /// Rows, ascending, and indices into `texts`.
    pub rows: Vec<(u32, u32)>,
    /// Each text once.
    pub texts: Vec<String>,
}

/// What became of [`Causes`].
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// Nodes, and the node that each came from.
    pub(super) links: Vec<(u32, u32, LinkKind)>,
    /// Nodes whose cause is not in the input, and what it is said to be.
    pub(super) outside: Vec<(u32, String)>,
}

impl ModelBuilder {
    /// Keeps what a session or a turn says it was caused by.
    pub(super) fn note_cause(&mut self, node: u32, incoming: &Incoming<'_>) {
        let Some(metadata) = incoming.header.context.metadata else { return };
        let metadata: body::Metadata<'_> = read(metadata);
        let cause = &*metadata.caused_by;
        let session_id = cause.session_id.get();
        let session = if session_id.is_empty() { incoming.place.session } else { self.session(session_id) };
        let ids = self.cause_ids(cause);
        if !ids.is_empty() {
            let places = ids.into_iter().map(|id| (session, id)).collect();
            self.causes.starts.entry(node).or_insert_with(|| (places, told(cause)));
        }
    }

    /// The node ids that a cause may go by.
    fn cause_ids(&mut self, cause: &body::Cause<'_>) -> Vec<u32> {
        let session = cause.session_id.get();
        let turn = cause.turn_id.get();
        match cause.kind.or(cause.r#type.get()) {
            "turn" => vec![self.id(&["turn:", session, ":", turn])],
            "tool_call" => {
                let call = cause.call_id.get();
                let short = self.id(&["tool:", call]);
                let long = self.id(&["tool:", session, ":", call]);
                let turn = if turn.is_empty() { NONE } else { self.id(&["turn:", session, ":", turn]) };
                vec![self.in_turn(long, turn), self.in_turn(short, turn), long, short]
            }
            "effect" => {
                let effect = cause.effect_id.get();
                vec![self.id(&["code:", session, ":", effect]), self.id(&["effect:", effect])]
            }
            "process" | "process_event" => vec![self.id(&["process:", cause.process_id.get()])],
            "trigger_occurrence" => vec![self.id(&["trigger:", cause.occurrence_id.get()])],
            "session_node" => vec![self.id(&["node:", session, ":", cause.node_id.get()])],
            _ => Vec::new(),
        }
    }

    /// Keeps which call an LLM call tries again.
    pub(super) fn note_retry(&mut self, node: u32, session: u32, call: &str) {
        let id = self.id(&["llm:", call]);
        self.causes.retries.entry(node).or_insert((session, id));
    }

    /// Keeps which LLM call asked for a tool call.
    pub(super) fn note_request(&mut self, incoming: &Incoming<'_>, call: &str) {
        let place = incoming.place;
        let Some(session) = incoming.header.context.session_id.as_deref() else { return };
        if call.is_empty() || place.llm_call == NONE {
            return;
        }
        let short = self.id(&["tool:", call]);
        let long = self.id(&["tool:", session, ":", call]);
        self.causes.requests.entry((place.session, place.turn, short)).or_insert((place.llm_call, long));
    }

    /// Pairs of nodes, as far as both are known; and nodes whose cause is not in the input.
    pub(super) fn resolve_links(&mut self) -> Resolved {
        let Causes { starts, retries, requests } = std::mem::take(&mut self.causes);
        let mut links = Vec::new();
        let mut outside = Vec::new();
        for (node, (places, told)) in starts {
            let own = self.nodes[node as usize].place.session;
            match places.into_iter().find_map(|(session, id)| self.find_cause(session, own, id)) {
                Some(cause) => links.push((node, cause, LinkKind::Cause)),
                None => outside.push((node, told)),
            }
        }
        for (node, (session, id)) in retries {
            let found = self.by_id.get(&(session, id)).copied();
            links.extend(found.map(|cause| (node, cause, LinkKind::Retry)));
        }
        for ((session, turn, short), (llm_call, long)) in requests {
            let tool = [self.in_turn(long, turn), self.in_turn(short, turn)]
                .into_iter()
                .find_map(|id| self.by_id.get(&(session, id)).copied());
            let llm_call = self.by_id.get(&(session, llm_call)).copied();
            links.extend(tool.zip(llm_call).map(|(tool, llm_call)| (tool, llm_call, LinkKind::Request)));
        }
        links.retain(|&(node, cause, _)| node != cause);
        Resolved { links, outside }
    }

    fn find_cause(&self, session: u32, own: u32, id: u32) -> Option<u32> {
        let sessions = [session, own, NONE];
        let known = sessions.into_iter().find_map(|session| self.by_id.get(&(session, id)));
        let known =
            known.or_else(|| sessions.into_iter().find_map(|session| self.aliases.get(&(session, id))));
        known.or_else(|| self.by_id_alone.get(&id)).copied().filter(|&node| node != NONE)
    }
}

/// A cause that is not in the input, in words.
fn told(cause: &body::Cause<'_>) -> String {
    let kind = cause.kind.or(cause.r#type.get()).replace('_', " ");
    let parts = [
        &cause.session_id,
        &cause.turn_id,
        &cause.call_id,
        &cause.effect_id,
        &cause.process_id,
        &cause.occurrence_id,
        &cause.node_id,
    ];
    let ids: Vec<&str> = parts.into_iter().map(Text::get).filter(|id| !id.is_empty()).collect();
    format!("caused by {kind} {}, which is not in the input", ids.join(" "))
}
