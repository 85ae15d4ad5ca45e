//! A progress bar for long work.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use trace_viewer::render::Progress;

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// A bar on standard error that appears when work takes long, and goes when it is done.
#[derive(Debug)]
pub(super) struct Bar {
    begun: Option<Instant>,
    bar: Option<ProgressBar>,
}

impl Bar {
    /// A bar, or none.
    pub(super) fn new(wanted: bool) -> Self {
        Self { begun: wanted.then(Instant::now), bar: None }
    }
}

impl Progress for Bar {
    fn report(&mut self, done: u64, size: Option<u64>) {
        if self.begun.is_none_or(|begun| begun.elapsed() < PATIENCE) {
            return;
        }
        let bar = self.bar.get_or_insert_with(new_bar);
        if let Some(size) = size {
            bar.set_length(size.max(done));
        }
        bar.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn new_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("reading {bar:32} {bytes} of {total_bytes}");
    ProgressBar::no_length().with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
