//! A place in the tree under which things are recorded.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::core::Channel;
use super::inner::Inner;
use super::{Batch, CodeBlock, ExecutionGraph, LlmCall, Process, Session, SessionOptions, ToolCall};
use crate::event::{
    Custom, EffectEnvelopeDiff, EffectSubject, Log, PromptBuilt, ProtocolStep, RuntimeEvent,
    TraceEffectEnvelopeDiffEvent, TraceLashlangMap, TraceLlmRequest,
};
use crate::{Severity, TraceContext, TraceEvent, TraceLevel};

/// A place in the tree under which things are recorded: a session, a turn, a tool call, a code block, a batch, a process.
///
/// Every guard dereferences to its scope, so `turn.tool_call(..)` and `block.tool_call(..)` are the same call with another
/// parent. Clone a scope to record from other threads and tasks; it keeps nothing open. What a gated call would build is
/// passed as a closure, which is called only when there is a record to write.
#[derive(Clone)]
pub struct Scope(Option<Arc<Inner>>);

impl Scope {
    /// A scope that records nothing.
    pub(super) const NOWHERE: Self = Self(None);

    pub(super) fn new(inner: Inner) -> Self {
        Self(Some(Arc::new(inner)))
    }

    /// The scope of something known.
    pub(super) fn of(inner: &Arc<Inner>) -> Self {
        Self(Some(Arc::clone(inner)))
    }

    /// What is known, if anything is recorded at all.
    pub(super) fn inner(&self) -> Option<&Arc<Inner>> {
        self.0.as_ref()
    }

    /// What is known, if records of this level go to the trace sink.
    pub(super) fn at(&self, level: TraceLevel) -> Option<&Arc<Inner>> {
        self.0.as_ref().filter(|inner| inner.core.takes(Channel::Trace, level))
    }

    /// The scope, for other threads and tasks.
    #[must_use]
    pub fn scope(&self) -> Self {
        self.clone()
    }

    /// Whether records of a level are written.
    pub fn is_enabled(&self, level: TraceLevel) -> bool {
        self.at(level).is_some()
    }

    /// The context that this scope's own records carry; `None` without a sink.
    pub fn context(&self) -> Option<&TraceContext> {
        self.0.as_deref().map(|inner| &inner.context)
    }

    /// The node that what is recorded here hangs under; `None` without a sink.
    pub fn node_id(&self) -> Option<&str> {
        self.0.as_deref().and_then(Inner::node_id)
    }

    /// The same scope in an iteration of the protocol, from 0.
    #[must_use]
    pub fn iteration(&self, iteration: usize) -> Self {
        let Some(inner) = &self.0 else { return Self(None) };
        Self::new(Inner {
            core: Arc::clone(&inner.core),
            session: Arc::clone(&inner.session),
            turn: inner.turn.clone(),
            context: inner.context.clone().with_protocol_iteration(iteration),
            metadata: inner.metadata.clone(),
            cause: inner.cause.clone(),
            roll_up: inner.roll_up.clone(),
        })
    }

    /// Starts a session that this scope caused: its turns hang under this scope's node and carry `caused_by`.
    ///
    /// From a session's own scope the new session stands by itself: nothing in particular caused it.
    pub fn session(&self, session_id: impl Into<String>) -> Session {
        self.session_with(SessionOptions::new(session_id))
    }

    /// Starts a session that this scope caused, unless the options name another cause.
    pub fn session_with(&self, options: SessionOptions) -> Session {
        match &self.0 {
            Some(inner) => Session::start(&inner.core, options.caused_in(inner)),
            None => Session::default(),
        }
    }

    /// Starts a model call.
    pub fn llm_call(&self, request: impl FnOnce() -> TraceLlmRequest) -> LlmCall {
        LlmCall::start(self, None, request)
    }

    /// Starts a tool call whose provider gave it no id; one is made.
    pub fn tool_call(&self, name: impl Into<String>, args: impl FnOnce() -> Value) -> ToolCall {
        ToolCall::start(self, None::<String>, name, args)
    }

    /// Starts a tool call.
    pub fn tool_call_with_id(
        &self,
        call_id: impl Into<String>,
        name: impl Into<String>,
        args: impl FnOnce() -> Value,
    ) -> ToolCall {
        ToolCall::start(self, Some(call_id), name, args)
    }

    /// Starts a block of code; an id is made.
    pub fn code_block<S: Into<String>>(&self, code: impl FnOnce() -> S) -> CodeBlock {
        CodeBlock::start(self, None::<String>, || code().into())
    }

    /// Starts a block of code whose effect has an id.
    pub fn code_block_with_id<S: Into<String>>(
        &self,
        effect_id: impl Into<String>,
        code: impl FnOnce() -> S,
    ) -> CodeBlock {
        CodeBlock::start(self, Some(effect_id), || code().into())
    }

    /// Starts a batch of tool calls; an id is made.
    pub fn batch(&self) -> Batch {
        Batch::start(self, None::<String>)
    }

    /// Starts a batch of tool calls that has an id.
    pub fn batch_with_id(&self, batch_id: impl Into<String>) -> Batch {
        Batch::start(self, Some(batch_id))
    }

    /// Starts a durable process. It belongs to the session: its records name no turn.
    pub fn process(&self, process_id: impl Into<String>) -> Process {
        Process::start(self, process_id)
    }

    /// Starts the execution graph of an effect that runs here.
    pub fn effect_execution(
        &self,
        effect: EffectSubject,
        map: impl FnOnce() -> TraceLashlangMap,
    ) -> ExecutionGraph {
        ExecutionGraph::of_effect(self, effect, map)
    }

    /// Records a prompt. Parts that changed since the session's previous prompt are named in the context's metadata
    /// under `prompt_drift`; the parts' fingerprints themselves are recorded at [`TraceLevel::Extended`].
    pub fn prompt<P: Into<PromptBuilt>>(&self, prompt: impl FnOnce() -> P) {
        if let Some(inner) = self.at(TraceLevel::Standard) {
            super::prompt::record(inner, prompt().into());
        }
    }

    /// Records a step of the agent loop.
    pub fn protocol_step(&self, plugin_id: impl Into<String>, payload: impl FnOnce() -> Value) {
        self.leaf_event(TraceLevel::Standard, || ProtocolStep::new(plugin_id, payload()));
    }

    /// Records an event of the host's own.
    pub fn custom(&self, name: impl Into<String>, payload: impl FnOnce() -> Value) {
        self.leaf_event(TraceLevel::Standard, || Custom::new(name, payload()));
    }

    /// Records where a recorded effect and its reconstruction differ; at [`TraceLevel::Extended`].
    pub fn effect_envelope_diff(&self, diff: impl FnOnce() -> TraceEffectEnvelopeDiffEvent) {
        self.leaf_event(TraceLevel::Extended, || EffectEnvelopeDiff::new(diff()));
    }

    /// Records a milestone of the host.
    pub fn runtime_event(&self, event: impl FnOnce() -> RuntimeEvent) {
        self.leaf_event(TraceLevel::Standard, event);
    }

    /// Records a log line.
    pub fn log(&self, severity: Severity, target: impl Into<String>, message: impl Into<String>) {
        self.leaf_event(TraceLevel::Standard, || Log::new(severity, target, message));
    }

    /// Records a log line with fields, source position or error.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_core::{Recorder, Severity};
    ///
    /// # let recorder = Recorder::default();
    /// let session = recorder.session("chat-1");
    /// session.log_with(Severity::Warn, "cache", "entry is stale", |line| {
    ///     line.fields.insert("age_s".to_owned(), 90.into());
    /// });
    /// ```
    pub fn log_with(
        &self,
        severity: Severity,
        target: impl Into<String>,
        message: impl Into<String>,
        complete: impl FnOnce(&mut Log),
    ) {
        self.leaf_event(TraceLevel::Standard, || {
            let mut line = Log::new(severity, target, message);
            complete(&mut line);
            line
        });
    }

    fn leaf_event<E: Into<TraceEvent>>(&self, level: TraceLevel, event: impl FnOnce() -> E) {
        if let Some(inner) = self.at(level) {
            inner.write_leaf(event());
        }
    }
}

impl Default for Scope {
    /// A scope that records nothing.
    fn default() -> Self {
        Self::NOWHERE
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Scope").field(&self.node_id()).finish()
    }
}

/// Dereferences a guard to the scope in one of its fields.
macro_rules! scoped {
    ($guard:ident, |$this:ident| $scope:expr) => {
        impl std::ops::Deref for $guard {
            type Target = $crate::recorder::Scope;

            fn deref(&self) -> &Self::Target {
                let $this = self;
                $scope
            }
        }
    };
}
pub(super) use scoped;
