//! What is sent of a trace, and what its records say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Deserializer, Value};

use crate::process::{Call, target};

/// The spans of a trace by their id, and the tokens that its records tell of.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) spans: BTreeMap<String, Span>,
    pub(super) tokens: Tokens,
}

/// What is compared of a span.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) trace: String,
    pub(super) name: String,
    pub(super) operation: Option<String>,
    pub(super) session: Option<String>,
}

/// Tokens that went in, those from and to a cache included, and tokens that came out.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tokens {
    pub(super) input: u64,
    pub(super) output: u64,
}

/// A way to export a trace: what spans look like and how they travel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) name: &'static str,
    /// Arguments of the export.
    pub(super) args: &'static str,
    pub(super) over_grpc: bool,
}

/// The least that is ever sent, and the most.
pub(super) const LOOKS: [Look; 2] = [
    Look { name: "over HTTP", args: "--names seed --content off --protocol http", over_grpc: false },
    Look {
        name: "over gRPC, with content",
        args: "--names gen-ai --content full --protocol grpc",
        over_grpc: true,
    },
];

/// A call that exports a trace.
pub(super) fn export(trace: &str, look: Look) -> Call {
    let args = format!("export --no-progress {}", look.args);
    Call::program(target().join("debug/trace-viewer"), &args).arg(trace)
}

impl Sent {
    /// By a dry run of the export, and by a look at the records.
    pub(super) fn of(trace: &str, look: Look) -> Result<Self, String> {
        let requests = export(trace, look).arg("--dry-run").output()?;
        let mut spans = BTreeMap::new();
        for request in Deserializer::from_str(&requests).into_iter::<Value>() {
            let request = request.map_err(|cause| format!("the dry run is not JSON: {cause}"))?;
            for span in spans_of(&request) {
                spans.insert(text(&span["spanId"]), Span::of(span));
            }
        }
        Ok(Self { spans, tokens: tokens(trace)? })
    }

    /// The sessions of each trace.
    pub(super) fn sessions(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut sessions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for span in self.spans.values() {
            sessions.entry(&span.trace).or_default().extend(span.session.as_deref());
        }
        sessions
    }
}

impl Span {
    fn of(span: &Value) -> Self {
        let attribute = |key: &str| {
            let found = list(&span["attributes"]).find(|attribute| attribute["key"] == key);
            found.map(|attribute| text(&attribute["value"]["stringValue"]))
        };
        Self {
            trace: text(&span["traceId"]),
            name: text(&span["name"]),
            operation: attribute("gen_ai.operation.name"),
            session: attribute("session.id"),
        }
    }
}

fn spans_of(request: &Value) -> impl Iterator<Item = &Value> {
    let scopes = list(&request["resourceSpans"]).flat_map(|resource| list(&resource["scopeSpans"]));
    scopes.flat_map(|scope| list(&scope["spans"]))
}

/// The tokens of all LLM calls, each counted once.
fn tokens(trace: &str) -> Result<Tokens, String> {
    let read = Call::new("gzip -dcf").arg(trace).output()?;
    let records: Vec<Value> = read.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let mut calls = BTreeMap::new();
    for record in &records {
        let context = &record["context"];
        let key = (text(&context["session_id"]), text(&context["llm_call_id"]));
        if text(&record["type"]).starts_with("llm_call_") && record["usage"].is_object() {
            calls.entry(key).or_insert(&record["usage"]);
        }
    }
    let sum = |names: &[&str]| {
        let counts =
            calls.values().flat_map(|usage| names.iter().map(|name| usage[*name].as_u64().unwrap_or(0)));
        counts.sum()
    };
    let input = sum(&["input_tokens", "cache_read_input_tokens", "cache_write_input_tokens"]);
    Ok(Tokens { input, output: sum(&["output_tokens"]) })
}

pub(super) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
