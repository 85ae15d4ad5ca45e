//! Lanes: the turns of each session, and what is outside of them. Each has one trace, its own or that of its cause.

use std::sync::Arc;

use opentelemetry::trace::{SpanId, TraceId};
use trace_core::event::TraceTokenUsage;

use super::ids::{NodeKey, span_id, trace_id};
use super::place::{Place, Turn};
use super::recent::{ByHash, Hashes};
use super::span::Target;
use super::time::Time;
use super::{OtelOptions, TraceScope};

/// How many causes are followed to the trace of the first.
const MAX_CAUSES: usize = 256;
/// How many lanes without open spans are remembered.
const MAX_LANES: usize = 65_536;

/// A turn, or a session outside its turns.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) session: Arc<str>,
    pub(super) turn: Arc<str>,
    pub(super) run: Arc<str>,
    /// The turn's span, or the session's.
    pub(super) root: NodeKey,
    /// Decided once, when the first span of the lane needs it.
    trace: Option<TraceId>,
    root_span: Option<SpanId>,
    /// Where it was started from.
    cause: Option<Cause>,
    /// Whether its root has a span.
    pub(super) has_root: bool,
    /// The span of another system that started it.
    pub(super) remote: Option<Target>,
    pub(super) open: usize,
    pub(super) last: Time,
    pub(super) spent: TraceTokenUsage,
    pub(super) calls: u64,
    pub(super) model: Same,
    /// The agent's name, by its calls.
    pub(super) agent: Same,
    pub(super) conversation: super::assemble::Conversation,
    /// Tool calls that the latest answer asked for, by hash, and the call that gave it.
    pub(super) requested: (Vec<u64>, NodeKey),
    /// The block of code without an id that is open.
    pub(super) code: Option<NodeKey>,
}

impl Lane {
    /// Whether this is a session outside its turns.
    pub(super) fn is_session(&self) -> bool {
        self.turn.is_empty() && !self.session.is_empty()
    }
}

/// What the calls of a turn have in common: the model, the agent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Same {
    #[default]
    None,
    One(String),
    Several,
}

impl Same {
    pub(super) fn add(&mut self, name: &str) {
        match self {
            Self::None => *self = Self::One(name.to_owned()),
            Self::One(known) if known == name => {}
            Self::One(_) => *self = Self::Several,
            Self::Several => {}
        }
    }

    /// The one that all have.
    pub(super) fn one(&self) -> Option<&str> {
        match self {
            Self::One(name) => Some(name),
            Self::None | Self::Several => None,
        }
    }
}

/// A span in a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    pub(super) lane: u64,
    pub(super) node: NodeKey,
}

/// All lanes, by the hash of session and turn.
#[derive(Debug)]
pub(super) struct Lanes {
    by_hash: ByHash<Lane>,
    scope: TraceScope,
    tenant: String,
    scratch: String,
    /// At how many lanes idle ones are looked for.
    crowded: usize,
}

impl Lanes {
    pub(super) fn new(options: &OtelOptions) -> Self {
        Self {
            by_hash: ByHash::default(),
            scope: options.scope,
            tenant: options.tenant.to_string(),
            scratch: String::new(),
            crowded: MAX_LANES,
        }
    }

    /// The lane of a place, if there is one.
    pub(super) fn find(&mut self, place: Place<'_>, hashes: &Hashes, scratch: &mut NodeKey) -> Option<u64> {
        let key = self.hash(place, hashes, scratch);
        self.by_hash.contains_key(&key).then_some(key)
    }

    fn hash(&mut self, place: Place<'_>, hashes: &Hashes, scratch: &mut NodeKey) -> u64 {
        self.scratch.clear();
        place.turn.write_to(&mut self.scratch);
        let (run, alone) = match (place.session, place.run) {
            ("", "") if place.turn == Turn::None => ("", place.alone),
            ("", run) => (run, ""),
            _ => ("", ""),
        };
        scratch.set(&["lane", place.session, &self.scratch, run, alone]);
        hashes.of(scratch.bytes())
    }

    /// The lane of a place, made where it is new.
    pub(super) fn of(&mut self, place: Place<'_>, hashes: &Hashes, scratch: &mut NodeKey) -> u64 {
        let key = self.hash(place, hashes, scratch);
        let turn = &*self.scratch;
        self.by_hash.entry(key).or_insert_with(|| {
            let root = match place {
                Place { session: "", turn: Turn::None, run: "", alone } => NodeKey::new(&["alone", alone]),
                Place { session: "", turn: Turn::None, run, .. } => NodeKey::new(&["run", run]),
                Place { session, turn: Turn::None, .. } => NodeKey::new(&["session", session]),
                Place { session: "", run, .. } => NodeKey::new(&["turn", "", turn, run]),
                Place { session, .. } => NodeKey::new(&["turn", session, turn]),
            };
            Lane {
                session: place.session.into(),
                turn: turn.into(),
                run: place.run.into(),
                root,
                trace: None,
                root_span: None,
                cause: None,
                has_root: false,
                remote: None,
                open: 0,
                last: Time::default(),
                spent: TraceTokenUsage::default(),
                calls: 0,
                model: Same::None,
                agent: Same::None,
                conversation: super::assemble::Conversation::default(),
                requested: (Vec::new(), NodeKey::default()),
                code: None,
            }
        });
        key
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.by_hash.len()
    }

    pub(super) fn get(&self, lane: u64) -> Option<&Lane> {
        self.by_hash.get(&lane)
    }

    pub(super) fn get_mut(&mut self, lane: u64) -> Option<&mut Lane> {
        self.by_hash.get_mut(&lane)
    }

    /// Notes what started a lane, until its trace is decided.
    pub(super) fn set_cause(&mut self, lane: u64, cause: Cause) {
        if let Some(lane) = self.by_hash.get_mut(&lane) {
            lane.cause.get_or_insert(cause);
        }
    }

    /// Makes a lane part of a trace of another system, unless its trace is decided.
    pub(super) fn join_remote(&mut self, lane: u64, remote: Target) {
        if let Some(lane) = self.by_hash.get_mut(&lane)
            && lane.trace.is_none()
        {
            lane.trace = Some(remote.trace);
            lane.remote = Some(remote);
        }
    }

    /// The trace of a lane. Once decided it stays, whatever is learned later.
    pub(super) fn trace(&mut self, lane: u64, hashes: &Hashes, scratch: &mut NodeKey) -> TraceId {
        let mut chain = Vec::new();
        let mut at = lane;
        let trace = loop {
            let Some(here) = self.by_hash.get(&at) else { break trace_id(&[&self.tenant, "lost"]) };
            if let Some(trace) = here.trace {
                break trace;
            }
            let next = self.next(at, hashes, scratch);
            chain.push(at);
            match next {
                Some(next) if !chain.contains(&next) && chain.len() < MAX_CAUSES => at = next,
                _ => break self.own_trace(at),
            }
        };
        for lane in chain {
            if let Some(lane) = self.by_hash.get_mut(&lane) {
                lane.trace = Some(trace);
            }
        }
        trace
    }

    /// The lane whose trace a lane shares.
    fn next(&mut self, lane: u64, hashes: &Hashes, scratch: &mut NodeKey) -> Option<u64> {
        let here = self.by_hash.get(&lane)?;
        if self.scope == TraceScope::Run && !here.run.is_empty() {
            return None;
        }
        if self.scope != TraceScope::Turn && !here.turn.is_empty() {
            let (session, run) = (Arc::clone(&here.session), Arc::clone(&here.run));
            let place = Place { session: &session, run: &run, ..Place::default() };
            return Some(self.of(place, hashes, scratch));
        }
        here.cause.as_ref().map(|cause| cause.lane).filter(|cause| self.by_hash.contains_key(cause))
    }

    fn own_trace(&self, lane: u64) -> TraceId {
        let Some(lane) = self.by_hash.get(&lane) else { return trace_id(&[&self.tenant, "lost"]) };
        let tenant = &*self.tenant;
        match (&*lane.session, &*lane.turn, &*lane.run) {
            (_, _, run) if self.scope == TraceScope::Run && !run.is_empty() => {
                trace_id(&[tenant, "run", run])
            }
            ("", _, "") => trace_id(&[tenant, "alone", &String::from_utf8_lossy(lane.root.bytes())]),
            ("", _, run) => trace_id(&[tenant, "program", run]),
            // Of what is outside turns, another scope makes another trace: the two never mix.
            (session, "", _) if self.scope == TraceScope::Turn => trace_id(&[tenant, "outside", session]),
            (session, "", _) => trace_id(&[tenant, "session", session]),
            (session, turn, _) => trace_id(&[tenant, "turn", session, turn]),
        }
    }

    /// The span at the root of a lane.
    pub(super) fn root(&mut self, lane: u64, hashes: &Hashes, scratch: &mut NodeKey) -> Target {
        let trace = self.trace(lane, hashes, scratch);
        let Some(lane) = self.by_hash.get_mut(&lane) else { return Target::NONE };
        let span = *lane.root_span.get_or_insert_with(|| span_id(trace, lane.root.bytes()));
        Target { trace, span }
    }

    /// The latest record of each lane or of what it started, by lane.
    pub(super) fn activity(&self) -> ByHash<Time> {
        let mut latest: ByHash<Time> = self.by_hash.iter().map(|(key, lane)| (*key, lane.last)).collect();
        for lane in self.by_hash.values() {
            let mut cause = lane.cause.as_ref();
            for _ in 0..MAX_CAUSES {
                let Some(next) = cause else { break };
                if let Some(time) = latest.get_mut(&next.lane) {
                    *time = (*time).max(lane.last);
                }
                cause = self.by_hash.get(&next.lane).and_then(|lane| lane.cause.as_ref());
            }
        }
        latest
    }

    /// Forgets the longest idle half of the lanes without open spans, when there are many.
    pub(super) fn prune(&mut self) {
        if self.by_hash.len() <= self.crowded {
            return;
        }
        let idle = self.by_hash.values().filter(|lane| lane.open == 0);
        let mut idle: Vec<Time> = idle.map(|lane| lane.last).collect();
        let middle = idle.len() / 2;
        if middle > 0 {
            let limit = *idle.select_nth_unstable(middle).1;
            self.by_hash.retain(|_, lane| lane.open > 0 || lane.last > limit);
        }
        self.crowded = MAX_LANES.max(self.by_hash.len() * 3 / 2);
    }
}
