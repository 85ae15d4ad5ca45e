//! What can happen: one payload type per kind of record.

mod execution;
mod llm;
mod log;
mod prompt;
mod protocol;
mod run;
mod session;
mod stream;
mod tool;
mod usage;

pub use execution::*;
pub use llm::*;
pub use log::*;
pub use prompt::*;
pub use protocol::*;
pub use run::*;
pub use session::*;
pub use stream::*;
pub use tool::*;
pub use usage::*;

use crate::record::ENVELOPE_KEYS;
use crate::wire::tagged_enum;
use crate::{Severity, TraceLevel};

tagged_enum! {
    /// What happened. [`kind`](Self::kind) is the only source of the `type` tag.
    pub enum TraceEvent, tag = "type", beside = ENVELOPE_KEYS {
        /// A session began.
        SessionStarted(SessionStarted) = "session_started",
        /// A turn began.
        TurnStarted(TurnStarted) = "turn_started",
        /// A prompt was put together.
        PromptBuilt(PromptBuilt) = "prompt_built",
        /// A model was called.
        LlmCallStarted(LlmCallStarted in Box) = "llm_call_started",
        /// A model answered.
        LlmCallCompleted(LlmCallCompleted in Box) = "llm_call_completed",
        /// A model call failed or was cancelled.
        LlmCallFailed(LlmCallFailed in Box) = "llm_call_failed",
        /// Bytes went to a provider.
        ProviderRequest(ProviderRequest in Box) = "provider_request",
        /// A recorded effect and its reconstruction differ.
        EffectEnvelopeDiff(EffectEnvelopeDiff) = "effect_envelope_diff",
        /// A provider sent a chunk.
        ProviderStreamEvent(ProviderStreamEvent in Box) = "provider_stream_event",
        /// The runtime passed a chunk on.
        RuntimeStreamEvent(RuntimeStreamEvent in Box) = "runtime_stream_event",
        /// A tool was called.
        ToolCallStarted(ToolCallStarted) = "tool_call_started",
        /// A tool call ended.
        ToolCallCompleted(ToolCallCompleted in Box) = "tool_call_completed",
        /// The agent loop took a step.
        ProtocolStep(ProtocolStep) = "protocol_step",
        /// Tokens were spent.
        TokenUsage(TokenUsage) = "token_usage",
        /// An execution graph moved on.
        LashlangExecution(LashlangExecution in Box) = "lashlang_execution",
        /// A turn ended.
        TurnCompleted(TurnCompleted) = "turn_completed",
        /// The host's own event.
        Custom(Custom) = "custom",
        /// A log line.
        Log(Log in Box) = "log",
        /// A milestone of the host's life.
        RuntimeEvent(RuntimeEvent in Box) = "runtime_event",
        /// A program began a run.
        RunStarted(RunStarted in Box) = "run_started",
        /// A program ended a run.
        RunSummary(RunSummary in Box) = "run_summary",
        /// An error nobody handled.
        UncaughtError(UncaughtError) = "uncaught_error",
        /// Records were lost on the way.
        RecordsDropped(RecordsDropped in Box) = "records_dropped",
    }
}

impl TraceEvent {
    /// The level from which on this event is recorded.
    ///
    /// `prompt_built` is standard; its components belong to [`TraceLevel::Extended`].
    pub fn level(&self) -> TraceLevel {
        match self {
            Self::ProviderRequest(_)
            | Self::EffectEnvelopeDiff(_)
            | Self::ProviderStreamEvent(_)
            | Self::RuntimeStreamEvent(_) => TraceLevel::Extended,
            Self::SessionStarted(_)
            | Self::TurnStarted(_)
            | Self::PromptBuilt(_)
            | Self::LlmCallStarted(_)
            | Self::LlmCallCompleted(_)
            | Self::LlmCallFailed(_)
            | Self::ToolCallStarted(_)
            | Self::ToolCallCompleted(_)
            | Self::ProtocolStep(_)
            | Self::TokenUsage(_)
            | Self::LashlangExecution(_)
            | Self::TurnCompleted(_)
            | Self::Custom(_)
            | Self::Log(_)
            | Self::RuntimeEvent(_)
            | Self::RunStarted(_)
            | Self::RunSummary(_)
            | Self::UncaughtError(_)
            | Self::RecordsDropped(_)
            | Self::Unknown(_) => TraceLevel::Standard,
        }
    }

    /// Whether the event reports a failure: a failed turn, call, tool, node, graph or run, an uncaught error, or a log
    /// line of severity error and up. What was cancelled on purpose did not fail.
    pub fn is_failed(&self) -> bool {
        match self {
            Self::TurnCompleted(turn) => turn.status == TURN_FAILED,
            Self::LlmCallFailed(call) => !call.error.is_cancelled(),
            Self::ToolCallCompleted(call) => call.output.status() == TraceToolCallStatus::Failure,
            Self::ProtocolStep(step) => step.is_failed(),
            Self::LashlangExecution(execution) => execution.event.step.is_failed(),
            Self::Log(log) => log.level >= Severity::Error,
            Self::RuntimeEvent(event) => event.level >= Severity::Error,
            Self::RunSummary(run) => run.is_failed(),
            Self::UncaughtError(_) => true,
            Self::SessionStarted(_)
            | Self::TurnStarted(_)
            | Self::PromptBuilt(_)
            | Self::LlmCallStarted(_)
            | Self::LlmCallCompleted(_)
            | Self::ProviderRequest(_)
            | Self::EffectEnvelopeDiff(_)
            | Self::ProviderStreamEvent(_)
            | Self::RuntimeStreamEvent(_)
            | Self::ToolCallStarted(_)
            | Self::TokenUsage(_)
            | Self::Custom(_)
            | Self::RunStarted(_)
            | Self::RecordsDropped(_)
            | Self::Unknown(_) => false,
        }
    }
}
