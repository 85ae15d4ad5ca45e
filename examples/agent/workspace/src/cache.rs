//! The cache itself.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::clock::{Clock, Steady, is_expired};
use crate::config::Options;

/// Keeps values under names for a while.
pub struct Larder<V, C = Steady> {
    options: Options,
    clock: C,
    shelves: HashMap<String, Jar<V>>,
}

struct Jar<V> {
    value: V,
    written: Instant,
    ttl: Duration,
}

impl<V> Larder<V> {
    /// An empty larder.
    pub fn new(options: Options) -> Self {
        Self { options, clock: Steady, shelves: HashMap::new() }
    }
}

impl<V, C: Clock> Larder<V, C> {
    /// Puts a value in; the oldest goes when there is no room.
    pub fn put(&mut self, name: impl Into<String>, value: V) {
        let jar = Jar { value, written: self.clock.now(), ttl: self.options.ttl };
        self.shelves.insert(name.into(), jar);
        while self.shelves.len() > self.options.max_entries {
            let oldest = self.shelves.iter().min_by_key(|(_, jar)| jar.written);
            let Some(name) = oldest.map(|(name, _)| name.clone()) else { break };
            self.shelves.remove(&name);
        }
    }

    /// The value under a name, unless it is too old.
    pub fn get(&mut self, name: &str) -> Option<&V> {
        let now = self.clock.now();
        let jar = self.shelves.get(name)?;
        if is_expired(jar.written, jar.ttl, now) {
            self.shelves.remove(name);
            return None;
        }
        self.shelves.get(name).map(|jar| &jar.value)
    }

    /// Removes all that is too old.
    pub fn sweep(&mut self) {
        let now = self.clock.now();
        self.shelves.retain(|_, jar| !is_expired(jar.written, jar.ttl, now));
    }
}
