//! Spans that wait, in the batches they will be sent in.

use std::collections::VecDeque;
use std::time::Instant;

use super::{ExportSettings, Finished};

/// How many emptied buffers are kept for later batches.
const SPARE_BUFFERS: usize = 2;

/// Spans that are sent together.
#[derive(Debug)]
pub(super) struct Batch<T> {
    pub(super) items: Vec<T>,
    pub(super) bytes: usize,
    since: Option<Instant>,
}

impl<T> Batch<T> {
    fn new(items: Vec<T>) -> Self {
        Self { items, bytes: 0, since: None }
    }
}

/// Full batches in their order, and the one that is being filled. Spans are put into their batch when they come, so that
/// taking one is quick however large it is.
#[derive(Debug)]
pub(super) struct Queue<T> {
    settings: ExportSettings,
    full: VecDeque<Batch<T>>,
    open: Batch<T>,
    spare: Vec<Vec<T>>,
    bytes: usize,
}

impl<T: Finished> Queue<T> {
    pub(super) fn new(mut settings: ExportSettings) -> Self {
        settings.queue_spans = settings.queue_spans.max(1);
        settings.batch_spans = settings.batch_spans.clamp(1, settings.queue_spans);
        settings.batch_bytes = settings.batch_bytes.min(settings.queue_bytes);
        Self { settings, full: VecDeque::new(), open: Batch::new(Vec::new()), spare: Vec::new(), bytes: 0 }
    }

    /// Whether a span of this size fits where `queued` wait. One that is larger than the whole queue fits when it is alone.
    pub(super) fn has_room(&self, queued: u64, bytes: usize) -> bool {
        let spans = usize::try_from(queued).unwrap_or(usize::MAX);
        let fits = self.bytes.saturating_add(bytes) <= self.settings.queue_bytes;
        queued == 0 || (spans < self.settings.queue_spans && fits)
    }

    pub(super) fn push(&mut self, item: T, bytes: usize) {
        if !self.open.items.is_empty() && self.open.bytes.saturating_add(bytes) > self.settings.batch_bytes {
            self.close();
        }
        self.open.since.get_or_insert_with(Instant::now);
        self.open.items.push(item);
        self.open.bytes = self.open.bytes.saturating_add(bytes);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.open.items.len() >= self.settings.batch_spans || self.open.bytes >= self.settings.batch_bytes
        {
            self.close();
        }
    }

    fn close(&mut self) {
        let next = Batch::new(self.spare.pop().unwrap_or_default());
        self.full.push_back(std::mem::replace(&mut self.open, next));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.full.is_empty() && self.open.items.is_empty()
    }

    pub(super) fn has_full(&self) -> bool {
        !self.full.is_empty()
    }

    /// When the batch that is being filled has waited long enough; none if it is empty, or waits for ever.
    pub(super) fn due(&self) -> Option<Instant> {
        self.open.since.and_then(|since| since.checked_add(self.settings.delay))
    }

    pub(super) fn take_full(&mut self) -> Option<Batch<T>> {
        self.full.pop_front()
    }

    /// The batch that is being filled, unless it is empty.
    pub(super) fn take_open(&mut self) -> Option<Batch<T>> {
        if self.open.items.is_empty() {
            return None;
        }
        self.close();
        self.full.pop_front()
    }

    /// Gives back the room of a batch that is settled, and its emptied buffer.
    pub(super) fn release(&mut self, bytes: usize, buffer: Vec<T>) {
        self.bytes = self.bytes.saturating_sub(bytes);
        if self.spare.len() < SPARE_BUFFERS && buffer.is_empty() {
            self.spare.push(buffer);
        }
    }

    /// Takes out everything that waits.
    pub(super) fn clear(&mut self) -> VecDeque<Batch<T>> {
        self.bytes = 0;
        let open = std::mem::replace(&mut self.open, Batch::new(Vec::new()));
        self.full.push_back(open);
        std::mem::take(&mut self.full)
    }
}
