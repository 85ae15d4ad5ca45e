//! The handle of the thread that sends spans.

use std::sync::{Arc, MutexGuard};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use super::backoff::Patience;
use super::destination::Destination;
use super::sampling::Sampling;
use super::sender::Sender;
use super::shared::{Closing, Rest, Shared, State, after, wait};
use super::{ExportSettings, Finished, NotTaken, Overflow};
use crate::otel::OtelReport;

/// How long a worker that is dropped may take to send what is left.
const DROP_TIMEOUT: Duration = Duration::from_secs(5);

/// Sends finished spans from a thread of its own.
///
/// Each span pushed is at any moment exactly one of exported, rejected, dropped, failed, sampled out or queued.
#[derive(Debug)]
pub(in crate::otel) struct Worker<T: Finished> {
    pub(super) shared: Arc<Shared<T>>,
    sampling: Sampling,
    overflow: Overflow,
    thread: Option<ThreadId>,
}

impl<T: Finished> Worker<T> {
    /// Starts the thread. Where the system refuses one, every span is dropped and the report says why.
    pub(in crate::otel) fn start(
        destination: Box<dyn Destination>,
        settings: ExportSettings,
        sampling: Sampling,
    ) -> Self {
        Self::with_patience(destination, settings, sampling, Patience::default())
    }

    pub(super) fn with_patience(
        destination: Box<dyn Destination>,
        settings: ExportSettings,
        sampling: Sampling,
        patience: Patience,
    ) -> Self {
        let (overflow, retry_for) = (settings.overflow, settings.retry_for);
        let shared = Arc::new(Shared::new(settings));
        let sender = Sender::new(Arc::clone(&shared), destination, patience, retry_for);
        let spawned = thread::Builder::new().name("trace-otel-export".to_owned()).spawn(move || sender.run());
        let thread = spawned.map(|handle| handle.thread().id());
        if let Err(error) = &thread {
            shared.end(Some(format!("the system gives no thread to export spans from: {error}")));
        }
        Self { shared, sampling, overflow, thread: thread.ok() }
    }

    /// Takes a span, quickly; with [`Overflow::Block`] it may wait for room.
    ///
    /// # Errors
    ///
    /// The span was not taken, and is counted as dropped.
    pub(in crate::otel) fn push(&self, item: T) -> Result<(), NotTaken> {
        let keep = self.sampling.keeps(item.trace_id());
        let bytes = item.bytes();
        let mut state = self.shared.lock();
        if keep && state.closing.is_none() && !state.has_room(bytes) {
            state = self.room(state, bytes);
        }
        if state.closing.is_some() {
            state.account.drop_one();
            return Err(NotTaken::Closed);
        }
        if !keep {
            state.account.leave_out();
            return Ok(());
        }
        if !state.has_room(bytes) {
            state.account.drop_one();
            return Err(NotTaken::Full);
        }
        state.account.admit();
        state.queue.push(item, bytes);
        if state.rest == Rest::Asleep || (state.rest == Rest::Dozing && state.queue.has_full()) {
            self.wake(&mut state);
        }
        Ok(())
    }

    /// Tells the worker to hurry, and waits for room where the settings say so.
    fn room<'a>(&'a self, mut state: MutexGuard<'a, State<T>>, bytes: usize) -> MutexGuard<'a, State<T>> {
        self.hurry(&mut state);
        let Overflow::Block(longest) = self.overflow else { return state };
        let until = after(longest);
        while state.closing.is_none() && !state.has_room(bytes) && self.may_wait(until) {
            self.hurry(&mut state);
            state = wait(&self.shared.done, state, until);
        }
        state
    }

    fn hurry(&self, state: &mut State<T>) {
        state.hurry = !state.queue.is_empty();
        self.wake(state);
    }

    /// Wakes the worker unless it is awake or was woken already.
    fn wake(&self, state: &mut State<T>) {
        if std::mem::replace(&mut state.rest, Rest::Awake) != Rest::Awake {
            self.shared.work.notify_one();
        }
    }

    /// Sends everything pushed so far, but waits no longer than `timeout`.
    pub(in crate::otel) fn force_flush(&self, timeout: Duration) -> OtelReport {
        let until = after(timeout);
        let mut state = self.shared.lock();
        let wanted = state.account.admitted();
        state.flush.wanted = wanted;
        state.flush.until = until;
        self.wake(&mut state);
        while !state.ended && state.flush.finished < wanted && self.may_wait(until) {
            state = wait(&self.shared.done, state, until);
        }
        state.account.report()
    }

    /// Takes no more spans, sends what waits and ends the thread, but waits no longer than `timeout`. What cannot be sent by
    /// then counts as failed, or as queued if the destination itself does not return. Called again, it waits again.
    pub(in crate::otel) fn shutdown(&self, timeout: Duration) -> OtelReport {
        let until = after(timeout);
        let mut state = self.shared.lock();
        // The worker gives up a little earlier, so that this report counts what it gave up.
        let give_up = after(timeout.saturating_sub(timeout / 10));
        state.closing.get_or_insert(Closing { give_up, until });
        state.rest = Rest::Awake;
        self.shared.work.notify_one();
        self.shared.done.notify_all();
        while !state.ended && self.may_wait(until) {
            state = wait(&self.shared.done, state, until);
        }
        state.account.report()
    }

    /// What became of every span so far.
    pub(in crate::otel) fn report(&self) -> OtelReport {
        self.shared.report()
    }

    /// A destination that records what it does would wait for itself.
    fn may_wait(&self, until: Option<Instant>) -> bool {
        self.thread != Some(thread::current().id()) && until.is_none_or(|until| Instant::now() < until)
    }
}

impl<T: Finished> Drop for Worker<T> {
    fn drop(&mut self) {
        if self.shared.lock().closing.is_none() {
            self.shutdown(DROP_TIMEOUT);
        }
    }
}
