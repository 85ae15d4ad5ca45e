//! A live Jaeger: what it returns is what was sent.
//!
//! `JAEGER_OTLP_ENDPOINT=http://localhost:4318 JAEGER_QUERY_URL=http://localhost:16686`
//! `cargo nextest run -p trace-sinks --features otel --run-ignored only jaeger`

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::SpanData;
use serde_json::Value;
use trace_sinks::otel::{OtelOptions, OtlpBuilder};

use super::{sent, support};

const STORED_WITHIN: Duration = Duration::from_mins(1);

/// What Jaeger keeps of a span and we compare: name, parent, start and duration in microseconds.
type Span = (String, Option<String>, u128, u128);

#[test]
#[ignore = "needs JAEGER_OTLP_ENDPOINT and JAEGER_QUERY_URL of a running Jaeger"]
fn returns_the_spans_that_were_sent() {
    let (Ok(endpoint), Ok(query)) =
        (std::env::var("JAEGER_OTLP_ENDPOINT"), std::env::var("JAEGER_QUERY_URL"))
    else {
        eprintln!("skipped: JAEGER_OTLP_ENDPOINT and JAEGER_QUERY_URL are not set");
        return;
    };
    let records = support::example();
    // Ids that no earlier run used: Jaeger keeps whatever it is sent twice.
    let mut options = OtelOptions::default();
    options.tenant = now().as_nanos().to_string().into();
    sent::send(OtlpBuilder::new().endpoint(endpoint), &records, &options);
    for (trace, sent) in by_trace(&support::export(&records, options).0) {
        let url = format!("{}/api/traces/{trace}", query.trim_end_matches('/'));
        assert_eq!(stored(&url, sent.len()), sent, "trace {trace}");
    }
}

fn by_trace(spans: &[SpanData]) -> BTreeMap<String, BTreeMap<String, Span>> {
    let mut traces: BTreeMap<String, BTreeMap<String, Span>> = BTreeMap::new();
    for span in spans {
        let micros = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap().as_nanos() / 1000;
        let duration = span.end_time.duration_since(span.start_time).unwrap().as_nanos() / 1000;
        let parent = Some(span.parent_span_id).filter(|id| *id != SpanId::INVALID);
        let kept = (
            span.name.clone().into_owned(),
            parent.map(|id| id.to_string()),
            micros(span.start_time),
            duration,
        );
        let spans = traces.entry(span.span_context.trace_id().to_string()).or_default();
        spans.insert(span.span_context.span_id().to_string(), kept);
    }
    traces
}

/// The spans of a trace, once there are so many.
fn stored(url: &str, count: usize) -> BTreeMap<String, Span> {
    let begun = Instant::now();
    loop {
        let spans = ask(url);
        if spans.len() >= count || begun.elapsed() > STORED_WITHIN {
            return spans;
        }
        sleep(Duration::from_millis(250));
    }
}

/// The spans of a trace so far: none while Jaeger does not know it.
fn ask(url: &str) -> BTreeMap<String, Span> {
    let Ok(mut answer) = ureq::get(url).call() else { return BTreeMap::new() };
    let answer: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    let spans = answer["data"][0]["spans"].as_array().unwrap();
    let all: BTreeMap<String, Span> = spans.iter().map(|span| (text(&span["spanID"]), kept(span))).collect();
    assert_eq!(all.len(), spans.len(), "a span twice");
    all
}

fn kept(span: &Value) -> Span {
    let parent = span["references"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|reference| reference["refType"] == "CHILD_OF" && reference["traceID"] == span["traceID"]);
    let number = |name: &str| u128::from(span[name].as_u64().unwrap());
    let parent = parent.map(|parent| text(&parent["spanID"]));
    (text(&span["operationName"]), parent, number("startTime"), number("duration"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}
