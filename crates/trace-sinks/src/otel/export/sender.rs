//! The thread that sends spans.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use opentelemetry::Context;
use opentelemetry_sdk::trace::SpanData;

use super::Finished;
use super::account::Settled;
use super::backoff::{Backoff, Patience};
use super::cut::{Cut, cut};
use super::destination::{Destination, Sent};
use super::guarded::guarded;
use super::queue::Batch;
use super::shared::{Pause, Shared, Turn, after};

/// How long a destination may take to end when nobody says how long.
const END_TIMEOUT: Duration = Duration::from_secs(5);

/// Takes batches from the queue until it is closed, and settles every span of each.
pub(super) struct Sender<T: Finished> {
    shared: Arc<Shared<T>>,
    destination: Box<dyn Destination>,
    patience: Patience,
    retry_for: Duration,
}

/// A part of a batch, and how much its spans were cut already.
struct Part {
    spans: Range<usize>,
    cut: Option<Cut>,
}

/// What became of a part when no attempt is left.
enum Outcome {
    Settled(Settled, Option<String>),
    TooLarge(String),
}

/// Whatever happens to the thread, nobody waits for it in vain and what is left is counted.
struct Ends<T: Finished>(Arc<Shared<T>>);

impl<T: Finished> Drop for Ends<T> {
    fn drop(&mut self) {
        let error = std::thread::panicking().then(|| "the thread that exports spans panicked".to_owned());
        self.0.end(error);
    }
}

impl<T: Finished> Sender<T> {
    pub(super) fn new(
        shared: Arc<Shared<T>>,
        destination: Box<dyn Destination>,
        patience: Patience,
        retry_for: Duration,
    ) -> Self {
        Self { shared, destination, patience, retry_for }
    }

    /// Sends until the queue is closed and empty, or the time of the shutdown is over.
    pub(super) fn run(self) {
        let _ends = Ends(Arc::clone(&self.shared));
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        // Declared last, the destination is gone before the end is told.
        let mut sender = self;
        loop {
            match sender.shared.next() {
                Turn::Send(batch) => sender.send(batch),
                Turn::Flush { wanted, until } => sender.flush(wanted, until),
                Turn::End => break,
            }
        }
        sender.shut_down();
    }

    fn send(&mut self, batch: Batch<T>) {
        let Batch { mut items, bytes, .. } = batch;
        let mut spans = self.spans(&mut items);
        let mut parts = vec![Part { spans: 0..spans.len(), cut: None }];
        while let Some(part) = parts.pop() {
            if part.spans.is_empty() {
                continue;
            }
            match self.attempts(&spans[part.spans.clone()]) {
                Outcome::Settled(settled, error) => self.shared.settle(settled, error),
                Outcome::TooLarge(error) => self.smaller(&part, &mut spans, error, &mut parts),
            }
        }
        self.shared.release(bytes, items);
    }

    /// The spans of these items, which are taken out of their buffer.
    fn spans(&self, items: &mut Vec<T>) -> Vec<SpanData> {
        let convert = |item: T| match guarded(|| item.into_span_data()) {
            Ok(span) => Some(span),
            Err(panic) => {
                self.shared.settle(failed(1), Some(format!("a span could not be put together: {panic}")));
                None
            }
        };
        items.drain(..).filter_map(convert).collect()
    }

    /// Two halves of what was too large, or one span with less in it, or none.
    fn smaller(&self, part: &Part, spans: &mut [SpanData], error: String, parts: &mut Vec<Part>) {
        let Range { start, end } = part.spans.clone();
        if end - start > 1 {
            let middle = start + (end - start) / 2;
            parts.push(Part { spans: middle..end, cut: None });
            parts.push(Part { spans: start..middle, cut: None });
            return;
        }
        match cut(&mut spans[start], part.cut) {
            Some(cut) => parts.push(Part { spans: start..end, cut: Some(cut) }),
            None => self.shared.settle(Settled { rejected: 1, ..Settled::default() }, Some(error)),
        }
    }

    /// Sends spans as often as it takes, and is allowed.
    fn attempts(&mut self, spans: &[SpanData]) -> Outcome {
        let count = spans.len() as u64;
        let retry_until = after(self.retry_for);
        let mut backoff = Backoff::default();
        for attempt in 1_u32.. {
            let Some(deadline) = self.attempt_until() else {
                self.shared.lock().account.note_out_of_time();
                break;
            };
            let (after, error) = match self.once(spans, deadline) {
                Sent::Accepted { rejected, message } => return accepted(count, rejected, message),
                Sent::TooLarge { error } => return Outcome::TooLarge(error),
                Sent::Refused { error } => return Outcome::Settled(failed(count), Some(error)),
                Sent::Retry { after, error } => (after, error),
            };
            let patient = retry_until.is_none_or(|until| Instant::now() < until);
            self.shared.note(error);
            if !patient || attempt >= self.destination.attempts() || !self.pause(&mut backoff, after) {
                break;
            }
            self.shared.lock().account.retry();
        }
        Outcome::Settled(failed(count), None)
    }

    /// By when an attempt has to end; none if there is no time for one.
    fn attempt_until(&self) -> Option<Instant> {
        let state = self.shared.lock();
        let give_up = state.closing.and_then(|closing| closing.give_up);
        let longest = Instant::now() + self.patience.attempt;
        (!state.is_over()).then(|| give_up.map_or(longest, |give_up| give_up.min(longest)))
    }

    /// Waits for the next attempt; false if it would come too late.
    fn pause(&self, backoff: &mut Backoff, asked: Option<Duration>) -> bool {
        if asked.is_some_and(|asked| asked > self.patience.longest_asked) {
            return false;
        }
        let until = Instant::now() + asked.unwrap_or_else(|| backoff.next(&self.patience));
        if !self.in_time(until) {
            return false;
        }
        if self.shared.pause(until) == Pause::Over {
            return true;
        }
        // A shutdown has come: the next attempt is made at once, unless the receiver asked to be left alone.
        *backoff = Backoff::default();
        asked.is_none() || (self.in_time(until) && self.shared.pause(until) == Pause::Over)
    }

    fn in_time(&self, moment: Instant) -> bool {
        let closing = self.shared.lock().closing;
        closing.and_then(|closing| closing.give_up).is_none_or(|give_up| moment < give_up)
    }

    fn once(&mut self, spans: &[SpanData], deadline: Instant) -> Sent {
        guarded(|| self.destination.send(spans, deadline))
            .unwrap_or_else(|panic| Sent::Refused { error: panicked(&panic) })
    }

    fn flush(&mut self, wanted: u64, until: Option<Instant>) {
        let deadline = until.unwrap_or_else(|| Instant::now() + self.patience.attempt);
        let flushed = guarded(|| self.destination.flush(deadline));
        self.shared.flushed(wanted, flushed.unwrap_or_else(|panic| Err(panicked(&panic))).err());
    }

    fn shut_down(&mut self) {
        let until = self.shared.lock().closing.and_then(|closing| closing.until);
        let timeout = until.map_or(END_TIMEOUT, |until| until.saturating_duration_since(Instant::now()));
        let ended = guarded(|| self.destination.shutdown(timeout));
        if let Err(error) = ended.unwrap_or_else(|panic| Err(panicked(&panic))) {
            self.shared.note(error);
        }
    }
}

fn accepted(count: u64, rejected: u64, message: Option<String>) -> Outcome {
    let rejected = rejected.min(count);
    Outcome::Settled(Settled { exported: count - rejected, rejected, failed: 0 }, message)
}

fn failed(count: u64) -> Settled {
    Settled { failed: count, ..Settled::default() }
}

fn panicked(message: &str) -> String {
    format!("the exporter panicked: {message}")
}
