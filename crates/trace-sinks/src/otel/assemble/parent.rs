//! What hangs under what: by the ids that records name, not by what happens to be open.

use serde_json::Value;
use trace_core::CausedBy;

use super::open::{At, Closed, Open, Parent};
use super::{Assembler, Incoming};
use crate::otel::TraceScope;
use crate::otel::ids::NodeKey;
use crate::otel::lanes::Cause;
use crate::otel::place::{Kind, Node, Place, Turn};
use crate::otel::span::Target;

/// How many colons of a node id may part its session from its turn.
const MAX_COLONS: usize = 16;

impl Assembler {
    /// The key of a node in a lane.
    pub(super) fn key(&self, lane: u64, kind: Kind, id: &str) -> NodeKey {
        match self.lanes.get(lane) {
            Some(lane) if lane.session.is_empty() => {
                NodeKey::new(&["", &lane.turn, kind.word(), id, &lane.run])
            }
            Some(lane) => NodeKey::new(&[&lane.session, &lane.turn, kind.word(), id]),
            None => NodeKey::new(&[kind.word(), id]),
        }
    }

    /// The key of a span that only its record stands for.
    pub(super) fn key_of_record(incoming: Incoming<'_>) -> NodeKey {
        let record = incoming.record;
        if record.id.is_empty() {
            // What has no id is known by all that it says.
            return NodeKey::new(&["record", "", &serde_json::to_string(record).unwrap_or_default()]);
        }
        NodeKey::new(&["record", &record.id])
    }

    /// Where a span with a key stands, by its record's context.
    pub(super) fn at(&mut self, incoming: Incoming<'_>, key: NodeKey) -> At {
        let parent = self.parent(incoming);
        At { key, parent }
    }

    /// The parent that a record names; the root of its lane if it names none that has a span.
    pub(super) fn parent(&mut self, incoming: Incoming<'_>) -> Parent {
        let node = Node::parent_of(&incoming.record.context, incoming.place);
        self.parent_at(incoming, node)
    }

    pub(super) fn parent_at(&mut self, incoming: Incoming<'_>, node: Node<'_>) -> Parent {
        match node {
            Node::Turn(turn) => {
                let place = Place { turn: turn_of(turn), ..incoming.place };
                let lane = self.lanes.of(place, &self.hashes, &mut self.scratch);
                self.root_of(lane)
            }
            // A node of another writer has a span only if there is something of it already.
            Node::Other(Kind::Foreign, id) if !self.is_known(incoming.lane, Kind::Foreign, id) => {
                self.parent_at(incoming, Node::Nothing)
            }
            Node::Other(kind, id) => {
                let id = self.process_of_event(incoming.lane, kind, id);
                let key = self.key(incoming.lane, kind, id);
                let lane = self.lane_of_node(incoming, kind, id, &key).unwrap_or(incoming.lane);
                Parent::Node(Cause { lane, node: self.latest_key(lane, kind, id) })
            }
            Node::TurnElsewhere(turn) => match self.turn_elsewhere(incoming, turn) {
                Some(lane) => self.root_of(lane),
                None => Parent::LaneRoot,
            },
            Node::Session(_) | Node::Nothing
                if incoming.place.turn == Turn::None && !incoming.place.session.is_empty() =>
            {
                Parent::Session
            }
            Node::OwnTurn | Node::Session(_) | Node::Nothing => Parent::LaneRoot,
        }
    }

    /// Whether a node of a lane is open or was sent.
    fn is_known(&self, lane: u64, kind: Kind, id: &str) -> bool {
        let id = self.hashes.of(self.key(lane, kind, id).bytes());
        self.open.contains_key(&id) || self.closed.contains(id)
    }

    /// The process of an event's node, which is its id with a number behind it; another node's id as it is.
    fn process_of_event<'a>(&self, lane: u64, kind: Kind, id: &'a str) -> &'a str {
        let event =
            id.rsplit_once(':').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
        match event {
            Some((process, _)) if kind == Kind::Process && !self.is_known(lane, kind, id) => process,
            _ => id,
        }
    }

    fn root_of(&self, lane: u64) -> Parent {
        match self.lanes.get(lane) {
            Some(found) => Parent::Node(Cause { lane, node: found.root.clone() }),
            None => Parent::LaneRoot,
        }
    }

    /// Outside turns, the turn in which a node is open that the session itself does not have: what a turn started goes on
    /// without it.
    fn lane_of_node(&self, incoming: Incoming<'_>, kind: Kind, id: &str, own: &NodeKey) -> Option<u64> {
        let own = self.hashes.of(own.bytes());
        if incoming.place.turn != Turn::None || self.open.contains_key(&own) || self.closed.contains(own) {
            return None;
        }
        self.open_node(Some(incoming.place.session), kind, id)
    }

    /// The lane of a session in which a node is open; for processes, of any session if none is given.
    pub(super) fn open_node(&self, session: Option<&str>, kind: Kind, id: &str) -> Option<u64> {
        let name = NodeKey::new(&["place", session.unwrap_or_default(), kind.word(), id]);
        let lane = *self.places.get(self.hashes.of(name.bytes()))?;
        let key = self.latest_key(lane, kind, id);
        self.open.contains_key(&self.hashes.of(key.bytes())).then_some(lane)
    }

    /// Notes where a span is, for what names it from outside its turn.
    pub(super) fn note_place(&mut self, open: &Open) {
        let Some([session, _, kind, id]) = open.key.parts() else { return };
        let session = std::str::from_utf8(session).unwrap_or_default();
        let is_process = kind == Kind::Process.word().as_bytes();
        let [kind, id] = [kind, id].map(|part| std::str::from_utf8(part).unwrap_or_default());
        for session in [Some(session), is_process.then_some("")].into_iter().flatten() {
            self.scratch.set(&["place", session, kind, id]);
            self.places.insert(self.hashes.of(self.scratch.bytes()), open.lane);
        }
    }

    /// The call that a start begins. Some models number their calls anew in each answer: a start after the end of the call of
    /// that id is another call.
    pub(super) fn starting_call(&mut self, incoming: Incoming<'_>, kind: Kind, id: &str) -> NodeKey {
        let key = self.key(incoming.lane, kind, id);
        let first = self.hashes.of(key.bytes());
        let record = self.record_hash(incoming);
        let is_revisable = self.suspended.get(first).is_some_and(|open| !open.ended);
        let ended = self.closed.get(first).filter(|_| !is_revisable);
        let is_late = |closed: &Closed| closed.begun_by == 0 && incoming.time < closed.end;
        if ended.is_none_or(|closed| closed.begun_by == record || is_late(closed)) {
            return key;
        }
        let again = NodeKey::inside(&key, &["again", &incoming.record.id]);
        if !self.closed.contains(self.hashes.of(again.bytes())) {
            self.again.insert(first, again.clone());
        }
        again
    }

    /// The key of the latest span of a node in a lane: ids of calls may come again.
    pub(super) fn latest_key(&self, lane: u64, kind: Kind, id: &str) -> NodeKey {
        let key = self.key(lane, kind, id);
        if !matches!(kind, Kind::Tool | Kind::Llm) || self.again.is_empty() {
            return key;
        }
        self.again.get(self.hashes.of(key.bytes())).cloned().unwrap_or(key)
    }

    /// The lane of a turn of another session, by the rest of its node id. Ids may hold colons: a turn that is known goes first.
    fn turn_elsewhere(&mut self, incoming: Incoming<'_>, rest: &str) -> Option<u64> {
        let run = incoming.place.run;
        let place = |at: usize| {
            let (session, turn) = (rest.get(..at)?, rest.get(at + 1..)?);
            let place = Place { session, turn: turn_of(turn), run, alone: "" };
            (!session.is_empty() && !turn.is_empty()).then_some(place)
        };
        let colons = rest.match_indices(':').map(|(at, _)| at);
        for place in colons.take(MAX_COLONS).filter_map(place) {
            let lane = self.lanes.find(place, &self.hashes, &mut self.scratch);
            if lane.is_some() {
                return lane;
            }
        }
        let last = place(rest.rfind(':')?)?;
        Some(self.lanes.of(last, &self.hashes, &mut self.scratch))
    }

    /// What a turn, or a session, was started by.
    pub(super) fn cause(&mut self, incoming: Incoming<'_>) -> Option<Cause> {
        let context = &incoming.record.context;
        if let Some(caused_by) = CausedBy::of(context) {
            return self.cause_of(incoming, &caused_by);
        }
        let parent = Node::parent_of(context, incoming.place);
        let cause = match parent {
            Node::Turn(turn) => {
                let place = Place { turn: turn_of(turn), ..incoming.place };
                self.lanes.of(place, &self.hashes, &mut self.scratch)
            }
            Node::TurnElsewhere(turn) => self.turn_elsewhere(incoming, turn)?,
            Node::Other(kind, id) => {
                let id = self.process_of_event(incoming.lane, kind, id);
                let lane = self.open_node(Some(incoming.place.session), kind, id)?;
                return Some(Cause { lane, node: self.latest_key(lane, kind, id) });
            }
            Node::OwnTurn | Node::Session(_) | Node::Nothing => return None,
        };
        Some(Cause { lane: cause, node: self.lanes.get(cause)?.root.clone() })
    }

    fn cause_of(&mut self, incoming: Incoming<'_>, caused_by: &CausedBy) -> Option<Cause> {
        let run = incoming.place.run;
        let (session, turn, kind, id) = match caused_by {
            CausedBy::Turn { session_id, turn_id } => {
                let place = Place { session: session_id, turn: turn_of(turn_id), run, alone: "" };
                let lane = self.lanes.of(place, &self.hashes, &mut self.scratch);
                return Some(Cause { lane, node: self.lanes.get(lane)?.root.clone() });
            }
            CausedBy::ToolCall { session_id, turn_id, call_id } => (session_id, turn_id, Kind::Tool, call_id),
            CausedBy::Effect { session_id, turn_id, effect_id } => {
                (session_id, turn_id, Kind::Effect, effect_id)
            }
            CausedBy::Process { process_id } | CausedBy::ProcessEvent { process_id, .. } => {
                let lane = self.open_node(None, Kind::Process, process_id)?;
                return Some(Cause { lane, node: self.key(lane, Kind::Process, process_id) });
            }
            _ => return None,
        };
        let known = match turn {
            Some(_) => None,
            None => self.open_node(Some(session), kind, id),
        };
        let turn = turn.as_deref().map_or(Turn::None, turn_of);
        let place = Place { session, turn, run, alone: "" };
        let lane = known.unwrap_or_else(|| self.lanes.of(place, &self.hashes, &mut self.scratch));
        // The records of an effect's graph may go elsewhere; the block of code that it is stands for it.
        let is_block =
            kind == Kind::Effect && !self.is_known(lane, kind, id) && self.is_known(lane, Kind::Code, id);
        let kind = if is_block { Kind::Code } else { kind };
        Some(Cause { lane, node: self.latest_key(lane, kind, id) })
    }

    /// The lane of a lane's session outside its turns.
    pub(super) fn session_lane(&mut self, lane: u64) -> Option<u64> {
        let lane = self.lanes.get(lane)?;
        let session = lane.session.clone();
        if session.is_empty() {
            return None;
        }
        let place = Place { session: &session, ..Place::default() };
        Some(self.lanes.of(place, &self.hashes, &mut self.scratch))
    }

    /// Whether a session has a span of its own around its turns.
    pub(super) fn has_session_spans(&self) -> bool {
        self.options.scope != TraceScope::Turn
    }
}

/// A turn by the last part of its node id.
fn turn_of(text: &str) -> Turn<'_> {
    match text.strip_prefix("idx").and_then(|index| index.parse().ok()) {
        Some(index) => Turn::Index(index),
        None => Turn::new(Some(text), None),
    }
}

/// The span of another system that a record names in its metadata, in the form of W3C Trace Context
/// (`traceparent`, <https://www.w3.org/TR/trace-context/#traceparent-header>).
pub(super) fn remote_parent(incoming: Incoming<'_>) -> Option<Target> {
    let text = incoming.record.context.metadata.get("traceparent").and_then(Value::as_str)?;
    let mut parts = text.trim().split('-');
    let (version, trace, span) = (parts.next()?, parts.next()?, parts.next()?);
    let is_hex =
        |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !(is_hex(version, 2) && version != "ff" && is_hex(trace, 32) && is_hex(span, 16)) {
        return None;
    }
    let trace = opentelemetry::trace::TraceId::from_hex(trace).ok()?;
    let span = opentelemetry::trace::SpanId::from_hex(span).ok()?;
    let target = Target { trace, span };
    (trace != Target::NONE.trace && span != Target::NONE.span).then_some(target)
}
