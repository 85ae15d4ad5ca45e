//! Spans through the facade, with a tracer provider of the host's.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use facade::tracing::otel::RecordIds;
use facade::tracing::{OtelTraceSink, Recorder, TraceSink};
use opentelemetry::trace::{SpanId, Tracer, TracerProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};

fn provider(exporter: &InMemorySpanExporter) -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_id_generator(RecordIds::default())
        .with_simple_exporter(exporter.clone())
        .build()
}

fn record(recorder: &Recorder) {
    let turn = recorder.session("chat-1").turn("turn-0");
    turn.tool_call("read_file", || "src/lib.rs".into()).succeed(|| "pub mod event;");
    turn.complete("assistant_message");
}

fn named<'a>(spans: &'a [SpanData], name: &str) -> &'a SpanData {
    spans.iter().find(|span| span.name == name).unwrap()
}

#[test]
fn a_turn_hangs_under_the_hosts_request() {
    let exporter = InMemorySpanExporter::default();
    let provider = provider(&exporter);
    let tracer = provider.tracer("host");
    let recorder = Recorder::builder().trace_sink(Arc::new(OtelTraceSink::new(tracer.clone()))).build();
    tracer.in_span("POST /ask", |_| record(&recorder));
    provider.force_flush().unwrap();
    let spans = exporter.get_finished_spans().unwrap();
    let [request, turn, tool] = ["POST /ask", "lash.turn", "lash.tool"].map(|name| named(&spans, name));
    assert_eq!(request.parent_span_id, SpanId::INVALID);
    assert_eq!(turn.parent_span_id, request.span_context.span_id());
    assert_eq!(tool.parent_span_id, turn.span_context.span_id());
    assert_eq!(tool.span_context.trace_id(), request.span_context.trace_id());
}

#[test]
fn the_global_provider_is_used_as_it_is_set_when_the_sink_is_made() {
    let exporter = InMemorySpanExporter::default();
    let provider = provider(&exporter);
    opentelemetry::global::set_tracer_provider(provider.clone());
    let sink: Arc<dyn TraceSink> = Arc::new(OtelTraceSink::from_global_provider());
    record(&Recorder::builder().trace_sink(sink).build());
    provider.force_flush().unwrap();
    let spans = exporter.get_finished_spans().unwrap();
    assert_eq!(named(&spans, "lash.tool").parent_span_id, named(&spans, "lash.turn").span_context.span_id());
}
