//! Model calls.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::clock::Moment;
use super::inner::Inner;
use super::ledger::lock;
use super::place::{Metadata, NodeId, Place};
use super::scope::Scope;
use super::stream::StreamSummary;
use crate::event::{
    LlmCallCompleted, LlmCallFailed, LlmCallStarted, ProviderRequest, ProviderStreamEvent,
    RuntimeStreamEvent, TraceError, TraceLlmRequest, TraceLlmResponse, TraceProviderRequestEvent,
    TraceProviderStreamEvent, TraceRuntimeStreamEvent, TraceTokenUsage,
};
use crate::{TraceContext, TraceEvent, TraceLevel};

/// The metadata key under which a retry names the call it repeats.
const RETRY_OF: &str = "retry_of";

/// A model call that runs. It ends once: with an answer or an error, as cancelled when dropped, as failed when a panic
/// drops it.
///
/// Stream methods take `&self`, so that a provider's task and the runtime's can share the call. Sequence numbers and
/// elapsed times are filled in. What [`text_delta`](Self::text_delta) sees is summed up in the end record at every level.
///
/// # Examples
///
/// ```
/// use trace_core::Recorder;
/// use trace_core::event::{TraceError, TraceLlmMessage, TraceLlmRequest, TraceLlmResponse, TraceTokenUsage};
///
/// # let recorder = Recorder::default();
/// # let turn = recorder.session("chat-1").turn("turn-0");
/// let request = || TraceLlmRequest::new("acme/large-4", vec![TraceLlmMessage::text("user", "Hello")]);
/// let call = turn.llm_call(request);
/// let failed = call.fail(TraceError::new("rate limit reached", true));
///
/// let call = failed.retry(request);
/// call.text_delta("Hi");
/// let usage = TraceTokenUsage { input_tokens: 12, output_tokens: 1, ..Default::default() };
/// let mut answer = TraceLlmResponse::default();
/// answer.text = "Hi".to_owned();
/// call.complete(answer, Some(usage));
/// # turn.complete("assistant_message");
/// ```
#[derive(Debug)]
#[must_use = "a model call that is dropped is recorded as cancelled"]
pub struct LlmCall {
    open: Option<Box<Open>>,
}

struct Open {
    outer: Arc<Inner>,
    context: TraceContext,
    metadata: Metadata,
    started: Moment,
    provider_sequence: AtomicU64,
    runtime_sequence: AtomicU64,
    summary: Mutex<StreamSummary>,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.context.llm_call_id.fmt(f)
    }
}

impl LlmCall {
    pub(super) fn start(
        outer: &Scope,
        retry_of: Option<String>,
        request: impl FnOnce() -> TraceLlmRequest,
    ) -> Self {
        let Some(outer) = outer.at(TraceLevel::Standard) else { return Self { open: None } };
        let open = Open {
            outer: Arc::clone(outer),
            context: call_context(outer),
            metadata: retry_of.map(|id| (RETRY_OF.to_owned(), id.into())).into_iter().collect(),
            started: outer.core.moment(),
            provider_sequence: AtomicU64::new(0),
            runtime_sequence: AtomicU64::new(0),
            summary: Mutex::default(),
        };
        outer.core.write(open.started.wall, &open.here(), LlmCallStarted::new(request()).into());
        Self { open: Some(Box::new(open)) }
    }

    /// The call's id, `session:turn:iteration:ordinal`; `None` without a sink.
    pub fn id(&self) -> Option<&str> {
        self.open.as_ref()?.context.llm_call_id.as_deref()
    }

    /// Records what went to the provider; at [`TraceLevel::Extended`].
    pub fn provider_request(&self, request: impl FnOnce() -> TraceProviderRequestEvent) {
        let Some(open) = self.extended() else { return };
        let mut event = request();
        event.sequence = open.provider_sequence.fetch_add(1, Ordering::Relaxed);
        open.stream(|elapsed_ms| ProviderRequest::new(TraceProviderRequestEvent { elapsed_ms, ..event }));
    }

    /// Records a chunk as the provider sent it; at [`TraceLevel::Extended`].
    pub fn provider_stream_event(&self, chunk: impl FnOnce() -> TraceProviderStreamEvent) {
        let Some(open) = self.extended() else { return };
        let mut event = chunk();
        event.sequence = open.provider_sequence.fetch_add(1, Ordering::Relaxed);
        open.stream(|elapsed_ms| ProviderStreamEvent::new(TraceProviderStreamEvent { elapsed_ms, ..event }));
    }

    /// Records a chunk that carries no text for the user: reasoning, a tool call's part, usage; at
    /// [`TraceLevel::Extended`].
    pub fn runtime_stream_event(&self, chunk: impl FnOnce() -> TraceRuntimeStreamEvent) {
        let Some(open) = self.extended() else { return };
        let now = open.now();
        open.runtime_chunk(now, chunk());
    }

    /// Passes text on to the user: counted at every level, recorded at [`TraceLevel::Extended`].
    pub fn text_delta(&self, visible: &str) {
        self.text_delta_with(visible, |_| {});
    }

    /// Passes text on to the user, with the raw text, item or index of its chunk.
    pub fn text_delta_with(&self, visible: &str, complete: impl FnOnce(&mut TraceRuntimeStreamEvent)) {
        let Some(open) = self.extended() else {
            return self.count(visible);
        };
        let now = open.now();
        lock(&open.summary).delta(visible, open.started.millis_until(now));
        let mut chunk = TraceRuntimeStreamEvent::text_delta(visible);
        complete(&mut chunk);
        open.runtime_chunk(now, chunk);
    }

    /// Counts text that is not recorded.
    fn count(&self, visible: &str) {
        if let Some(open) = &self.open {
            let elapsed_ms = open.outer.core.millis_since(open.started);
            lock(&open.summary).delta(visible, elapsed_ms);
        }
    }

    /// Ends the call with its answer. A duration of 0 is replaced by the time since the start.
    pub fn complete(self, response: TraceLlmResponse, usage: Option<TraceTokenUsage>) {
        self.finish(LlmCallCompleted::new(response, usage));
    }

    /// Ends the call with all that is known; what is not is filled in: the duration, the stream's summary.
    pub fn finish(mut self, end: LlmCallCompleted) {
        if let Some(open) = self.open.take() {
            open.complete(end);
        }
    }

    /// Ends the call as failed. The result can be retried.
    pub fn fail(mut self, error: TraceError) -> FailedLlmCall {
        let failed = FailedLlmCall {
            outer: self.open.as_ref().map_or(Scope::NOWHERE, |open| Scope::of(&open.outer)),
            call_id: self.id().map(str::to_owned),
        };
        self.end_failed(|| error);
        failed
    }

    /// Ends the call: it was stopped on purpose.
    pub fn cancel(mut self, message: impl Into<String>) {
        self.end_failed(|| TraceError::cancelled(message));
    }

    fn extended(&self) -> Option<&Open> {
        self.open.as_deref().filter(|open| open.outer.core.settings.level.is_extended())
    }

    fn end_failed(&mut self, error: impl FnOnce() -> TraceError) {
        if self.open.is_none() {
            return;
        }
        // Before the call is taken: when this panics, the drop still has an end to write.
        let mut end = LlmCallFailed::new(error());
        if let Some(open) = self.open.take() {
            end.stream_summary = lock(&open.summary).to_json();
            open.outer.core.write_now(&open.here(), end);
        }
    }
}

impl Drop for LlmCall {
    fn drop(&mut self) {
        self.end_failed(|| {
            if std::thread::panicking() {
                TraceError::new("the runtime panicked", false)
            } else {
                TraceError::cancelled("dropped without an outcome")
            }
        });
    }
}

impl Open {
    fn here(&self) -> Place<'_> {
        Place::here(&self.context).with_metadata(&self.metadata)
    }

    fn now(&self) -> Moment {
        self.outer.core.moment()
    }

    /// Writes a record of the stream, given the milliseconds since the start.
    fn stream<E: Into<TraceEvent>>(&self, event: impl FnOnce(u64) -> E) {
        let now = self.now();
        let event = event(self.started.millis_until(now)).into();
        self.outer.core.write(now.wall, &Place::leaf(&self.context), event);
    }

    fn runtime_chunk(&self, now: Moment, mut chunk: TraceRuntimeStreamEvent) {
        chunk.sequence = self.runtime_sequence.fetch_add(1, Ordering::Relaxed);
        chunk.elapsed_ms = self.started.millis_until(now);
        let event = RuntimeStreamEvent::new(chunk).into();
        self.outer.core.write(now.wall, &Place::leaf(&self.context), event);
    }

    fn complete(&self, mut end: LlmCallCompleted) {
        let now = self.now();
        if end.response.duration_ms == 0 {
            end.response.duration_ms = self.started.millis_until(now);
        }
        if end.stream_summary.is_none() {
            end.stream_summary = lock(&self.summary).to_json();
        }
        let usage = end.usage;
        self.outer.core.write(now.wall, &self.here(), end.into());
        if let Some(usage) = usage {
            self.spend(usage);
        }
    }

    /// Puts usage on the turn's tab, or straight into the session's ledger where no turn is open.
    fn spend(&self, usage: TraceTokenUsage) {
        let late = match &self.outer.turn {
            Some(turn) => turn.tab.add(usage),
            None => Some(usage),
        };
        if let Some(usage) = late {
            self.outer.write_leaf(self.outer.session.account.ledger.enter(usage));
        }
    }
}

/// The context of the next model call in a scope.
fn call_context(outer: &Inner) -> TraceContext {
    let iteration = outer.context.protocol_iteration.unwrap_or(0);
    let ordinals = outer.turn.as_ref().map_or(&outer.session.account.ordinals, |turn| &turn.ordinals);
    let ordinal = ordinals.next(iteration);
    let turn = outer.context.turn_index.map_or_else(|| "-".to_owned(), |index| index.to_string());
    let call_id = format!("{}:{turn}:{iteration}:{ordinal}", outer.session_id());
    let place = Place::child(&outer.context, NodeId::global("llm", &call_id));
    place.to_context().with_llm_call(call_id)
}

/// A model call that failed.
#[derive(Debug, Clone)]
pub struct FailedLlmCall {
    outer: Scope,
    call_id: Option<String>,
}

impl FailedLlmCall {
    /// Calls again, as the failed call's next sibling; `retry_of` in its context's metadata names the failed one.
    pub fn retry(self, request: impl FnOnce() -> TraceLlmRequest) -> LlmCall {
        LlmCall::start(&self.outer, self.call_id, request)
    }
}
