//! From entries to a model, in one pass.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use trace_core::{EntryKind, ReadReport, TraceEntry, TraceHeader};

use super::body;
use super::execution::Link;
use super::faults::Faults;
use super::graphs::Graphs;
use super::ids::{Ids, Map, NONE, Names, index};
use super::lenient::read;
use super::links::Causes;
use super::node::{Moment, Node, Place};
use super::prompt::Prompts;
use super::runs::Runs;
use super::time::{Instant, Span};
use super::tokens::Spending;
use super::{InputSummary, Model, RecordIndex, RowFlags, RowKind, Status, Usage};

/// Longest name that the dictionary keeps, in characters.
const NAME_CHARS: usize = 200;

/// Takes entries in any order and makes a [`Model`] of them.
///
/// Memory grows with the number of records, not with their size.
///
/// # Examples
///
/// ```
/// use trace_core::TraceReader;
/// use trace_viewer::model::ModelBuilder;
///
/// let trace = br#"{"schema_version":2,"id":"r1","timestamp":"2026-05-11T09:00:00Z",
/// "context":{"session_id":"chat-1"},"type":"session_started"}"#;
/// let line: Vec<u8> = trace.iter().copied().filter(|&byte| byte != b'\n').collect();
/// let mut reader = TraceReader::salvage(&line[..]);
/// let mut builder = ModelBuilder::new();
/// builder.begin_input("trace.jsonl");
/// while let Some(entry) = reader.next_entry()? {
///     builder.push(&entry);
/// }
/// builder.end_input(&reader.into_report());
/// let model = builder.finish();
/// assert_eq!((model.rows.len(), model.totals.sessions), (1, 1));
/// # Ok::<(), trace_core::ReadError>(())
/// ```
#[derive(Debug)]
pub struct ModelBuilder {
    pub(super) names: Names,
    pub(super) ids: Ids,
    pub(super) nodes: Vec<Node>,
    /// Nodes by session and node id.
    pub(super) by_id: Map<(u32, u32), u32>,
    /// Nodes by node id alone, where the id names its session; [`NONE`] where several nodes use it.
    pub(super) by_id_alone: Map<u32, u32>,
    /// Nodes by other names they go by, for parents that are not found otherwise.
    pub(super) aliases: Map<(u32, u32), u32>,
    pub(super) records: Vec<RecordIndex>,
    pub(super) sessions: Names,
    pub(super) session_spans: Vec<Span>,
    pub(super) session_nodes: Vec<u32>,
    pub(super) usages: Vec<Usage>,
    pub(super) spending: Spending,
    pub(super) prompts: Prompts,
    /// Starts and ends of calls without an id.
    pub(super) nameless: Vec<u32>,
    pub(super) graphs: Graphs,
    /// Graphs, and the node id that their records carry.
    pub(super) graph_owners: Vec<(u32, u32)>,
    /// Child graphs: the key of each, and the node that started it.
    pub(super) links: Map<u32, Link>,
    /// The recorded number of turns.
    pub(super) turn_numbers: Map<u32, u32>,
    pub(super) span: Span,
    pub(super) causes: Causes,
    pub(super) faults: Faults,
    /// Milliseconds to the first visible token, by the node of the call.
    pub(super) first_tokens: HashMap<u32, u32>,
    pub(super) runs: Runs,
    /// Log lines and the like, and the node whose id they carry.
    pub(super) beside: Vec<(u32, u32)>,
    seen: Map<u64, u32>,
    hash: RandomState,
    last_time: Option<Instant>,
    inputs: Vec<InputSummary>,
    key: String,
}

/// One record on its way in.
pub(super) struct Incoming<'a> {
    pub(super) header: &'a TraceHeader<'a>,
    pub(super) text: &'a str,
    pub(super) place: Place,
    pub(super) moment: Moment,
}

impl Default for ModelBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl ModelBuilder {
    /// A builder that has seen nothing.
    pub fn new() -> Self {
        let mut names = Names::default();
        names.number("");
        Self {
            names,
            ids: Ids::default(),
            nodes: Vec::new(),
            by_id: Map::default(),
            by_id_alone: Map::default(),
            aliases: Map::default(),
            records: Vec::new(),
            sessions: Names::default(),
            session_spans: Vec::new(),
            session_nodes: Vec::new(),
            usages: Vec::new(),
            spending: Spending::default(),
            prompts: Prompts::default(),
            nameless: Vec::new(),
            graphs: Graphs::default(),
            graph_owners: Vec::new(),
            links: Map::default(),
            turn_numbers: Map::default(),
            span: Span::default(),
            causes: Causes::default(),
            faults: Faults::default(),
            first_tokens: HashMap::new(),
            runs: Runs::default(),
            beside: Vec::new(),
            seen: Map::default(),
            hash: RandomState::new(),
            last_time: None,
            inputs: Vec::new(),
            key: String::new(),
        }
    }

    /// Names the input that the next entries come from.
    pub fn begin_input(&mut self, name: &str) {
        self.last_time = None;
        self.inputs.push(InputSummary { name: name.to_owned(), ..InputSummary::default() });
    }

    /// Takes the next entry of the current input.
    pub fn push(&mut self, entry: &TraceEntry<'_>) {
        let header = &entry.header;
        let kind = entry.kind();
        let time = header.timestamp.as_deref().and_then(Instant::parse);
        if let Some(time) = time {
            self.span.add(time);
            self.last_time = Some(time);
        }
        let moment = Moment {
            time: time.or(self.last_time).unwrap_or(Instant::MIN),
            record: index(self.records.len()),
        };
        if let Some(run) = header.context.run_id.as_deref() {
            self.runs.saw(run, time);
        }
        let place = self.place(header, time);
        let incoming = Incoming { header, text: entry.text, place, moment };
        let node = self.take(&incoming, kind);
        if time.is_none() {
            self.node(node).flag(RowFlags::NO_TIME);
        }
        if kind == EntryKind::Record && tells_error(entry.text) {
            self.node(node).flag(RowFlags::TELLS_ERROR);
        }
        if kind != EntryKind::Record
            && let Some(input) = self.inputs.last_mut()
        {
            input.foreign += 1;
        }
        let type_name = self.name(header.kind.as_deref().unwrap_or(""));
        self.records.push(RecordIndex { len: index(entry.text.len()), kind: type_name, row: node });
    }

    /// Ends the current input with the reader's account of it.
    pub fn end_input(&mut self, report: &ReadReport) {
        let Some(input) = self.inputs.last_mut() else { return };
        input.bytes = report.bytes();
        input.entries = report.entries();
        input.damage.extend(report.damage().iter().map(ToString::to_string));
        input.damage_count += report.damage_count();
        for span in report.seq().spans() {
            for gap in &span.missing {
                let count = (gap.end() - gap.start()).saturating_add(1);
                input.damage_count += 1;
                if input.damage.len() < 100 {
                    let records = if count == 1 { "record is" } else { "records are" };
                    input.damage.push(format!(
                        "{count} {records} missing: writer {} wrote numbers {} to {}, they are not here",
                        span.writer,
                        gap.start(),
                        gap.end()
                    ));
                }
            }
        }
    }

    /// Adds a finding of the caller's own to the current input.
    pub fn note_damage(&mut self, finding: &str) {
        if let Some(input) = self.inputs.last_mut() {
            input.damage_count += 1;
            input.damage.push(finding.to_owned());
        }
    }

    /// The model of everything taken.
    pub fn finish(mut self) -> Model {
        // Large, and no longer asked.
        self.seen = Map::default();
        self.pair_nameless();
        self.settle_graphs();
        self.settle_beside();
        let inputs = std::mem::take(&mut self.inputs);
        Model { inputs, ..self.arrange() }
    }

    fn take(&mut self, incoming: &Incoming<'_>, kind: EntryKind) -> u32 {
        if kind != EntryKind::Record {
            return self.take_foreign(incoming);
        }
        let key = self.record_hash(incoming.header);
        if let Some(&node) = key.and_then(|key| self.seen.get(&key)) {
            self.node(node).flag(RowFlags::REPEATED);
            return node;
        }
        let node = self.take_record(incoming);
        let row = &self.nodes[node as usize];
        let decides = row.end.or(row.start) == Some(incoming.moment);
        if row.status == Status::Failed && decides {
            self.faults.note(node, incoming.text);
        }
        if let Some(key) = key {
            self.seen.insert(key, node);
        }
        node
    }

    fn take_foreign(&mut self, incoming: &Incoming<'_>) -> u32 {
        let name = self.name(incoming.header.kind.as_deref().unwrap_or(""));
        self.point(incoming, RowKind::Foreign, name)
    }

    /// What tells a record from all others, so that a second copy of it is not counted.
    fn record_hash(&self, header: &TraceHeader<'_>) -> Option<u64> {
        let id = header.id.as_deref().filter(|id| !id.is_empty())?;
        Some(self.hash.hash_one((id, &header.timestamp, &header.kind, &header.context.session_id)))
    }

    /// What tells a text from all others.
    pub(super) fn hash_text(&self, text: &str) -> u64 {
        self.hash.hash_one(text)
    }

    /// The node that took this key before.
    pub(super) fn seen_before(&self, scope: &str, key: &str) -> Option<u32> {
        self.seen.get(&self.hash.hash_one((0xFF_u8, scope, key))).copied()
    }

    /// Remembers which node took this key.
    pub(super) fn remember(&mut self, scope: &str, key: &str, node: u32) {
        self.seen.insert(self.hash.hash_one((0xFF_u8, scope, key)), node);
    }

    /// A row for a single record.
    pub(super) fn point(&mut self, incoming: &Incoming<'_>, kind: RowKind, name: u32) -> u32 {
        let mut node = Node::new(kind, incoming.place);
        node.name = name;
        node.start = Some(incoming.moment);
        let node = self.add(node);
        self.register_own(incoming, node);
        node
    }

    pub(super) fn add(&mut self, node: Node) -> u32 {
        self.nodes.push(node);
        index(self.nodes.len() - 1)
    }

    pub(super) fn node(&mut self, node: u32) -> &mut Node {
        &mut self.nodes[node as usize]
    }

    pub(super) fn name(&mut self, text: &str) -> u32 {
        if text.len() <= NAME_CHARS {
            return self.names.number(text);
        }
        match text.char_indices().nth(NAME_CHARS) {
            Some((end, _)) => {
                let cut = format!("{}…", &text[..end]);
                self.names.number(&cut)
            }
            None => self.names.number(text),
        }
    }

    pub(super) fn id(&mut self, parts: &[&str]) -> u32 {
        self.key.clear();
        for part in parts {
            self.key.push_str(part);
        }
        self.ids.number(&self.key)
    }

    pub(super) fn session(&mut self, id: &str) -> u32 {
        let session = self.sessions.number(id);
        if self.session_spans.len() < self.sessions.len() {
            self.session_spans.push(Span::default());
            self.session_nodes.push(NONE);
        }
        session
    }
}

/// Whether a record tells an error: itself, or in the event it carries.
fn tells_error(text: &str) -> bool {
    // Few records have the word at all; the others need not be read again.
    static ERROR: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"error\""));
    ERROR.find(text.as_bytes()).is_some() && {
        let told: body::Told<'_> = read(text);
        told.error.is_some() || told.event.error.is_some()
    }
}
