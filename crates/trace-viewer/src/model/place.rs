//! Where a record says it belongs, and what it calls itself.

use trace_core::TraceHeader;

use super::RowKind;
use super::body;
use super::build::{Incoming, ModelBuilder};
use super::ids::NONE;
use super::lenient::read;
use super::node::{Node, Parent, Place};
use super::time::Instant;

impl ModelBuilder {
    pub(super) fn place(&mut self, header: &TraceHeader<'_>, time: Option<Instant>) -> Place {
        let context = &header.context;
        let Some(session_id) = context.session_id.as_deref() else {
            return Place { parent: self.named_parent(header), ..Place::NOWHERE };
        };
        let session = self.session(session_id);
        if let Some(time) = time {
            self.session_spans[session as usize].add(time);
        }
        let turn = match (context.turn_id.as_deref(), context.turn_index) {
            (Some(turn), _) if !turn.is_empty() => self.id(&["turn:", session_id, ":", turn]),
            (_, Some(turn)) => self.id(&["turn:", session_id, ":idx", &turn.to_string()]),
            _ => NONE,
        };
        let llm_call = match context.llm_call_id.as_deref() {
            Some(call) if !call.is_empty() => self.id(&["llm:", call]),
            _ => NONE,
        };
        Place { session, turn, llm_call, parent: self.named_parent(header) }
    }

    fn named_parent(&mut self, header: &TraceHeader<'_>) -> Parent {
        let context = &header.context;
        let Some(parent) = context.parent_graph_node_id.as_deref().filter(|parent| !parent.is_empty()) else {
            return Parent::Unnamed;
        };
        if let Some(session) = parent.strip_prefix("session:") {
            return Parent::Session(self.session(session));
        }
        let cause: body::Metadata<'_> = context.metadata.map(read).unwrap_or_default();
        let session = match cause.caused_by.session_id.get() {
            "" => NONE,
            session => self.session(session),
        };
        Parent::Node { id: self.id(&[parent]), session }
    }

    /// The node id that a record names itself by.
    pub(super) fn node_id(&mut self, incoming: &Incoming<'_>) -> Option<u32> {
        let id = incoming.header.context.graph_node_id.as_deref().filter(|id| !id.is_empty())?;
        Some(self.id(&[id]))
    }

    /// A row for a record that tells of something else: it stands in the node whose id it carries, or beside its run.
    pub(super) fn beside(&mut self, incoming: &Incoming<'_>, kind: RowKind, name: u32) -> u32 {
        let mut row = Node::new(kind, incoming.place);
        row.name = name;
        row.start = Some(incoming.moment);
        let node = self.add(row);
        if let Some(own) = self.node_id(incoming) {
            self.beside.push((node, own));
        } else if incoming.place.session == NONE
            && incoming.place.parent == Parent::Unnamed
            && let Some(run) = incoming.header.context.run_id.as_deref().filter(|run| !run.is_empty())
        {
            let run = self.id(&["\u{1f}run:", run]);
            self.beside.push((node, run));
        }
        node
    }

    /// Finds what log lines and the like tell of. An id that is nobody else's is their own.
    pub(super) fn settle_beside(&mut self) {
        for (node, id) in std::mem::take(&mut self.beside) {
            let session = self.nodes[node as usize].place.session;
            if let Some(&owner) = self.by_id.get(&(session, id)) {
                self.node(node).place.parent = Parent::Known(owner);
            } else {
                self.aliases.entry((session, id)).or_insert(node);
            }
        }
    }

    /// Makes a node known by an id within its session. The first to claim an id keeps it.
    pub(super) fn register(&mut self, session: u32, id: u32, node: u32) {
        self.by_id.entry((session, id)).or_insert(node);
    }

    /// Makes a node known by the id that its record carries: everywhere, if the id names the session.
    pub(super) fn register_own(&mut self, incoming: &Incoming<'_>, node: u32) {
        let Some(id) = self.node_id(incoming) else { return };
        self.register(incoming.place.session, id, node);
        if names_session(incoming.header) {
            let alone = self.by_id_alone.entry(id).or_insert(node);
            if *alone != node {
                *alone = NONE;
            }
        }
    }
}

/// Whether a record's node id is scoped by its session, so that it can mean one node only.
fn names_session(header: &TraceHeader<'_>) -> bool {
    let (Some(id), Some(session)) = (&header.context.graph_node_id, &header.context.session_id) else {
        return false;
    };
    let rest = id.split_once(':').and_then(|(_, rest)| rest.strip_prefix(session.as_ref()));
    !session.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}
