//! What all handles of one recorder share: sinks, level, clock, and the policy for failures.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};

use super::clock::{Clock, Moment};
use super::place::Place;
use super::registry::Registry;
use super::scratch::Scratch;
use crate::{TraceContext, TraceEvent, TraceLevel, TraceSink, TraceSinkError, TraceSinkErrorKind};

pub(super) type ErrorHook = Arc<dyn Fn(&TraceSinkError) + Send + Sync>;
pub(super) type IdSource = Arc<dyn Fn() -> String + Send + Sync>;

/// Which of the two sinks a record goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Trace,
    Execution,
}

impl Channel {
    pub(super) fn of(event: &TraceEvent) -> Self {
        match event {
            TraceEvent::LashlangExecution(_) => Self::Execution,
            _ => Self::Trace,
        }
    }
}

#[derive(Default, Clone)]
pub(super) struct Settings {
    pub(super) trace: Option<Arc<dyn TraceSink>>,
    pub(super) execution: Option<Arc<dyn TraceSink>>,
    pub(super) level: TraceLevel,
    pub(super) base: TraceContext,
    pub(super) clock: Clock,
    pub(super) ids: Option<IdSource>,
    pub(super) on_error: Option<ErrorHook>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("trace", &self.trace.is_some())
            .field("execution", &self.execution.is_some())
            .field("level", &self.level)
            .field("base", &self.base)
            .field("clock", &self.clock)
            .field("ids", &self.ids.is_some())
            .field("on_error", &self.on_error.is_some())
            .finish()
    }
}

#[derive(Debug)]
pub(super) struct Core {
    pub(super) settings: Settings,
    pub(super) sessions: Registry,
    failures: AtomicU64,
}

impl Core {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, sessions: Registry::default(), failures: AtomicU64::new(0) }
    }

    /// Whether a channel has a sink.
    pub(super) fn is_open(&self, channel: Channel) -> bool {
        self.sink(channel).is_some()
    }

    /// Whether a record of this level and channel would be written.
    pub(super) fn takes(&self, channel: Channel, level: TraceLevel) -> bool {
        level <= self.settings.level && self.is_open(channel)
    }

    fn sink(&self, channel: Channel) -> Option<&Arc<dyn TraceSink>> {
        match channel {
            Channel::Trace => self.settings.trace.as_ref(),
            Channel::Execution => self.settings.execution.as_ref(),
        }
    }

    /// Writes one record and gives its event back. What the sink says stays here.
    pub(super) fn write(&self, at: DateTime<Utc>, place: &Place<'_>, event: TraceEvent) -> TraceEvent {
        let Some(sink) = self.sink(Channel::of(&event)) else { return event };
        let id = self.host_id();
        Scratch::with(|scratch| {
            scratch.lend(at, id, place, event, |record| {
                let _ = self.guarded(|| sink.append(record));
            })
        })
    }

    /// Writes one record of now.
    pub(super) fn write_now(&self, place: &Place<'_>, event: impl Into<TraceEvent>) {
        self.write(self.now(), place, event.into());
    }

    pub(super) fn flush(&self) -> Result<(), TraceSinkError> {
        let sinks = [Channel::Trace, Channel::Execution].into_iter().filter_map(|channel| self.sink(channel));
        TraceSinkError::collect(sinks.filter_map(|sink| self.guarded(|| sink.flush()).err()))
    }

    pub(super) fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// A fresh id for something that came without one.
    pub(super) fn new_id(&self) -> String {
        self.host_id().unwrap_or_else(|| uuid::Uuid::now_v7().to_string())
    }

    /// The host's next id; none where the host has no say or its source panics.
    fn host_id(&self) -> Option<String> {
        let next = self.settings.ids.as_ref()?;
        self.asked("the source of ids", || next())
    }

    /// What time it is; the system's where the host's clock panics.
    pub(super) fn now(&self) -> DateTime<Utc> {
        match &self.settings.clock {
            Clock::System => Utc::now(),
            Clock::Host(read) => self.asked("the clock", || read()).unwrap_or_else(Utc::now),
        }
    }

    /// What time it is, for measuring from.
    pub(super) fn moment(&self) -> Moment {
        match &self.settings.clock {
            Clock::System => Moment::now(),
            Clock::Host(_) => Moment::at(self.now()),
        }
    }

    /// Milliseconds from a reading to now, for where no timestamp is needed.
    pub(super) fn millis_since(&self, start: Moment) -> u64 {
        start.millis_until_now().unwrap_or_else(|| start.millis_until(self.moment()))
    }

    /// Asks the host for something; a panic of it is a failure. The call may come from a drop in an unwinding thread, where
    /// a panic that got out would abort the process.
    fn asked<T>(&self, whom: &str, ask: impl FnOnce() -> T) -> Option<T> {
        let answer = catch_unwind(AssertUnwindSafe(ask));
        answer.map_err(|panic| self.report(&panicked(whom, &*panic))).ok()
    }

    /// Calls a sink; an error or a panic of it is counted, and the first is reported.
    fn guarded(&self, call: impl FnOnce() -> Result<(), TraceSinkError>) -> Result<(), TraceSinkError> {
        let result =
            catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| Err(panicked("the sink", &*panic)));
        if let Err(error) = &result {
            self.report(error);
        }
        result
    }

    #[cold]
    fn report(&self, error: &TraceSinkError) {
        if self.failures.fetch_add(1, Ordering::Relaxed) > 0 {
            return;
        }
        if let Some(hook) = &self.settings.on_error {
            let _ = catch_unwind(AssertUnwindSafe(|| hook(error)));
        }
    }
}

#[cold]
fn panicked(who: &str, panic: &(dyn Any + Send)) -> TraceSinkError {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let message = format!("{who} panicked: {}", text.unwrap_or("no message"));
    TraceSinkError::new(TraceSinkErrorKind::Other, message)
}
