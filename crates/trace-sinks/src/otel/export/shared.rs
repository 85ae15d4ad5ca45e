//! What callers and the worker's thread share.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::account::{Account, Settled};
use super::queue::{Batch, Queue};
use super::{ExportSettings, Finished};
use crate::otel::OtelReport;

/// Everything is behind one lock, so that a report is of one moment.
#[derive(Debug)]
pub(super) struct Shared<T> {
    state: Mutex<State<T>>,
    /// Something to do for the worker.
    pub(super) work: Condvar,
    /// Something is done, for those who flush, shut down or wait for room.
    pub(super) done: Condvar,
}

#[derive(Debug)]
pub(super) struct State<T> {
    pub(super) queue: Queue<T>,
    pub(super) account: Account,
    pub(super) rest: Rest,
    /// Somebody found no room: what waits is sent without delay.
    pub(super) hurry: bool,
    pub(super) flush: Flush,
    pub(super) closing: Option<Closing>,
    /// The worker's thread is gone, or about to be.
    pub(super) ended: bool,
}

/// What the worker's thread waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// Nothing: it is busy, or was woken already.
    Awake,
    /// A full batch, or the time of the one that is being filled.
    Dozing,
    /// Anything.
    Asleep,
}

/// Flushes asked for, as counts of spans taken into the queue.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Flush {
    pub(super) wanted: u64,
    pub(super) finished: u64,
    pub(super) until: Option<Instant>,
}

/// No more spans are taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closing {
    /// When the worker gives up what is left; never if none.
    pub(super) give_up: Option<Instant>,
    /// When whoever closes stops waiting.
    pub(super) until: Option<Instant>,
}

/// What the worker's thread does next.
#[derive(Debug)]
pub(super) enum Turn<T> {
    Send(Batch<T>),
    Flush { wanted: u64, until: Option<Instant> },
    End,
}

/// How a pause between attempts ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pause {
    Over,
    Closing,
}

impl<T: Finished> Shared<T> {
    pub(super) fn new(settings: ExportSettings) -> Self {
        let state = State {
            queue: Queue::new(settings),
            account: Account::default(),
            rest: Rest::Awake,
            hurry: false,
            flush: Flush::default(),
            closing: None,
            ended: false,
        };
        Self { state: Mutex::new(state), work: Condvar::new(), done: Condvar::new() }
    }

    /// Nothing panics under the lock, and counts are right at every moment.
    pub(super) fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn report(&self) -> OtelReport {
        self.lock().account.report()
    }

    /// Waits until there is something to do.
    pub(super) fn next(&self) -> Turn<T> {
        let mut state = self.lock();
        loop {
            if let Some(turn) = state.turn() {
                state.rest = Rest::Awake;
                return turn;
            }
            let due = state.queue.due();
            state.rest = if state.queue.is_empty() { Rest::Asleep } else { Rest::Dozing };
            state = wait(&self.work, state, due);
        }
    }

    /// Waits for a moment to come; a shutdown that was not known when the pause began ends it.
    pub(super) fn pause(&self, until: Instant) -> Pause {
        let mut state = self.lock();
        if state.closing.is_some() {
            drop(state);
            std::thread::sleep(until.saturating_duration_since(Instant::now()));
            return Pause::Over;
        }
        while state.closing.is_none() && Instant::now() < until {
            state = wait(&self.work, state, Some(until));
        }
        if state.closing.is_some() { Pause::Closing } else { Pause::Over }
    }

    pub(super) fn note(&self, error: String) {
        self.lock().account.note(Some(error));
    }

    pub(super) fn settle(&self, settled: Settled, error: Option<String>) {
        let mut state = self.lock();
        state.account.settle(settled);
        state.account.note(error);
        drop(state);
        self.done.notify_all();
    }

    /// A batch is settled, every span of it.
    pub(super) fn release(&self, bytes: usize, buffer: Vec<T>) {
        self.lock().queue.release(bytes, buffer);
        self.done.notify_all();
    }

    /// The destination has brought on what it kept back when these had been sent.
    pub(super) fn flushed(&self, wanted: u64, error: Option<String>) {
        let mut state = self.lock();
        state.flush.finished = state.flush.finished.max(wanted);
        state.account.note(error);
        drop(state);
        self.done.notify_all();
    }

    /// The last word of the worker's thread: whatever is left is not sent any more.
    pub(super) fn end(&self, error: Option<String>) {
        let mut state = self.lock();
        let left = state.queue.clear();
        state.account.note(error);
        state.account.give_up();
        state.ended = true;
        state.closing.get_or_insert(Closing { give_up: None, until: None });
        drop(state);
        self.done.notify_all();
        drop(left);
    }
}

impl<T: Finished> State<T> {
    fn turn(&mut self) -> Option<Turn<T>> {
        if self.is_over() {
            return Some(Turn::End);
        }
        let Flush { wanted, finished, until } = self.flush;
        if wanted > finished && self.account.settled() >= wanted {
            return Some(Turn::Flush { wanted, until });
        }
        if let Some(batch) = self.take() {
            self.hurry = false;
            return Some(Turn::Send(batch));
        }
        self.closing.map(|_| Turn::End)
    }

    fn take(&mut self) -> Option<Batch<T>> {
        self.queue.take_full().or_else(|| self.wants_all().then(|| self.queue.take_open()).flatten())
    }

    /// Whether a span of this size may come in.
    pub(super) fn has_room(&self, bytes: usize) -> bool {
        self.queue.has_room(self.account.queued(), bytes)
    }

    /// Whether a batch that is not full is sent too.
    fn wants_all(&self) -> bool {
        self.hurry
            || self.closing.is_some()
            || self.flush.wanted > self.account.settled()
            || self.queue.due().is_some_and(|due| due <= Instant::now())
    }

    /// Whether the time of a shutdown is over.
    pub(super) fn is_over(&self) -> bool {
        let give_up = self.closing.and_then(|closing| closing.give_up);
        self.ended || give_up.is_some_and(|give_up| give_up <= Instant::now())
    }
}

/// Waits on a condition until a moment, or for ever.
pub(super) fn wait<'a, S>(
    condition: &Condvar,
    guard: MutexGuard<'a, S>,
    until: Option<Instant>,
) -> MutexGuard<'a, S> {
    match until {
        None => condition.wait(guard).unwrap_or_else(PoisonError::into_inner),
        Some(until) => {
            let left = until.saturating_duration_since(Instant::now());
            condition.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0
        }
    }
}

/// The moment this long from now; none if it is beyond what clocks count.
pub(super) fn after(duration: Duration) -> Option<Instant> {
    Instant::now().checked_add(duration)
}
