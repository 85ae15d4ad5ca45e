//! How long things take that the example only pretends to wait for.

use std::thread::sleep;
use std::time::Duration;

/// How long waiting for the model, its provider and a far workspace takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    percent: u64,
}

impl Pace {
    /// So many hundredths of what it would take; tests take 0.
    pub(crate) fn percent(percent: u64) -> Self {
        Self { percent }
    }

    /// Waits so many milliseconds, at this pace.
    pub(crate) fn wait(self, millis: u64) {
        sleep(Duration::from_millis(millis * self.percent / 100));
    }
}
