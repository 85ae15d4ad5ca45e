//! What is summed up of a model call's stream.

use serde_json::{Value, json};

/// Latencies and counts of the text a call streams.
#[derive(Debug, Default)]
pub(super) struct StreamSummary {
    deltas: u64,
    last_ms: u64,
    first_visible_ms: Option<u64>,
    visible_chunks: u32,
    visible_chars: u64,
    longest: u64,
}

impl StreamSummary {
    /// Counts a delta that came so many milliseconds after the call's start.
    pub(super) fn delta(&mut self, visible: &str, elapsed_ms: u64) {
        self.deltas += 1;
        self.last_ms = elapsed_ms;
        if visible.is_empty() {
            return;
        }
        let chars = visible.chars().count() as u64;
        self.first_visible_ms.get_or_insert(elapsed_ms);
        self.visible_chunks = self.visible_chunks.saturating_add(1);
        self.visible_chars += chars;
        self.longest = self.longest.max(chars);
    }

    /// The summary on the wire; none where nothing streamed, nulls where nothing was visible.
    pub(super) fn to_json(&self) -> Option<Value> {
        if self.deltas == 0 {
            return None;
        }
        let visible = self.first_visible_ms.is_some();
        Some(json!({
            "first_visible_token_latency_ms": self.first_visible_ms,
            "stream_duration_ms": self.last_ms,
            "text_delta_count": self.deltas,
            "visible_chunk_count": self.visible_chunks,
            "avg_visible_chunk_chars": visible.then(|| self.average()),
            "max_visible_chunk_chars": visible.then_some(self.longest),
        }))
    }

    /// Characters per visible chunk, to one decimal.
    #[expect(clippy::cast_precision_loss, reason = "a mean of one decimal needs no more")]
    fn average(&self) -> f64 {
        (self.visible_chars as f64 / f64::from(self.visible_chunks.max(1)) * 10.0).round() / 10.0
    }
}
