//! The runtime's side: handles that write records as things begin and end.
//!
//! ```text
//! Recorder → Session → Turn → LlmCall · ToolCall · CodeBlock · Batch · Process → ExecutionGraph → ExecutionNode
//! ```
//!
//! Each guard writes its start when it is made and its end once: when it is told its outcome, as cancelled when it is
//! dropped without one, as failed when a panic drops it. Each level fills in the ids and the parent of what is recorded
//! under it, and asks for payloads only when they will be written. A sink's error or panic never reaches the runtime.

mod batch;
mod builder;
mod cause;
mod clock;
mod code;
mod core;
mod execution;
mod inner;
mod ledger;
mod llm;
mod merge;
mod node;
mod place;
mod process;
mod prompt;
mod registry;
mod roll_up;
mod scope;
mod scratch;
mod session;
mod stream;
mod tool;
mod turn;
mod work;

use std::sync::Arc;

use self::core::{Channel, Core};
use self::merge::overlay;
use self::place::Place;
use crate::event::{Log, RuntimeEvent};
use crate::{Severity, TraceContext, TraceEvent, TraceLevel, TraceSinkError};

pub use batch::Batch;
pub use builder::RecorderBuilder;
pub use cause::CausedBy;
pub use code::{CodeBlock, CodeOutput};
pub use execution::ExecutionGraph;
pub use llm::{FailedLlmCall, LlmCall};
pub use node::ExecutionNode;
pub use process::Process;
pub use prompt::Prompt;
pub use scope::Scope;
pub use session::{Session, SessionOptions};
pub use tool::ToolCall;
pub use turn::{Turn, TurnOptions};

/// The runtime's handle: everything is recorded through it. A clone is another handle of the same recorder.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use serde_json::json;
/// use trace_core::{AssertingTraceSink, Recorder, TraceLevel};
/// use trace_core::event::{TraceLlmRequest, TraceLlmResponse};
///
/// let sink = Arc::new(AssertingTraceSink::default());
/// let recorder = Recorder::builder().trace_sink(sink.clone()).trace_level(TraceLevel::Standard).build();
///
/// let session = recorder.session("chat-1");
/// let turn = session.turn("turn-0");
/// let call = turn.llm_call(|| TraceLlmRequest::new("acme/large-4", vec![]));
/// call.complete(TraceLlmResponse::default(), None);
/// let tool = turn.tool_call_with_id("call-1", "read_file", || json!({"path": "src/lib.rs"}));
/// tool.succeed(|| "pub mod event;");
/// turn.complete("assistant_message");
///
/// sink.check().unwrap();
/// let kinds: Vec<_> = sink.records().iter().map(|record| record.event.kind().to_owned()).collect();
/// assert_eq!(kinds[..2], ["session_started", "turn_started"]);
/// assert_eq!(kinds.last().unwrap(), "turn_completed");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    core: Option<Arc<Core>>,
}

impl Recorder {
    /// Sets up a recorder.
    pub fn builder() -> RecorderBuilder {
        RecorderBuilder::default()
    }

    /// Starts a session, or goes on with it: a later handle of the same id counts turns and tokens on, compares its prompts
    /// with the earlier ones, and writes no second start.
    ///
    /// Of the sessions that no handle holds, the recorder remembers the 10,000 it gave handles of last. The id of one that
    /// it has forgotten starts anew, see [`SessionOptions::first_turn_index`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use trace_core::{AssertingTraceSink, Recorder};
    ///
    /// let sink = Arc::new(AssertingTraceSink::default());
    /// let recorder = Recorder::builder().trace_sink(sink.clone()).build();
    /// recorder.session("chat-1").turn("turn-0").complete("assistant_message");
    /// recorder.session("chat-1").turn("turn-1").complete("assistant_message");
    ///
    /// let last = sink.records().pop().unwrap();
    /// assert_eq!(last.context.turn_index, Some(1));
    /// ```
    pub fn session(&self, session_id: impl Into<String>) -> Session {
        match &self.core {
            Some(core) => Session::start(core, SessionOptions::new(session_id)),
            None => Session::default(),
        }
    }

    /// Starts a session with metadata, a context or a cause, or goes on with it as [`session`](Self::session) does.
    pub fn session_with(&self, options: SessionOptions) -> Session {
        self.core.as_ref().map(|core| Session::start(core, options)).unwrap_or_default()
    }

    /// Whether records of a level are written.
    pub fn is_enabled(&self, level: TraceLevel) -> bool {
        self.at(level).is_some()
    }

    /// Records a log line that belongs to no session.
    pub fn log(&self, severity: Severity, target: impl Into<String>, message: impl Into<String>) {
        self.write(|| Log::new(severity, target, message));
    }

    /// Records a log line that belongs to no session, with fields, source position or error.
    pub fn log_with(
        &self,
        severity: Severity,
        target: impl Into<String>,
        message: impl Into<String>,
        complete: impl FnOnce(&mut Log),
    ) {
        self.write(|| {
            let mut line = Log::new(severity, target, message);
            complete(&mut line);
            line
        });
    }

    /// Records a milestone of the host that belongs to no session.
    pub fn runtime_event(&self, event: impl FnOnce() -> RuntimeEvent) {
        self.write(event);
    }

    /// Records an event as it is, in a context laid over the base context. Events above the recorder's level are dropped,
    /// those of execution graphs go to the execution sink.
    ///
    /// This is for records that no guard writes; nothing pairs them.
    pub fn record(&self, context: &TraceContext, event: impl Into<TraceEvent>) {
        let event = event.into();
        let Some(core) = &self.core else { return };
        if core.takes(Channel::of(&event), event.level()) {
            core.write_now(&Place::here(&overlay(&core.settings.base, context)), event);
        }
    }

    /// Brings what the sinks own to durable storage, for a host that kept no handle of them.
    ///
    /// # Errors
    ///
    /// Some of what was recorded may not be durable.
    pub fn flush_trace_sink(&self) -> Result<(), TraceSinkError> {
        self.core.as_ref().map_or(Ok(()), |core| core.flush())
    }

    /// How many calls of a sink failed or panicked, and how many of the host's clock and source of ids panicked.
    pub fn failures(&self) -> u64 {
        self.core.as_ref().map_or(0, |core| core.failures())
    }

    fn at(&self, level: TraceLevel) -> Option<&Arc<Core>> {
        self.core.as_ref().filter(|core| core.takes(Channel::Trace, level))
    }

    fn write<E: Into<TraceEvent>>(&self, event: impl FnOnce() -> E) {
        if let Some(core) = self.at(TraceLevel::Standard) {
            core.write_now(&Place::here(&core.settings.base), event());
        }
    }
}
