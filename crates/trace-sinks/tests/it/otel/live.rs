//! Spans in a host's tracer.

use std::collections::HashMap;

use opentelemetry::Context;
use opentelemetry::trace::{SpanId, TraceContextExt, Tracer, TracerProvider};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData};
use trace_core::{Recorder, TraceSink};
use trace_sinks::otel::{OtelOptions, OtelTraceSink, RecordIds};

use super::support::{Kept, by_node, check, export, seed};

fn live(provider: &SdkTracerProvider, kept: &Kept) -> Vec<SpanData> {
    let (records, _) = seed("seed-v2-1k");
    let sink = OtelTraceSink::new(provider.tracer("runtime"));
    for record in &records {
        sink.append(record).unwrap();
    }
    sink.flush().unwrap();
    drop(sink);
    provider.shutdown().unwrap();
    kept.spans()
}

fn provider(kept: &Kept) -> opentelemetry_sdk::trace::TracerProviderBuilder {
    SdkTracerProvider::builder().with_simple_exporter(kept.clone())
}

#[test]
fn a_hosts_tracer_gets_the_same_tree_and_times() {
    let kept = Kept::default();
    let spans = live(&provider(&kept).build(), &kept);
    check(&spans);
    let (expected, _) = export(&seed("seed-v2-1k").0, OtelOptions::default());
    let (found, expected) = (by_node(&spans), by_node(&expected));
    let key_of = |nodes: &std::collections::BTreeMap<String, &SpanData>| -> HashMap<SpanId, String> {
        nodes.iter().map(|(key, span)| (span.span_context.span_id(), key.clone())).collect()
    };
    let (found_keys, expected_keys) = (key_of(&found), key_of(&expected));
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (key, span) in &expected {
        let live = found[key];
        assert_eq!(found_keys.get(&live.parent_span_id), expected_keys.get(&span.parent_span_id), "{key}");
        assert_eq!((live.start_time, live.end_time), (span.start_time, span.end_time), "{key}");
        assert_eq!((&live.name, &live.status), (&span.name, &span.status));
    }
}

#[test]
fn a_provider_with_record_ids_gets_the_very_same_spans() {
    let kept = Kept::default();
    let spans = live(&provider(&kept).with_id_generator(RecordIds::default()).build(), &kept);
    let ids = |spans: &[SpanData]| {
        let ids = spans
            .iter()
            .map(|span| (span.span_context.span_id().to_string(), span.parent_span_id.to_string()));
        ids.collect::<std::collections::BTreeMap<_, _>>()
    };
    let (expected, _) = export(&seed("seed-v2-1k").0, OtelOptions::default());
    assert_eq!(ids(&spans), ids(&expected));
}

#[test]
fn a_turn_hangs_under_what_the_host_is_doing() {
    let kept = Kept::default();
    let provider = provider(&kept).build();
    let tracer = provider.tracer("host");
    let sink = OtelTraceSink::new(provider.tracer("runtime"));
    let recorder = Recorder::builder().trace_sink(std::sync::Arc::new(sink)).build();
    let request = tracer.start("GET /chat");
    let request = Context::new().with_span(request);
    {
        let _guard = request.clone().attach();
        recorder.session("chat-1").turn("turn-0").complete("assistant_message");
    }
    let id = request.span().span_context().span_id();
    let spans = kept.spans();
    let turn = spans.iter().find(|span| span.name == "lash.turn").unwrap();
    assert_eq!(turn.parent_span_id, id);
}

#[test]
fn a_global_provider_that_is_set_late_gets_the_records() {
    let sink = OtelTraceSink::from_global_provider();
    let kept = Kept::default();
    opentelemetry::global::set_tracer_provider(provider(&kept).build());
    let (records, _) = seed("seed-v2-1k");
    for record in &records {
        sink.append(record).unwrap();
    }
    sink.flush().unwrap();
    let (_, report) = export(&records, OtelOptions::default());
    assert_eq!(sink.report().open, report.incomplete);
    assert_eq!(sink.report().handed, kept.spans().len() as u64);
    assert!(sink.report().to_string().starts_with(&format!("{} spans given", kept.spans().len())));
}
