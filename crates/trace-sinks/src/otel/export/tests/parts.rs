//! Batches: how large they get, and what happens to those that are too large.

use opentelemetry::trace::{Event, Link};
use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SpanData;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use super::support::{LONG, number, scripted, settings, span, taken, worker};
use crate::otel::export::{ExportSettings, Finished, Sent};

fn too_large() -> Sent {
    Sent::TooLarge { error: "413 Payload Too Large".to_owned() }
}

fn with_text(number: u64, text: String) -> SpanData {
    let mut span = span(number);
    span.attributes.push(KeyValue::new("text", text));
    span
}

#[test]
fn a_batch_has_no_more_spans_and_bytes_than_allowed() {
    let sizes = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&sizes);
    let (destination, accepted) = scripted(move |batch| {
        seen.lock().unwrap().push((batch.len(), batch.iter().map(Finished::bytes).sum::<usize>()));
        taken()
    });
    let limits = ExportSettings { batch_spans: 10, batch_bytes: 2000, delay: LONG, ..settings() };
    let worker = worker(destination, limits);
    for number in 0..100 {
        worker.push(with_text(number, "x".repeat(usize::try_from(number).unwrap() * 10))).unwrap();
    }
    assert!(worker.shutdown(LONG).is_complete());
    let sizes = sizes.lock().unwrap();
    assert!(sizes.iter().all(|(spans, bytes)| *spans <= 10 && *bytes <= 2000), "{sizes:?}");
    assert_eq!(sizes[0].0, 10);
    assert_eq!(accepted.numbers(), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_batch_that_is_too_large_is_split_and_keeps_its_order() {
    let (destination, accepted) = scripted(|batch| if batch.len() > 100 { too_large() } else { taken() });
    let worker = worker(destination, settings());
    (0..600).for_each(|number| worker.push(span(number)).unwrap());
    let report = worker.shutdown(LONG);
    assert_eq!((report.exported, report.retried), (600, 0));
    assert_eq!(accepted.numbers(), (0..600).collect::<Vec<_>>());
}

#[test]
fn a_span_that_is_too_large_alone_loses_its_long_texts_and_no_other_does() {
    let limit = 10_000;
    let fits = move |batch: &[SpanData]| batch.iter().map(Finished::bytes).sum::<usize>() <= limit;
    let (destination, accepted) = scripted(move |batch| if fits(batch) { taken() } else { too_large() });
    let worker = worker(destination, settings());
    worker.push(with_text(0, "short".to_owned())).unwrap();
    let mut large = with_text(1, format!("x{}", "ü".repeat(10_000)));
    large.attributes.push(KeyValue::new("json", format!("{{\"long\":\"{}\"}}", "x".repeat(20_000))));
    large.attributes.push(KeyValue::new("id", 7));
    worker.push(large).unwrap();
    worker.push(with_text(2, "{}".to_owned())).unwrap();
    assert!(worker.shutdown(LONG).is_complete());
    let spans = accepted.spans();
    assert_eq!(spans.iter().map(number).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!((&spans[0], &spans[2]), (&with_text(0, "short".to_owned()), &with_text(2, "{}".to_owned())));
    let keys: Vec<_> = spans[1].attributes.iter().map(|attribute| attribute.key.as_str()).collect();
    assert_eq!((keys, spans[1].dropped_attributes_count), (vec!["text", "id"], 1));
    let text = spans[1].attributes[0].value.as_str();
    assert_eq!(text, format!("x{}…[+{} bytes]", "ü".repeat(2047), 20_001 - 4095));
}

#[test]
fn events_and_links_go_before_a_span_is_given_up() {
    let bare = |span: &SpanData| span.events.is_empty() && span.links.is_empty() && span.bytes() < 1000;
    let (destination, accepted) =
        scripted(move |batch| if batch.iter().all(bare) { taken() } else { too_large() });
    let worker = worker(destination, settings());
    let mut large = with_text(0, "x".repeat(3000));
    let texts: Vec<StringValue> = vec!["y".repeat(5000).into()];
    large.attributes.push(KeyValue::new("list", Value::Array(Array::String(texts))));
    large.events.events.push(Event::new("event", SystemTime::UNIX_EPOCH, Vec::new(), 0));
    large.links.links.push(Link::new(span(9).span_context, Vec::new(), 0));
    worker.push(large).unwrap();
    assert_eq!(worker.shutdown(LONG).exported, 1);
    let span = &accepted.spans()[0];
    assert_eq!(
        (span.events.dropped_count, span.links.dropped_count, span.dropped_attributes_count),
        (1, 1, 1)
    );
    assert_eq!(span.attributes[0].value.as_str(), format!("{}…[+2744 bytes]", "x".repeat(256)));
}

#[test]
fn a_span_that_stays_too_large_is_rejected_alone() {
    let refuses = |batch: &[SpanData]| batch.iter().any(|span| number(span) == 3);
    let (destination, accepted) = scripted(move |batch| if refuses(batch) { too_large() } else { taken() });
    let worker = worker(destination, settings());
    (0..10).for_each(|number| worker.push(span(number)).unwrap());
    let report = worker.shutdown(LONG);
    assert_eq!((report.exported, report.rejected), (9, 1));
    assert_eq!(report.last_error.as_deref(), Some("413 Payload Too Large"));
    assert_eq!(accepted.numbers(), [0, 1, 2, 4, 5, 6, 7, 8, 9]);
}
