//! Spans of records, and what must hold of all spans.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::DateTime;
use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use trace_core::{TraceReader, TraceRecord, TraceSink};
use trace_sinks::otel::{ExportSettings, OtelOptions, OtelReport, OtelTraceSink, Overflow};

/// The records of a JSON lines text.
pub(crate) fn records(text: &str) -> Vec<TraceRecord> {
    let mut reader = TraceReader::strict(text.as_bytes());
    let mut records = Vec::new();
    while let Some(entry) = reader.next_entry().unwrap() {
        records.push(entry.record().unwrap());
    }
    records
}

pub(crate) fn gunzip(path: &Path) -> String {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text
}

/// A seed trace, and its truth.
pub(crate) fn seed(name: &str) -> (Vec<TraceRecord>, serde_json::Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trace-core/tests/data");
    let truth = gunzip(&folder.join(format!("{name}.truth.json.gz")));
    (records(&gunzip(&folder.join(format!("{name}.jsonl.gz")))), serde_json::from_str(&truth).unwrap())
}

/// The trace of the example program.
pub(crate) fn example() -> Vec<TraceRecord> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/agent/trace.jsonl");
    records(&std::fs::read_to_string(path).unwrap())
}

/// A record made of JSON, `ms` after the start of 2026.
pub(crate) fn record(
    id: &str,
    ms: i64,
    context: serde_json::Value,
    mut event: serde_json::Value,
) -> TraceRecord {
    let time = DateTime::from_timestamp_millis(1_767_225_600_000 + ms).unwrap();
    event["schema_version"] = 2.into();
    event["id"] = id.into();
    event["timestamp"] = time.to_rfc3339().into();
    event["context"] = context;
    serde_json::from_value(event).unwrap()
}

/// The span of a name, which must be the only one.
pub(crate) fn only<'a>(spans: &'a [SpanData], name: &str) -> &'a SpanData {
    let found: Vec<&SpanData> = spans.iter().filter(|span| span.name == name).collect();
    assert_eq!(found.len(), 1, "{name}: {found:#?}");
    found[0]
}

/// The spans of records, once all is shut down.
pub(crate) fn export<'a>(
    records: impl IntoIterator<Item = &'a TraceRecord>,
    options: OtelOptions,
) -> (Vec<SpanData>, OtelReport) {
    let exporter = Kept::default();
    let settings = ExportSettings::default().with_overflow(Overflow::Block(Duration::MAX));
    let sink = OtelTraceSink::exporter_with(exporter.clone(), options, settings);
    for record in records {
        sink.append(record).unwrap();
    }
    let report = sink.shutdown(Duration::from_secs(30));
    let spans = exporter.spans();
    assert_eq!((report.exported, report.open), (spans.len() as u64, 0), "{report}");
    assert_eq!(report.built, report.exported);
    check(&spans);
    (spans, report)
}

/// The value of an attribute, as text.
pub(crate) fn text(span: &SpanData, key: &str) -> Option<String> {
    span.attributes.iter().find(|pair| pair.key.as_str() == key).map(|pair| pair.value.to_string())
}

/// Asserts what must hold of the spans of any trace.
pub(crate) fn check(spans: &[SpanData]) {
    let mut ids = HashSet::new();
    for span in spans {
        let id = span.span_context.span_id();
        assert_ne!(id, SpanId::INVALID);
        assert_ne!(span.span_context.trace_id(), TraceId::INVALID);
        assert_ne!(span.parent_span_id, id, "{} {id}", span.name);
        assert!(span.end_time >= span.start_time, "{} {id}", span.name);
        assert!(!span.name.is_empty());
        let is_revised = text(span, "lash.span.revised").is_some();
        assert!(ids.insert(id) || is_revised, "twice: {} {id}", span.name);
        unique_keys(&span.attributes);
        span.events.iter().for_each(|event| unique_keys(&event.attributes));
        assert!(
            span.links.iter().all(|link| link.span_context.is_valid() && link.span_context.span_id() != id)
        );
    }
    parents_are_in_their_trace(spans);
}

fn unique_keys(pairs: &[KeyValue]) {
    let keys: HashSet<&str> = pairs.iter().map(|pair| pair.key.as_str()).collect();
    assert_eq!(keys.len(), pairs.len(), "{pairs:?}");
    for pair in pairs {
        assert!(
            !matches!(&pair.value, Value::String(text) if text.as_str().is_empty())
                || pair.key.as_str().starts_with("lash."),
            "{pair:?}"
        );
    }
}

/// A parent that was sent is in its child's trace, and following parents ends.
fn parents_are_in_their_trace(spans: &[SpanData]) {
    let by_id: HashMap<SpanId, &SpanData> =
        spans.iter().map(|span| (span.span_context.span_id(), span)).collect();
    for span in spans {
        let mut at = span;
        for step in 0.. {
            assert!(step < 1000, "a cycle above {}", span.name);
            let Some(parent) = by_id.get(&at.parent_span_id) else { break };
            assert_eq!(parent.span_context.trace_id(), span.span_context.trace_id());
            at = parent;
        }
    }
}

/// Spans by session and node id, as the truth files name them.
pub(crate) fn by_node(spans: &[SpanData]) -> BTreeMap<String, &SpanData> {
    let named = spans.iter().filter_map(|span| {
        let session = text(span, "session.id")?;
        let node = text(span, "lash.context.graph_node_id")?;
        Some((format!("{session}|{node}"), span))
    });
    named.collect()
}

/// An exporter that keeps spans.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl Kept {
    pub(crate) fn spans(&self) -> Vec<SpanData> {
        self.0.lock().unwrap().clone()
    }
}

impl SpanExporter for Kept {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}
