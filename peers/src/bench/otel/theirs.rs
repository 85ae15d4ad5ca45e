//! The published sink, with the version of the SDK that it is made for.

use lash_trace::otel::OtelTraceSink;
use lash_trace::{TraceRecord, TraceSink};
use opentelemetry_0_31::trace::TracerProvider;
use opentelemetry_sdk_0_31::error::OTelSdkResult;
use opentelemetry_sdk_0_31::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, SpanData, SpanExporter, TracerProviderBuilder,
};

use super::caller::{Cost, cost};

#[derive(Debug)]
struct Nothing;

impl SpanExporter for Nothing {
    async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
        Ok(())
    }
}

/// Each span goes to the exporter on the caller's thread.
pub fn simple(records: &[TraceRecord]) -> Cost {
    pass(records, SdkTracerProvider::builder().with_simple_exporter(Nothing))
}

/// Spans go through the SDK's queue, made long enough to lose none.
pub fn batches(records: &[TraceRecord]) -> Cost {
    let config = BatchConfigBuilder::default().with_max_queue_size(4 * records.len()).build();
    let processor = BatchSpanProcessor::builder(Nothing).with_batch_config(config).build();
    pass(records, SdkTracerProvider::builder().with_span_processor(processor))
}

fn pass(records: &[TraceRecord], provider: TracerProviderBuilder) -> Cost {
    let provider = provider.build();
    let sink = OtelTraceSink::new(provider.tracer("bench"));
    let append =
        || records.iter().for_each(|record| sink.append(record).expect("the sink takes every record"));
    cost(append, || provider.shutdown().expect("nothing to wait for"))
}
