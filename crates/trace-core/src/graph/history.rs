//! The observations of one graph.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::fact::{ByJson, Child, Fact, Step};
use super::names::Names;
use crate::event::{ExecutionStep, TraceLashlangExecutionEvent, TraceLashlangExecutionIdentity};

/// How many observations of its map and its end a graph without room still takes in.
const FRAMES: usize = 16;

/// Stands for an event key: 128 bits under two secret keys, so that even chosen keys do not meet.
pub(super) type Fingerprint = u128;

/// Makes fingerprints.
#[derive(Debug, Default)]
pub(super) struct Fingerprints([RandomState; 2]);

impl Fingerprints {
    pub(super) fn of(&self, event_key: &str) -> Fingerprint {
        let [high, low] = &self.0;
        u128::from(high.hash_one(event_key)) << 64 | u128::from(low.hash_one(event_key))
    }
}

/// The observations of one graph, one for each event key.
#[derive(Debug)]
pub(super) struct History {
    facts: HashMap<Fingerprint, Fact>,
    names: Names,
    identity: ByJson<TraceLashlangExecutionIdentity>,
    /// Where it stands in the queue for eviction.
    pub(super) age: Age,
    pub(super) dropped: u64,
}

/// Which graph goes first: ended before running, then by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Age {
    Ended(DateTime<Utc>),
    Running(DateTime<Utc>),
}

impl Age {
    fn end(&mut self, at: DateTime<Utc>) {
        *self = match *self {
            Self::Ended(known) => Self::Ended(known.min(at)),
            Self::Running(_) => Self::Ended(at),
        };
    }
}

/// What taking in an observation did to the history.
#[derive(Debug)]
pub(super) enum Taken {
    /// A new event key; the child it links, if it does.
    New(Option<Link>),
    /// The observation kept under this event key changed.
    Replaced { gone: Option<Link>, new: Option<Link> },
    /// Nothing changed.
    Known,
}

/// A child and when and where it was started.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) at: DateTime<Utc>,
    pub(super) child: Arc<Child>,
    pub(super) fingerprint: Fingerprint,
}

impl History {
    pub(super) fn new(identity: &TraceLashlangExecutionIdentity, at: DateTime<Utc>) -> Self {
        Self {
            facts: HashMap::new(),
            names: Names::default(),
            identity: ByJson::new(identity),
            age: Age::Running(at),
            dropped: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }

    /// The observations, in no order.
    pub(super) fn facts(&self) -> Vec<Fact> {
        self.facts.values().cloned().collect()
    }

    /// The children it links.
    pub(super) fn links(&self) -> impl Iterator<Item = Link> {
        self.facts.iter().filter_map(|(fingerprint, fact)| link(*fingerprint, fact))
    }

    /// Takes in an observation, unless it is a new one and there is no room.
    pub(super) fn take(
        &mut self,
        fingerprint: Fingerprint,
        at: DateTime<Utc>,
        event: &TraceLashlangExecutionEvent,
        room: usize,
    ) -> Taken {
        let full = self.facts.len() >= room_for(&event.step, room);
        let entry = match self.facts.entry(fingerprint) {
            // The usual replay: whatever it says, what is kept is earlier.
            Entry::Occupied(entry) if entry.get().at < at => return Taken::Known,
            Entry::Vacant(_) if full => {
                self.dropped += 1;
                return Taken::Known;
            }
            entry => entry,
        };
        let identity = share(&self.identity, &event.identity);
        let fact = Fact { at, step: self.names.step(&event.step), identity };
        if fact.step.is_end() {
            self.age.end(at);
        }
        let taken = keep(entry, fact);
        // Only what stands in the place of another observation, or is let go, leaves strings behind.
        if !matches!(taken, Taken::New(_)) {
            self.names.prune();
        }
        taken
    }
}

/// Keeps the lesser of two observations with one event key.
fn keep(entry: Entry<'_, Fingerprint, Fact>, fact: Fact) -> Taken {
    let fingerprint = *entry.key();
    let new = link(fingerprint, &fact);
    match entry {
        Entry::Vacant(entry) => {
            entry.insert(fact);
            Taken::New(new)
        }
        Entry::Occupied(mut entry) if fact < *entry.get() => {
            let gone = link(fingerprint, &entry.insert(fact));
            Taken::Replaced { gone, new }
        }
        Entry::Occupied(_) => Taken::Known,
    }
}

/// A graph without room still learns its map and its end.
fn room_for(step: &ExecutionStep, room: usize) -> usize {
    match step {
        ExecutionStep::ExecutionStarted(_) | ExecutionStep::ExecutionFinished(_) => {
            room.saturating_add(FRAMES)
        }
        _ => room,
    }
}

/// Nearly every event of a graph carries the same identity; it is kept once.
fn share(
    known: &ByJson<TraceLashlangExecutionIdentity>,
    identity: &TraceLashlangExecutionIdentity,
) -> ByJson<TraceLashlangExecutionIdentity> {
    if **known == *identity { known.clone() } else { ByJson::new(identity) }
}

fn link(fingerprint: Fingerprint, fact: &Fact) -> Option<Link> {
    match &fact.step {
        Step::Child(child) => Some(Link { at: fact.at, child: Arc::clone(child), fingerprint }),
        Step::Started(_)
        | Step::NodeStarted(_)
        | Step::Branch(_)
        | Step::NodeCompleted(_)
        | Step::NodeFailed(..)
        | Step::Finished(_)
        | Step::Unknown => None,
    }
}
