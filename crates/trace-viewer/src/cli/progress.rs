//! A progress bar for long work.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use trace_viewer::render::Progress;

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// A bar on standard error that appears when work takes long, and goes when it is done.
#[derive(Debug)]
pub(super) struct Bar {
    begun: Option<Instant>,
    bar: Arc<OnceLock<ProgressBar>>,
}

/// Says lines while there may be a bar, from any thread.
#[cfg(feature = "otel")]
#[derive(Debug)]
pub(super) struct Aside(Arc<OnceLock<ProgressBar>>);

#[cfg(feature = "otel")]
impl Aside {
    /// Says a line above the bar.
    pub(super) fn line(&self, line: &str) {
        match self.0.get() {
            Some(bar) => bar.suspend(|| super::report::line(line)),
            None => super::report::line(line),
        }
    }
}

impl Bar {
    /// A bar, or none.
    pub(super) fn new(wanted: bool) -> Self {
        Self { begun: wanted.then(Instant::now), bar: Arc::default() }
    }

    /// What says lines beside this bar.
    #[cfg(feature = "otel")]
    pub(super) fn aside(&self) -> Aside {
        Aside(Arc::clone(&self.bar))
    }
}

impl Progress for Bar {
    fn report(&mut self, done: u64, size: Option<u64>) {
        if self.begun.is_none_or(|begun| begun.elapsed() < PATIENCE) {
            return;
        }
        let bar = self.bar.get_or_init(new_bar);
        if let Some(size) = size {
            bar.set_length(size.max(done));
        }
        bar.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

fn new_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("reading {bar:32} {bytes} of {total_bytes}");
    ProgressBar::no_length().with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
