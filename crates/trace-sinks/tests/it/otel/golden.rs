//! The example's trace as OTLP JSON, byte for byte.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry_sdk::Resource;
use trace_core::TraceSink;
use trace_sinks::otel::{ExportSettings, OtelOptions, OtelTraceSink, OtlpJsonExporter};

use super::support::example;

#[derive(Debug, Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// One span a line, in the order in which they were sent.
fn spans(json: &str) -> String {
    let mut text = String::new();
    for line in json.lines() {
        let request: serde_json::Value = serde_json::from_str(line).unwrap();
        for span in request["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap() {
            text.push_str(&span.to_string());
            text.push('\n');
        }
    }
    text
}

#[test]
fn the_example_gives_the_spans_it_always_gave() {
    let out = Shared::default();
    let mut settings = ExportSettings::default();
    settings.resource = Some(Resource::builder_empty().with_service_name("example").build());
    let sink =
        OtelTraceSink::exporter_with(OtlpJsonExporter::new(out.clone()), OtelOptions::default(), settings);
    for record in example() {
        sink.append(&record).unwrap();
    }
    assert!(sink.shutdown(Duration::from_secs(30)).is_complete());
    let found = spans(std::str::from_utf8(&out.0.lock().unwrap()).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/otel/example.spans.jsonl");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    for (number, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "span {} differs; UPDATE_GOLDEN=1 accepts what is found", number + 1);
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}
