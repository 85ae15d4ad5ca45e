//! The sessions of a recorder, by id.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::ledger::lock;
use super::session::Account;

/// How many sessions are remembered that no handle holds.
const MAX_IDLE: usize = 10_000;

/// How many may come on top before those used least recently are forgotten: a sweep looks at all of them.
const SLACK: usize = MAX_IDLE / 4;

/// The accounts of sessions that were started, so that a later handle of one goes on with it.
#[derive(Debug, Default)]
pub(super) struct Registry(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    sessions: HashMap<String, Entry>,
    /// Counts look-ups; an entry's age is told by it.
    clock: u64,
    /// How many entries the last sweep could not drop.
    kept: usize,
}

#[derive(Debug)]
struct Entry {
    account: Arc<Account>,
    used: u64,
}

impl Registry {
    /// The account of a session, and whether it is new: then `open` makes it.
    pub(super) fn account(&self, session_id: &str, open: impl FnOnce() -> Account) -> (Arc<Account>, bool) {
        let mut known = lock(&self.0);
        known.clock += 1;
        let used = known.clock;
        if let Some(entry) = known.sessions.get_mut(session_id) {
            entry.used = used;
            return (Arc::clone(&entry.account), false);
        }
        let account = Arc::new(open());
        known.sessions.insert(session_id.to_owned(), Entry { account: Arc::clone(&account), used });
        if known.sessions.len() > known.kept.max(MAX_IDLE) + SLACK {
            known.sweep();
        }
        (account, true)
    }
}

impl Known {
    /// Forgets the idle sessions used least recently, down to the bound. What a handle holds stays.
    fn sweep(&mut self) {
        let is_idle = |entry: &Entry| Arc::strong_count(&entry.account) == 1;
        let mut ages: Vec<u64> =
            self.sessions.values().filter(|entry| is_idle(entry)).map(|entry| entry.used).collect();
        if let Some(excess) = ages.len().checked_sub(MAX_IDLE + 1) {
            let (_, newest_dropped, _) = ages.select_nth_unstable(excess);
            let newest_dropped = *newest_dropped;
            self.sessions.retain(|_, entry| !is_idle(entry) || entry.used > newest_dropped);
        }
        self.kept = self.sessions.len();
    }
}
