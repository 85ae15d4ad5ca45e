//! Records become spans: once, on the caller's thread, whatever order they come in.

mod begin;
mod conversation;
mod describe;
mod emit;
mod execution;
mod graph;
mod idle;
mod instant;
mod llm;
mod open;
mod parent;
mod run;
mod session;
mod stream;
mod tool;
mod work;

use std::sync::Arc;

use opentelemetry::trace::SpanKind;
use trace_core::{TraceEvent, TraceRecord};

use super::ids::NodeKey;
use super::lanes::Lanes;
use super::live::{Live, Started};
use super::place::Place;
use super::recent::{ByHash, Hashes, Recent, SomeHashes};
use super::span::{Built, Name, Style};
use super::time::Time;
use super::{OtelOptions, convention};
pub(super) use conversation::Conversation;
pub(super) use open::Parent;
use open::{Closed, Open};

/// How many closed spans are remembered, to tell repeats.
const CLOSED: usize = 65_536;
/// How many spans closed as incomplete are kept for an end that may still come.
const SUSPENDED: usize = 4096;

/// Puts spans together.
#[derive(Debug)]
pub(super) struct Assembler {
    options: OtelOptions,
    style: Arc<Style>,
    hashes: Hashes,
    lanes: Lanes,
    open: ByHash<Open>,
    closed: Recent<Closed>,
    suspended: Recent<Box<Open>>,
    /// Bytes of the open spans.
    open_bytes: usize,
    /// Parents that were named before there was anything of them.
    awaited: Recent<()>,
    /// Records that became a part of another span.
    folded: Recent<()>,
    /// Spans in turns, by session and node id: what outlives its turn names them so.
    places: Recent<u64>,
    /// The latest span of a node id that came again in its turn, by the key of the first.
    again: Recent<NodeKey>,
    /// Starts of tool calls without an id, by lane and name.
    nameless: Recent<Vec<(Time, NodeKey)>>,
    /// The open passes of an execution, by the keys' hashes.
    passes: ByHash<SomeHashes>,
    /// Graphs that a node of another graph started, by their root's key.
    children: Recent<super::lanes::Cause>,
    latest_turns: session::LatestTurns,
    /// The host's tracer, which starts spans when they open.
    live: Option<Live>,
    out: Vec<Finished>,
    counts: Counts,
    /// The time of the last sweep, and the records since.
    swept: Time,
    unswept: usize,
    scratch: NodeKey,
}

/// What was made of records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Spans put together.
    pub(super) built: u64,
    /// Spans closed without an end record.
    pub(super) incomplete: u64,
    /// Records that repeated an earlier one, or came after their span was sent.
    pub(super) repeated: u64,
}

/// A span that is ready to leave.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "measured: a box that another thread frees costs more than the copy"
)]
pub(super) enum Finished {
    /// For an exporter.
    Built(Built),
    /// In the host's tracer.
    Started(Box<Started>),
}

/// A record on its way through the assembler.
#[derive(Clone, Copy)]
struct Incoming<'a> {
    record: &'a TraceRecord,
    place: Place<'a>,
    lane: u64,
    time: Time,
}

/// What the spans of one family have in common.
#[derive(Debug, Clone, Copy)]
struct Family {
    /// The family's name, with the default prefix.
    name: &'static str,
    /// What it does, in the word of the conventions.
    operation: Option<&'static str>,
}

impl Family {
    fn kind(self) -> SpanKind {
        if self.operation == Some(convention::operation::CHAT) {
            SpanKind::Client
        } else {
            SpanKind::Internal
        }
    }
}

const fn family(name: &'static str) -> Family {
    Family { name, operation: None }
}

impl Assembler {
    pub(super) fn new(options: OtelOptions, style: Arc<Style>, live: Option<Live>) -> Self {
        Self {
            style,
            lanes: Lanes::new(&options),
            options,
            hashes: Hashes::default(),
            open: ByHash::default(),
            closed: Recent::new(CLOSED),
            suspended: Recent::new(SUSPENDED),
            open_bytes: 0,
            awaited: Recent::new(CLOSED),
            folded: Recent::new(CLOSED),
            places: Recent::new(CLOSED),
            again: Recent::new(SUSPENDED),
            nameless: Recent::new(SUSPENDED),
            passes: ByHash::default(),
            children: Recent::new(SUSPENDED),
            latest_turns: session::LatestTurns::new(CLOSED),
            live,
            out: Vec::new(),
            counts: Counts::default(),
            swept: Time::default(),
            unswept: 0,
            scratch: NodeKey::default(),
        }
    }

    /// What a panic of the host's tracer said, once.
    pub(super) fn take_failure(&mut self) -> Option<String> {
        self.live.as_mut()?.take_failure()
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// How many spans are open.
    pub(super) fn open_spans(&self) -> usize {
        self.open.len()
    }

    /// Takes a record.
    pub(super) fn take(&mut self, record: &TraceRecord) {
        let place = Place::of(record);
        let lane = self.lanes.of(place, &self.hashes, &mut self.scratch);
        let time = Time::of(record.timestamp);
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.last = lane.last.max(time);
        }
        let incoming = Incoming { record, place, lane, time };
        self.ensure_session(incoming);
        self.dispatch(incoming);
        self.advance(time);
    }

    /// What was finished since this was last asked.
    pub(super) fn finished(&mut self) -> Vec<Finished> {
        std::mem::take(&mut self.out)
    }

    fn dispatch(&mut self, incoming: Incoming<'_>) {
        match &incoming.record.event {
            TraceEvent::SessionStarted(session) => self.session_started(incoming, session),
            TraceEvent::TurnStarted(turn) => self.turn_started(incoming, turn),
            TraceEvent::TurnCompleted(turn) => self.turn_completed(incoming, turn),
            TraceEvent::PromptBuilt(prompt) => self.prompt_built(incoming, prompt),
            TraceEvent::LlmCallStarted(call) => self.llm_started(incoming, &call.request),
            TraceEvent::LlmCallCompleted(call) => self.llm_completed(incoming, call),
            TraceEvent::LlmCallFailed(call) => self.llm_failed(incoming, call),
            TraceEvent::ProviderRequest(request) => self.provider_request(incoming, &request.event),
            TraceEvent::ProviderStreamEvent(chunk) => self.provider_chunk(incoming, &chunk.event),
            TraceEvent::RuntimeStreamEvent(chunk) => self.runtime_chunk(incoming, &chunk.event),
            TraceEvent::ToolCallStarted(call) => self.tool_started(incoming, call),
            TraceEvent::ToolCallCompleted(call) => self.tool_completed(incoming, call),
            TraceEvent::ProtocolStep(step) => self.protocol_step(incoming, step),
            TraceEvent::TokenUsage(usage) => self.token_usage(incoming, usage),
            TraceEvent::LashlangExecution(execution) => self.execution(incoming, &execution.event),
            TraceEvent::EffectEnvelopeDiff(diff) => self.envelope_diff(incoming, &diff.event),
            TraceEvent::Custom(custom) => self.custom(incoming, custom),
            TraceEvent::Log(log) => self.log(incoming, log),
            TraceEvent::RuntimeEvent(event) => self.runtime_event(incoming, event),
            TraceEvent::RunStarted(run) => self.run_started(incoming, run),
            TraceEvent::RunSummary(run) => self.run_summary(incoming, run),
            TraceEvent::UncaughtError(error) => self.uncaught_error(incoming, error),
            TraceEvent::RecordsDropped(dropped) => self.records_dropped(incoming, dropped),
            TraceEvent::Unknown(unknown) => self.unknown(incoming, &unknown.tag),
            other => self.unknown(incoming, other.kind()),
        }
    }

    /// Whether a record that becomes a part of another span was taken before.
    fn is_repeat(&mut self, incoming: Incoming<'_>) -> bool {
        let id = self.record_hash(incoming);
        let known = self.folded.contains(id);
        if known {
            self.counts.repeated += 1;
        } else {
            self.folded.insert(id, ());
        }
        known
    }

    /// The hash of a record's id.
    fn record_hash(&self, incoming: Incoming<'_>) -> u64 {
        match &*incoming.record.id {
            "" => self.hashes.of(Self::key_of_record(incoming).bytes()),
            id => self.hashes.of(id.as_bytes()),
        }
    }

    /// The name of a span: the family's, or the convention's where that was chosen.
    fn name(&self, family: Family, convention: impl FnOnce() -> String) -> Name {
        match self.options.names {
            super::SpanNames::Seed => Name::Fixed(family.name),
            super::SpanNames::GenAi => Name::Made(convention()),
        }
    }
}
