//! Traces, models, and what a model says by node.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use trace_core::TraceReader;
use trace_viewer::model::{Model, ModelBuilder, Row, RowKind, Status};

/// The path of a file of this crate.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The lines of a seed trace, and its truth.
pub(crate) fn seed(name: &str) -> (Vec<String>, Value) {
    let data = |file: String| gunzip(&path("../trace-core/tests/data").join(file));
    let lines = data(format!("{name}.jsonl.gz")).lines().map(str::to_owned).collect();
    (lines, serde_json::from_str(&data(format!("{name}.truth.json.gz"))).unwrap())
}

pub(crate) fn gunzip(path: &Path) -> String {
    let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    text
}

/// The model of some lines.
pub(crate) fn model<L: AsRef<str>>(lines: &[L]) -> Model {
    let text: String = lines.iter().flat_map(|line| [line.as_ref(), "\n"]).collect();
    let mut reader = TraceReader::salvage(text.as_bytes());
    let mut builder = ModelBuilder::new();
    builder.begin_input("trace.jsonl");
    while let Some(entry) = reader.next_entry().unwrap() {
        builder.push(&entry);
    }
    builder.end_input(&reader.into_report());
    builder.finish()
}

/// A row that stands for a node with an id, and the key of its parent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Keyed {
    pub(crate) row: Row,
    pub(crate) parent: Option<String>,
}

/// Every row's parent row.
pub(crate) fn parents(model: &Model) -> Vec<Option<usize>> {
    let mut path: Vec<usize> = Vec::new();
    let mut parents = Vec::new();
    for (index, row) in model.rows.iter().enumerate() {
        let depth = row.depth as usize;
        assert!(depth <= path.len(), "row {index} is deeper than its parent allows");
        path.truncate(depth);
        parents.push(path.last().copied());
        path.push(index);
    }
    parents
}

/// The rows of one kind.
pub(crate) fn rows(model: &Model, kind: RowKind) -> Vec<usize> {
    (0..model.rows.len()).filter(|&row| model.rows[row].kind == kind).collect()
}

/// The one row of its kind.
pub(crate) fn only(model: &Model, kind: RowKind) -> usize {
    let rows = rows(model, kind);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows[0]
}

/// The names of the rows of one kind.
pub(crate) fn names(model: &Model, kind: RowKind) -> Vec<&str> {
    rows(model, kind).into_iter().map(|row| model.names[model.rows[row].name as usize].as_str()).collect()
}

/// Turns, LLM calls and tool calls by `session|node id`. A session that a call started stands for that call.
pub(crate) fn keyed<L: AsRef<str>>(model: &Model, lines: &[L]) -> BTreeMap<String, Keyed> {
    let parents = parents(model);
    let keys: Vec<Option<String>> = model.rows.iter().map(|row| key(row, lines)).collect();
    let mut found = BTreeMap::new();
    for (index, row) in model.rows.iter().enumerate() {
        if !matches!(row.kind, RowKind::Turn | RowKind::LlmCall | RowKind::ToolCall) {
            continue;
        }
        let parent = parents[index].map(|parent| match parents[parent] {
            Some(call) if model.rows[parent].kind == RowKind::Session => call,
            _ => parent,
        });
        let parent = parent.map(|parent| {
            let id = &model.names[model.rows[parent].name as usize];
            keys[parent].clone().unwrap_or_else(|| format!("{id}|session:{id}"))
        });
        let twin = found.insert(keys[index].clone().unwrap(), Keyed { row: *row, parent });
        assert_eq!(twin, None, "{:?} has two rows", keys[index]);
    }
    found
}

fn key<L: AsRef<str>>(row: &Row, lines: &[L]) -> Option<String> {
    let line: Value = serde_json::from_str(lines[row.first? as usize].as_ref()).unwrap();
    let context = &line["context"];
    Some(format!("{}|{}", context["session_id"].as_str()?, context["graph_node_id"].as_str()?))
}

pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::None => "none",
        Status::Unfinished => "unfinished",
        Status::Completed => "completed",
        Status::Failed => "failed",
        Status::Cancelled => "cancelled",
    }
}

/// Small numbers that look random: the same for the same seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let high = usize::try_from(self.0 >> 33).unwrap();
        high % sides
    }

    /// Shuffles within windows of `window` lines.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T], window: usize) {
        for chunk in items.chunks_mut(window) {
            for at in (1..chunk.len()).rev() {
                chunk.swap(at, self.roll(at + 1));
            }
        }
    }
}

/// A trace being written, one record a second.
#[derive(Debug, Default, Clone)]
pub(crate) struct Trace {
    pub(crate) lines: Vec<String>,
}

impl Trace {
    /// Adds a record of the given type.
    pub(crate) fn add(&mut self, kind: &str, context: Value, body: Value) {
        let number = self.lines.len();
        let mut record = json!({
            "schema_version": 2,
            "id": format!("r{number}"),
            "timestamp": format!("2026-05-11T{:02}:{:02}:{:02}Z", number / 3600, number / 60 % 60, number % 60),
            "context": context,
            "type": kind,
        });
        record.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        self.lines.push(record.to_string());
    }

    /// Adds a turn's start, and gives its node id.
    pub(crate) fn turn(&mut self, session: &str, turn: &str) -> String {
        let id = format!("turn:{session}:{turn}");
        let parent = format!("session:{session}");
        let context = json!({"session_id": session, "turn_id": turn, "graph_node_id": id, "parent_graph_node_id": parent});
        self.add("turn_started", context, json!({}));
        id
    }

    /// Adds a tool call, start and end.
    pub(crate) fn tool(&mut self, session: &str, turn: &str, call: &str, outcome: &str) {
        let context = json!({"session_id": session, "turn_id": turn, "graph_node_id": format!("tool:{call}"),
            "parent_graph_node_id": format!("turn:{session}:{turn}")});
        self.add("tool_call_started", context.clone(), json!({"call_id": call, "name": "x", "args": {}}));
        let output = json!({"outcome": {"status": outcome, "payload": null}});
        let end = json!({"call_id": call, "name": "x", "args": {}, "output": output, "duration_ms": 1});
        self.add("tool_call_completed", context, end);
    }

    /// Adds an LLM call, start and end.
    pub(crate) fn llm(&mut self, session: &str, turn: &str, call: &str, usage: Value) {
        let context = json!({"session_id": session, "turn_id": turn, "llm_call_id": call,
            "graph_node_id": format!("llm:{call}"), "parent_graph_node_id": format!("turn:{session}:{turn}")});
        let request = json!({"model": "acme/large", "messages": [], "tool_choice": "auto", "stream": false});
        self.add("llm_call_started", context.clone(), json!({"request": request}));
        let end = json!({"response": {"text": "", "duration_ms": 1000}, "usage": usage});
        self.add("llm_call_completed", context, end);
    }
}
