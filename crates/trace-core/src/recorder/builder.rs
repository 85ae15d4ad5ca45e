//! Setting up a recorder.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Recorder;
use super::clock::Clock;
use super::core::{Core, Settings};
use crate::{TraceContext, TraceLevel, TraceSink, TraceSinkError};

/// Sets up a [`Recorder`]. Without a sink it makes one that does nothing.
#[derive(Debug, Clone, Default)]
#[must_use = "call build() to get the recorder"]
pub struct RecorderBuilder {
    settings: Settings,
}

impl RecorderBuilder {
    /// Where records go, except those of execution graphs.
    pub fn trace_sink(mut self, sink: Arc<dyn TraceSink>) -> Self {
        self.settings.trace = Some(sink);
        self
    }

    /// How much is recorded; [`TraceLevel::Standard`] unless set.
    pub fn trace_level(mut self, level: TraceLevel) -> Self {
        self.settings.level = level;
        self
    }

    /// Where records of execution graphs go, and nothing else. Without it they are not built.
    pub fn execution_sink(mut self, sink: Arc<dyn TraceSink>) -> Self {
        self.settings.execution = Some(sink);
        self
    }

    /// What every record's context carries; what a session or turn sets wins, metadata is merged.
    pub fn base_context(mut self, context: TraceContext) -> Self {
        self.settings.base = context;
        self
    }

    /// Hears of the first failure of a sink, the clock or the source of ids. Later ones are only counted, see [`Recorder::failures`].
    pub fn on_error(mut self, hook: impl Fn(&TraceSinkError) + Send + Sync + 'static) -> Self {
        self.settings.on_error = Some(Arc::new(hook));
        self
    }

    /// The clock for timestamps and durations; the system's unless set, and where it panics.
    pub fn clock(mut self, now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.settings.clock = Clock::Host(Arc::new(now));
        self
    }

    /// The source of ids for records, and for calls that come without one; UUIDs v7 unless set, and where it panics.
    pub fn ids(mut self, next: impl Fn() -> String + Send + Sync + 'static) -> Self {
        self.settings.ids = Some(Arc::new(next));
        self
    }

    /// The recorder.
    #[must_use]
    pub fn build(self) -> Recorder {
        let on = self.settings.trace.is_some() || self.settings.execution.is_some();
        Recorder { core: on.then(|| Arc::new(Core::new(self.settings))) }
    }
}
