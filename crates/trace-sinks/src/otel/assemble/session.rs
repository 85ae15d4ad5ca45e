//! Sessions and turns.

use std::collections::BTreeMap;

use serde_json::Value;
use trace_core::event::{
    REASON_CANCELLED, SessionStarted, TURN_FAILED, TraceTokenUsage, TurnCompleted, TurnStarted,
};

use super::describe::{MAX_METADATA, write_json};
use super::open::{At, Open, Parent};
use super::parent::remote_parent;
use super::{Assembler, Family, Incoming, family};
use crate::otel::attributes::Attributes;
use crate::otel::ids::NodeKey;
use crate::otel::lanes::{Cause, Same};
use crate::otel::place::{Place, Turn};
use crate::otel::recent::Recent;
use crate::otel::span::{Name, Target};
use crate::otel::{SpanNames, convention};

const SESSION: Family = family("lash.session");
const TURN: Family = Family { name: "lash.turn", operation: Some(convention::operation::INVOKE_AGENT) };

/// The latest turn of each session.
pub(super) type LatestTurns = Recent<(Option<usize>, u64)>;

impl Assembler {
    /// Opens the session's span with its first record, where a trace holds more than a turn.
    pub(super) fn ensure_session(&mut self, incoming: Incoming<'_>) {
        if !self.has_session_spans() || incoming.place.session.is_empty() {
            return;
        }
        let place = Place { turn: Turn::None, ..incoming.place };
        let lane = self.lanes.of(place, &self.hashes, &mut self.scratch);
        let Some(found) = self.lanes.get_mut(lane) else { return };
        found.last = found.last.max(incoming.time);
        let key = found.root.clone();
        if std::mem::replace(&mut found.has_root, true) {
            return self.resume_session(&key);
        }
        let incoming = Incoming { lane, ..incoming };
        let parent = self.start_of(incoming);
        let name = self.name(SESSION, || format!("session {}", incoming.place.session));
        self.begin(incoming, At { key, parent }, SESSION, name, |_, _| {});
    }

    /// A session that was closed for being idle goes on.
    fn resume_session(&mut self, key: &NodeKey) {
        let id = self.hashes.of(key.bytes());
        if self.open.contains_key(&id) {
            return;
        }
        if let Some(session) = self.suspended.remove(id) {
            let session = self.resume(*session);
            self.put_open(id, session);
        }
    }

    pub(super) fn session_started(&mut self, incoming: Incoming<'_>, session: &SessionStarted) {
        let payload = self.options.include_payload_json;
        let fill = |open: &mut Open| {
            describe_metadata(&session.metadata, "lash.session.", payload, &mut open.span.attributes);
        };
        if let Some(agent) = agent_of(&session.metadata)
            && let Some(lane) = self.lanes.get_mut(incoming.lane)
        {
            lane.agent = Same::One(agent.to_owned());
        }
        let Some(lane) = self.lanes.get(incoming.lane) else { return };
        let root = lane.root.clone();
        let is_known = lane.session.is_empty() || self.is_started_by_another(incoming, &root);
        let key = if is_known { Self::key_of_record(incoming) } else { root };
        if self.has_session_spans() {
            let id = self.hashes.of(key.bytes());
            if let Some(open) = self.open.get_mut(&id) {
                fill(open);
            }
            return;
        }
        if self.options.names == SpanNames::GenAi {
            return;
        }
        let parent = if is_known { Parent::Session } else { self.start_of(incoming) };
        if let Some(lane) = self.lanes.get_mut(incoming.lane) {
            lane.has_root = true;
        }
        let name = self.name(SESSION, || format!("session {}", incoming.place.session));
        self.instant(incoming, At { key, parent }, SESSION, name, |_, open| fill(open));
    }

    /// Whether a session's span was made of another record: the session was started before, and goes on.
    fn is_started_by_another(&mut self, incoming: Incoming<'_>, root: &NodeKey) -> bool {
        let record = self.record_hash(incoming);
        let closed = self.closed.get(self.hashes.of(root.bytes()));
        closed.is_some_and(|closed| closed.begun_by != record)
    }

    /// What a session or a turn hangs under; its lane joins the trace of that.
    fn start_of(&mut self, incoming: Incoming<'_>) -> Parent {
        if let Some(remote) = remote_parent(incoming) {
            self.lanes.join_remote(incoming.lane, remote);
            return Parent::Remote(remote);
        }
        let cause = self.cause(incoming).filter(|cause| cause.lane != incoming.lane);
        match cause.filter(|cause| !self.is_inside(cause, incoming)) {
            Some(cause) if self.is_turn_of(&cause, incoming.place.session) => Parent::Linked(cause),
            Some(cause) => {
                self.lanes.set_cause(incoming.lane, cause.clone());
                self.join_session(incoming.lane, &cause);
                Parent::Node(cause)
            }
            _ if incoming.place.turn != Turn::None && self.has_session_spans() => Parent::Session,
            _ => Parent::Nothing,
        }
    }

    /// Whether a session is said to be caused by what is in it.
    fn is_inside(&self, cause: &Cause, incoming: Incoming<'_>) -> bool {
        let [cause, own] = [cause.lane, incoming.lane].map(|lane| self.lanes.get(lane));
        cause.zip(own).is_some_and(|(cause, own)| own.is_session() && cause.session == own.session)
    }

    /// Where a trace holds sessions, a session hangs under what started the first of its turns.
    fn join_session(&mut self, lane: u64, cause: &Cause) {
        if !self.has_session_spans() {
            return;
        }
        let Some(session) = self.session_lane(lane) else { return };
        let [own, other] = [session, cause.lane].map(|lane| self.lanes.get(lane));
        let (Some(own), Some(other)) = (own, other) else { return };
        if own.session == other.session {
            return;
        }
        let id = self.hashes.of(own.root.bytes());
        self.lanes.set_cause(session, cause.clone());
        if self.open.get(&id).is_some_and(|open| open.parent == Parent::Nothing) {
            self.awaited.insert(id, ());
            let settled = self.settle(id, session, Parent::Node(cause.clone()));
            if let Some(open) = self.open.get_mut(&id) {
                (open.parent, open.above) = settled;
            }
        }
    }

    /// Whether a cause is a turn of the same session: what follows it is not a part of it.
    fn is_turn_of(&self, cause: &Cause, session: &str) -> bool {
        self.lanes.get(cause.lane).is_some_and(|lane| lane.root == cause.node && &*lane.session == session)
    }

    fn turn_at(&mut self, incoming: Incoming<'_>) -> At {
        let key = match self.lanes.get(incoming.lane) {
            Some(lane) if !lane.turn.is_empty() => lane.root.clone(),
            _ => NodeKey::new(&["turn", incoming.place.session, incoming.place.alone]),
        };
        At { key, parent: self.start_of(incoming) }
    }

    pub(super) fn turn_started(&mut self, incoming: Incoming<'_>, turn: &TurnStarted) {
        let at = self.turn_at(incoming);
        let agent = self.agent(incoming, agent_of(&turn.metadata));
        let name = self.turn_name(agent.as_deref());
        self.begin(incoming, at, TURN, name, |this, open| {
            describe_turn(open);
            this.link_previous_turn(incoming, open);
            let payload = this.options.include_payload_json;
            describe_metadata(&turn.metadata, "lash.turn.metadata.", payload, &mut open.span.attributes);
            open.span.attributes.text_if(convention::AGENT_NAME, agent.as_deref());
        });
    }

    pub(super) fn turn_completed(&mut self, incoming: Incoming<'_>, turn: &TurnCompleted) {
        let at = self.turn_at(incoming);
        let agent = self.agent(incoming, None);
        let name = self.turn_name(agent.as_deref());
        self.finish(incoming, at, TURN, name.clone(), None, |this, open| {
            // The calls of a turn tell whose it is.
            if let Some(agent) = agent.filter(|_| !open.span.attributes.contains(convention::AGENT_NAME)) {
                open.span.attributes.text(convention::AGENT_NAME, &agent);
                open.span.name = name;
            }
            if !open.started {
                describe_turn(open);
                this.link_previous_turn(incoming, open);
            }
            this.tell_conversation(incoming, open);
            this.describe_turn_end(incoming, turn, open);
        });
    }

    /// The agent of a turn, by its start, its context, its calls or its session.
    fn agent(&mut self, incoming: Incoming<'_>, named: Option<&str>) -> Option<String> {
        let named = named.or_else(|| agent_of(&incoming.record.context.metadata));
        if let Some(agent) = named {
            return Some(agent.to_owned());
        }
        let session =
            self.session_lane(incoming.lane).and_then(|lane| self.lanes.get(lane)).map(|lane| &lane.agent);
        let calls = self.lanes.get(incoming.lane).map(|lane| &lane.agent);
        match (calls, session) {
            (Some(Same::Several) | None, _) => None,
            (Some(calls), session) => calls.one().or_else(|| session?.one()).map(str::to_owned),
        }
    }

    fn turn_name(&self, agent: Option<&str>) -> Name {
        self.name(TURN, || match agent {
            Some(agent) => format!("invoke_agent {agent}"),
            None => "invoke_agent".to_owned(),
        })
    }

    fn describe_turn_end(&mut self, incoming: Incoming<'_>, turn: &TurnCompleted, open: &mut Open) {
        let to = &mut open.span.attributes;
        to.text("lash.turn.status", &turn.status);
        to.text("lash.turn.done_reason", &turn.done_reason);
        let switch = turn.agent_frame_switch.as_ref();
        to.text_if("lash.turn.agent_frame_switch.frame_id", switch.map(|switch| &*switch.frame_id));
        let last = self.lanes.get(incoming.lane).map(|lane| lane.last);
        open.span.end = open.span.end.max(last.unwrap_or_default());
        self.describe_sums(incoming.lane, to);
        // A turn that its user stopped is written as failed by some.
        if turn.status == TURN_FAILED && turn.done_reason != REASON_CANCELLED {
            open.fail(&turn.done_reason, &turn.done_reason);
        }
    }

    /// What the calls of a turn come to.
    pub(super) fn describe_sums(&self, lane: u64, to: &mut Attributes) {
        let Some(lane) = self.lanes.get(lane) else { return };
        to.text_if(convention::REQUEST_MODEL, lane.model.one());
        if lane.calls > 0 {
            to.int("lash.turn.llm_calls", lane.calls);
        }
        if lane.spent == TraceTokenUsage::default() {
            return;
        }
        to.int("lash.turn.usage.input_tokens", convention::inclusive_input(&lane.spent));
        to.int("lash.turn.usage.output_tokens", lane.spent.output_tokens);
        if self.options.turn_usage {
            let counts = convention::usage_attributes(&lane.spent, self.options.cache_creation_alias);
            counts.for_each(|(name, count)| to.int(name, count));
        }
    }

    /// Links a turn to the one before it in its session.
    fn link_previous_turn(&mut self, incoming: Incoming<'_>, open: &mut Open) {
        let session = self.hashes.of(incoming.place.session.as_bytes());
        let index = incoming.record.context.turn_index;
        let previous = self.latest_turns.get(session).copied();
        let is_newer = previous.is_none_or(|(known, _)| index >= known);
        if is_newer {
            self.latest_turns.insert(session, (index, incoming.lane));
        }
        let Some((_, lane)) = previous.filter(|(_, lane)| is_newer && *lane != incoming.lane) else { return };
        if self.lanes.get(lane).is_some() {
            let target: Target = self.lanes.root(lane, &self.hashes, &mut self.scratch);
            open.span.add_link(target, "previous_turn");
        }
    }
}

/// The agent that metadata name.
fn agent_of(metadata: &BTreeMap<String, Value>) -> Option<&str> {
    let name = ["agent_name", "agent"].iter().find_map(|key| metadata.get(*key)?.as_str());
    name.filter(|name| !name.is_empty())
}

fn describe_metadata(
    metadata: &BTreeMap<String, Value>,
    start: &'static str,
    payload: bool,
    to: &mut Attributes,
) {
    to.int("lash.metadata.count", metadata.len());
    metadata.iter().take(MAX_METADATA).for_each(|(key, value)| to.json(start, key, value));
    if payload {
        to.written("lash.metadata.json", |text| write_json(metadata, text));
    }
}

/// What every turn says.
fn describe_turn(open: &mut Open) {
    open.span.attributes.bool("lash.turn.root", true);
}
