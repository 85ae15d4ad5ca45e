//! All graphs: found by key, linked to their parents, and bounded.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::fact::Fact;
use super::history::{Age, Fingerprint, Fingerprints, History, Link, Taken};
use super::snapshot::TraceLashlangGraphParentLink;
use crate::event::{TraceLashlangExecutionEvent, push_graph_key};

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) graphs: usize,
    pub(super) events: usize,
}

/// All graphs.
#[derive(Debug, Default)]
pub(super) struct Registry {
    graphs: HashMap<Arc<str>, History>,
    /// Every graph, the first to be evicted first.
    queue: BTreeSet<(Age, Arc<str>)>,
    /// By the key of a graph, who started it.
    parents: HashMap<Arc<str>, BTreeSet<Parent>>,
    fingerprints: Fingerprints,
    /// Observations kept, over all graphs.
    events: usize,
    evicted: u64,
    key: String,
}

/// An observation that a graph was started, the earliest first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Parent {
    at: DateTime<Utc>,
    graph: Arc<str>,
    node: Arc<str>,
    fingerprint: Fingerprint,
}

/// What a snapshot is made of.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) facts: Vec<Fact>,
    pub(super) dropped: u64,
    pub(super) parent: Option<TraceLashlangGraphParentLink>,
}

impl Registry {
    /// The keys of all graphs, in order.
    pub(super) fn keys(&self) -> Vec<Arc<str>> {
        let mut keys: Vec<_> = self.graphs.keys().cloned().collect();
        keys.sort_unstable();
        keys
    }

    /// How many graphs were evicted.
    pub(super) fn evicted(&self) -> u64 {
        self.evicted
    }

    /// What is known of a graph.
    pub(super) fn read(&self, key: &str) -> Option<Reading> {
        let history = self.graphs.get(key)?;
        Some(Reading { facts: history.facts(), dropped: history.dropped, parent: self.parent(key) })
    }

    /// Who started a graph first, other than the graph itself.
    fn parent(&self, key: &str) -> Option<TraceLashlangGraphParentLink> {
        let parent = self.parents.get(key)?.iter().find(|parent| *parent.graph != *key)?;
        Some(TraceLashlangGraphParentLink {
            graph_key: parent.graph.as_ref().to_owned(),
            node_id: parent.node.as_ref().to_owned(),
        })
    }

    /// Takes in an observation and evicts what is over the bounds.
    pub(super) fn observe(&mut self, at: DateTime<Utc>, event: &TraceLashlangExecutionEvent, bounds: Bounds) {
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        push_graph_key(&mut key, &event.identity.scope, &event.identity.subject);
        if !self.graphs.contains_key(key.as_str()) {
            self.create(&key, at, event);
        }
        self.take(&key, at, event, bounds);
        self.evict(&key, bounds);
        self.key = key;
    }

    fn create(&mut self, key: &str, at: DateTime<Utc>, event: &TraceLashlangExecutionEvent) {
        let history = History::new(&event.identity, at);
        let key = Arc::<str>::from(key);
        self.queue.insert((history.age, Arc::clone(&key)));
        self.graphs.insert(key, history);
    }

    fn take(&mut self, key: &str, at: DateTime<Utc>, event: &TraceLashlangExecutionEvent, bounds: Bounds) {
        let Some(history) = self.graphs.get_mut(key) else { return };
        let age = history.age;
        let fingerprint = self.fingerprints.of(&event.event_key);
        let taken = history.take(fingerprint, at, event, bounds.events);
        let new_age = history.age;
        if new_age != age {
            self.queue.remove(&(age, Arc::from(key)));
            self.queue.insert((new_age, Arc::from(key)));
        }
        match taken {
            Taken::New(new) => {
                self.events += 1;
                self.link(key, new);
            }
            Taken::Replaced { gone, new } => {
                self.unlink(key, gone);
                self.link(key, new);
            }
            Taken::Known => {}
        }
    }

    fn link(&mut self, key: &str, link: Option<Link>) {
        let Some(link) = link else { return };
        let child = Arc::clone(&link.child.graph_key);
        self.parents.entry(child).or_default().insert(parent_of(key, &link));
    }

    fn unlink(&mut self, key: &str, link: Option<Link>) {
        let Some(link) = link else { return };
        let Some(parents) = self.parents.get_mut(&link.child.graph_key) else { return };
        parents.remove(&parent_of(key, &link));
        if parents.is_empty() {
            self.parents.remove(&link.child.graph_key);
        }
    }

    /// Evicts graphs while there are too many or they hold too much, but never the one just written to.
    fn evict(&mut self, current: &str, bounds: Bounds) {
        while self.graphs.len() > bounds.graphs || self.events > bounds.events {
            let Some(oldest) = self.queue.iter().find(|(_, key)| **key != *current).cloned() else { return };
            self.queue.remove(&oldest);
            let Some(history) = self.graphs.remove(&oldest.1) else { continue };
            self.events = self.events.saturating_sub(history.len());
            self.evicted += 1;
            for link in history.links() {
                self.unlink(&oldest.1, Some(link));
            }
        }
    }
}

fn parent_of(key: &str, link: &Link) -> Parent {
    Parent {
        at: link.at,
        graph: Arc::from(key),
        node: Arc::clone(&link.child.node),
        fingerprint: link.fingerprint,
    }
}
