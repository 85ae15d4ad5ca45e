//! The latest entries of many: what a bounded memory keeps.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

use foldhash::fast::RandomState;

/// Keys that are hashes already.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// A map by hashes.
pub(super) type ByHash<T> = HashMap<u64, T, BuildHasherDefault<Same>>;

/// A set of hashes.
pub(super) type SomeHashes = HashSet<u64, BuildHasherDefault<Same>>;

/// Makes hashes that nobody outside this process can foresee.
#[derive(Debug, Clone, Default)]
pub(super) struct Hashes(RandomState);

impl Hashes {
    pub(super) fn of(&self, bytes: &[u8]) -> u64 {
        let mut hasher = self.0.build_hasher();
        hasher.write(bytes);
        hasher.finish()
    }
}

/// The latest entries: at least `capacity`, at most twice as many.
#[derive(Debug)]
pub(super) struct Recent<T> {
    young: ByHash<T>,
    old: ByHash<T>,
    capacity: usize,
}

impl<T> Recent<T> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { young: ByHash::default(), old: ByHash::default(), capacity }
    }

    pub(super) fn insert(&mut self, key: u64, value: T) {
        if self.young.len() >= self.capacity {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    pub(super) fn get(&self, key: u64) -> Option<&T> {
        self.young.get(&key).or_else(|| self.old.get(&key))
    }

    pub(super) fn get_mut(&mut self, key: u64) -> Option<&mut T> {
        match self.young.get_mut(&key) {
            None => self.old.get_mut(&key),
            young => young,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.young.is_empty() && self.old.is_empty()
    }

    pub(super) fn contains(&self, key: u64) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn remove(&mut self, key: u64) -> Option<T> {
        let young = self.young.remove(&key);
        let old = self.old.remove(&key);
        young.or(old)
    }
}
