//! What a page shows: rows in display order, and everything that is counted.

mod arrange;
mod block;
mod body;
mod build;
mod calls;
mod critical;
mod execution;
mod extent;
mod faults;
mod first;
mod graphs;
mod idle;
mod ids;
mod lenient;
mod links;
mod map;
mod nameless;
mod node;
pub mod numbers;
mod parents;
mod place;
mod prompt;
mod records;
mod runs;
mod time;
mod tokens;
mod totals;

use chrono::{DateTime, Utc};
use trace_core::Severity;

pub use build::ModelBuilder;
pub use faults::Fault;
pub use graphs::{Graph, GraphChoice, GraphStep};
pub use links::{Link, LinkKind, Notes};
pub use map::{GraphMap, MapEdge, MapNode};
pub use prompt::Drift;
pub use runs::Run;

pub(crate) use ids::{NONE, index};

/// A trace, read once and put in order.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// The earliest timestamp of any record; row times count from here.
    pub start: Option<DateTime<Utc>>,
    /// The latest timestamp of any record.
    pub end: Option<DateTime<Utc>>,
    /// The dictionary that [`Row::name`] and [`RecordIndex::kind`] point into.
    pub names: Vec<String>,
    /// Tree rows, depth first, siblings by start time: the order a page lists them in.
    pub rows: Vec<Row>,
    /// One entry per record of the input, in input order (all inputs one after another).
    pub records: Vec<RecordIndex>,
    /// Token counts; [`Row::usage`] points here.
    pub usages: Vec<Usage>,
    /// One entry per session row, in row order.
    pub sessions: Vec<SessionSummary>,
    /// Execution graphs, in row order.
    pub graphs: Vec<Graph>,
    /// What the graphs look like, each distinct map once; [`Graph::map`] points here.
    pub maps: Vec<GraphMap>,
    /// The number that its records give each turn, one entry per turn row, in row order.
    pub turn_numbers: Vec<Option<u32>>,
    /// Counts over everything.
    pub totals: Totals,
    /// What caused what, ascending by row.
    pub links: Vec<Link>,
    /// Causes outside the input, and what changed in prompts.
    pub notes: Notes,
    /// What failed rows say of their failure, ascending by row.
    pub faults: Vec<Fault>,
    /// The texts that [`Fault::message`] points into.
    pub messages: Vec<String>,
    /// How often prompts changed.
    pub drift: Drift,
    /// Tokens that were reported, but by no call.
    pub beyond: Vec<Beyond>,
    /// LLM calls whose record says when the first visible token came: the row, and milliseconds after its start.
    pub first_tokens: Vec<(u32, u32)>,
    /// Runs of programs, in row order.
    pub runs: Vec<Run>,
    /// What was read, in command-line order.
    pub inputs: Vec<InputSummary>,
    /// Long stretches in which nothing ran, in order: from and to, in microseconds after [`Model::start`].
    pub idle: Vec<(i64, i64)>,
    /// The critical paths of all top-level rows together, in microseconds; `None` when such rows overlap in time.
    pub critical_us: Option<i64>,
}

impl Model {
    /// Microseconds from the first to the last record.
    pub fn span_us(&self) -> i64 {
        match (self.start, self.end) {
            (Some(start), Some(end)) => {
                end.timestamp_micros().saturating_sub(start.timestamp_micros()).max(0)
            }
            _ => 0,
        }
    }
}

/// One line of the tree. A call's start and end records share one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Distance from the root; the parent is the nearest earlier row whose depth is one less.
    pub depth: u32,
    /// What the row stands for.
    pub kind: RowKind,
    /// How it ended.
    pub status: Status,
    /// Things a reader should know about how this row was put together.
    pub flags: RowFlags,
    /// Index into [`Model::names`]: tool name, model, turn id, event name.
    pub name: u32,
    /// Start in microseconds after [`Model::start`].
    pub start_us: i64,
    /// Duration in microseconds; 0 for a point in time. For an unfinished row: up to [`Model::end`].
    pub duration_us: i64,
    /// Index into [`Model::records`] of the record that opened the row; `None` for a row made up to hold others.
    pub first: Option<u32>,
    /// Index of the record that closed it, where that is another record.
    pub last: Option<u32>,
    /// Index into [`Model::usages`].
    pub usage: Option<u32>,
}

/// What a row stands for. The discriminants are the page's wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum RowKind {
    Session = 0,
    Turn = 1,
    LlmCall = 2,
    ToolCall = 3,
    CodeBlock = 4,
    Batch = 5,
    Process = 6,
    Graph = 7,
    GraphNode = 8,
    Prompt = 9,
    ProviderRequest = 10,
    ProviderChunk = 11,
    RuntimeChunk = 12,
    ProtocolStep = 13,
    Usage = 14,
    EnvelopeDiff = 15,
    Custom = 16,
    Log = 17,
    RuntimeEvent = 18,
    Run = 19,
    UncaughtError = 20,
    RecordsDropped = 21,
    /// A well-formed record of a kind this program does not know.
    Unknown = 22,
    /// JSON that is no record of ours, or of a newer schema; kept as text.
    Foreign = 23,
}

impl RowKind {
    /// Whether such a row stands for something that starts and ends, and not for a point in time or a group.
    pub fn is_call(self) -> bool {
        match self {
            Self::Turn
            | Self::LlmCall
            | Self::ToolCall
            | Self::CodeBlock
            | Self::Batch
            | Self::Process
            | Self::Graph
            | Self::GraphNode
            | Self::Run => true,
            Self::Session
            | Self::Prompt
            | Self::ProviderRequest
            | Self::ProviderChunk
            | Self::RuntimeChunk
            | Self::ProtocolStep
            | Self::Usage
            | Self::EnvelopeDiff
            | Self::Custom
            | Self::Log
            | Self::RuntimeEvent
            | Self::UncaughtError
            | Self::RecordsDropped
            | Self::Unknown
            | Self::Foreign => false,
        }
    }
}

/// How a row ended. The discriminants are the page's wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Status {
    /// A point in time, or a group without an outcome of its own.
    #[default]
    None = 0,
    /// Started; no end in the input.
    Unfinished = 1,
    /// Ended well.
    Completed = 2,
    /// Ended in failure.
    Failed = 3,
    /// Was stopped on purpose.
    Cancelled = 4,
}

/// Bit set of a row's peculiarities. The bits are the page's wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowFlags(pub u16);

impl RowFlags {
    /// The end was recorded, the start was not.
    pub const ENDED_WITHOUT_START: u16 = 1;
    /// Its parent is named but not in the input; the row hangs at the nearest known ancestor.
    pub const ORPHAN: u16 = 2;
    /// Its parents form a cycle; the row was cut loose from it.
    pub const CYCLE: u16 = 4;
    /// The same record (or the same end) came more than once.
    pub const REPEATED: u16 = 8;
    /// The record's timestamp could not be read; the row stands where the line stood.
    pub const NO_TIME: u16 = 16;
    /// A prompt component changed since the session's previous prompt.
    pub const DRIFT: u16 = 32;
    /// It calls again what another LLM call failed at.
    pub const RETRY: u16 = 64;
    /// It is on the critical path of its top-level row. No peculiarity: it is a way to read the timeline.
    pub const CRITICAL: u16 = 128;
    /// One of its records tells an error.
    pub const TELLS_ERROR: u16 = 256;

    /// The severity of a log line or a runtime event stands above this bit: 0 for none, then 1 for trace to 6 for critical.
    pub const LEVEL_SHIFT: u16 = 13;

    /// The severity of a log line or a runtime event.
    pub fn level(self) -> Option<Severity> {
        let place = usize::from(self.0 >> Self::LEVEL_SHIFT);
        Severity::ALL.get(place.checked_sub(1)?).copied()
    }

    /// What is odd about a row: the bits below [`CRITICAL`](Self::CRITICAL).
    pub fn peculiarities(self) -> u16 {
        self.0 & (Self::CRITICAL - 1)
    }

    pub(crate) fn set_level(&mut self, level: Severity) {
        let place = Severity::ALL.iter().position(|&known| known == level).map_or(0, |place| place + 1);
        let bits = u16::try_from(place).unwrap_or(0) << Self::LEVEL_SHIFT;
        self.0 = self.0 & !(u16::MAX << Self::LEVEL_SHIFT) | bits;
    }
}

/// Where a record's bytes are, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordIndex {
    /// Bytes of the raw line, without its newline.
    pub len: u32,
    /// Index into [`Model::names`]: the record's `type`, or empty for foreign JSON.
    pub kind: u32,
    /// Index into [`Model::rows`] of the row that shows it.
    pub row: u32,
}

/// Token counts in the schema's five fields. Reasoning is part of output; input excludes cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Usage {
    /// Uncached input.
    pub input: i64,
    /// Read from a prompt cache.
    pub cache_read: i64,
    /// Written to a prompt cache.
    pub cache_write: i64,
    /// Generated, reasoning included.
    pub output: i64,
    /// The part of `output` spent on reasoning.
    pub reasoning: i64,
}

/// Tokens that a usage record reports beyond those of the calls it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beyond {
    /// The turn or session it was reported for, as far as it has a row.
    pub row: Option<u32>,
    /// How much more.
    pub tokens: Usage,
}

/// A session and its own totals (those of nested sessions not included).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionSummary {
    /// The session's id.
    pub id: String,
    /// Index into [`Model::rows`].
    pub row: u32,
    /// Counts of this session alone.
    pub totals: Totals,
}

/// What is counted, for a session or for everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Sessions (1 for a session's own totals).
    pub sessions: u64,
    /// Turns.
    pub turns: CallCounts,
    /// LLM calls.
    pub llm_calls: CallCounts,
    /// Tool calls.
    pub tool_calls: CallCounts,
    /// Rows with status failed, of any kind.
    pub failures: u64,
    /// Tokens, each counted once.
    pub tokens: Usage,
}

/// Outcomes of one sort of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CallCounts {
    /// All of them, however they ended.
    pub total: u64,
    /// Ended in failure.
    pub failed: u64,
    /// Stopped on purpose.
    pub cancelled: u64,
    /// Without an end in the input.
    pub unfinished: u64,
    /// With an end but no start in the input.
    pub ended_without_start: u64,
}

/// One input as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputSummary {
    /// The file's name, without its directory.
    pub name: String,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Entries: records and foreign JSON.
    pub entries: u64,
    /// Entries kept as raw text.
    pub foreign: u64,
    /// One sentence per finding, bounded; empty when the input is whole.
    pub damage: Vec<String>,
    /// All findings, those not listed included.
    pub damage_count: u64,
}
