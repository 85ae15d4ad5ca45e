//! Providers that call back, panic, sample nothing or start spans of their own.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::trace::{SpanBuilder, Tracer, TracerProvider};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    Sampler, SdkTracer, SdkTracerProvider, Span, SpanData, SpanExporter, SpanProcessor,
};
use trace_core::{TraceSink, TraceSinkErrorKind};
use trace_sinks::otel::{OtelTraceSink, RecordIds};

use super::made::{turn, turn_completed, turn_started};
use super::support::{Kept, check, record, seed};

#[derive(Debug, Clone, Default)]
struct CallsBack {
    sink: Arc<OnceLock<Weak<OtelTraceSink>>>,
    refused: Arc<AtomicUsize>,
}

impl CallsBack {
    fn call(&self) {
        let Some(sink) = self.sink.get().and_then(Weak::upgrade) else { return };
        let error = sink.append(&record("again", 5, turn("s", "u"), turn_started())).unwrap_err();
        assert_eq!(error.kind(), TraceSinkErrorKind::Rejected);
        // It does not wait for itself.
        assert_eq!(sink.report().open, 0);
        self.refused.fetch_add(1, Ordering::Relaxed);
    }
}

impl SpanProcessor for CallsBack {
    fn on_start(&self, _: &mut Span, _: &Context) {
        self.call();
    }

    fn on_end(&self, _: SpanData) {
        self.call();
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

#[test]
fn a_processor_that_records_gets_an_error_and_not_stuck() {
    let calls_back = CallsBack::default();
    let kept = Kept::default();
    let provider = SdkTracerProvider::builder()
        .with_span_processor(calls_back.clone())
        .with_simple_exporter(kept.clone())
        .build();
    let sink = Arc::new(OtelTraceSink::new(provider.tracer("runtime")));
    calls_back.sink.set(Arc::downgrade(&sink)).unwrap();
    sink.append(&record("r1", 0, turn("s", "t"), turn_started())).unwrap();
    sink.append(&record("r2", 1, turn("s", "t"), turn_completed())).unwrap();
    assert_eq!((calls_back.refused.load(Ordering::Relaxed), kept.spans().len()), (2, 1));
}

#[derive(Debug)]
struct Panics;

impl SpanExporter for Panics {
    #[expect(clippy::panic, reason = "this is what is tested")]
    async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
        panic!("out of ink");
    }
}

#[test]
fn a_provider_that_panics_gives_an_error() {
    let provider = SdkTracerProvider::builder().with_simple_exporter(Panics).build();
    let sink = OtelTraceSink::new(provider.tracer("runtime"));
    sink.append(&record("r1", 0, turn("s", "t"), turn_started())).unwrap();
    let error = sink.append(&record("r2", 1, turn("s", "t"), turn_completed())).unwrap_err();
    assert!(error.to_string().ends_with("panicked: out of ink"), "{error}");
    sink.append(&record("r3", 2, turn("s", "u"), turn_started())).unwrap();
    assert_eq!(sink.report().open, 1);
}

#[test]
fn a_sink_that_is_shut_down_takes_no_more() {
    let kept = Kept::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(kept.clone()).build();
    for sink in [OtelTraceSink::new(provider.tracer("runtime")), OtelTraceSink::exporter(Kept::default())] {
        sink.append(&record("r1", 0, turn("s", "t"), turn_started())).unwrap();
        let report = sink.shutdown(Duration::from_secs(5));
        assert_eq!((report.incomplete, report.open), (1, 0));
        let error = sink.append(&record("r2", 1, turn("s", "u"), turn_started())).unwrap_err();
        assert_eq!((error.kind(), sink.report().open), (TraceSinkErrorKind::Closed, 0));
    }
    assert_eq!(kept.spans().len(), 1);
}

#[test]
fn a_provider_that_samples_nothing_gets_nothing() {
    let kept = Kept::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(kept.clone())
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOff)))
        .build();
    let sink = OtelTraceSink::new(provider.tracer("runtime"));
    seed("seed-v2-1k").0.iter().for_each(|record| sink.append(record).unwrap());
    assert!(kept.spans().is_empty());
}

#[derive(Debug, Clone, Default)]
struct StartsSpans(Arc<OnceLock<SdkTracer>>);

impl SpanProcessor for StartsSpans {
    fn on_start(&self, span: &mut Span, _: &Context) {
        let is_own = span.exported_data().is_some_and(|data| data.name == "own");
        if let Some(tracer) = self.0.get().filter(|_| !is_own) {
            drop(tracer.build_with_context(SpanBuilder::from_name("own"), &Context::new()));
        }
    }

    fn on_end(&self, _: SpanData) {}

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

#[test]
fn ids_of_records_are_for_one_span_each() {
    let (kept, starts) = (Kept::default(), StartsSpans::default());
    let provider = SdkTracerProvider::builder()
        .with_span_processor(starts.clone())
        .with_simple_exporter(kept.clone())
        .with_id_generator(RecordIds::default())
        .build();
    starts.0.set(provider.tracer("processor")).unwrap();
    let sink = OtelTraceSink::new(provider.tracer("runtime"));
    seed("seed-v2-1k").0.iter().for_each(|record| sink.append(record).unwrap());
    drop(sink);
    let spans = kept.spans();
    check(&spans);
    let traces = |own: bool| -> HashSet<_> {
        let spans = spans.iter().filter(|span| (span.name == "own") == own);
        spans.map(|span| span.span_context.trace_id()).collect()
    };
    assert!(traces(true).len() > 100 && traces(true).is_disjoint(&traces(false)));
}
