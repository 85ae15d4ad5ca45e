//! What can be set.

use std::time::Duration;

/// How long an entry lives unless told otherwise.
pub const DEFAULT_TTL: Duration = Duration::from_secs(600);

/// How a larder behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long an entry lives.
    pub ttl: Duration,
    /// How many entries are kept.
    pub max_entries: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { ttl: DEFAULT_TTL, max_entries: 1000 }
    }
}
