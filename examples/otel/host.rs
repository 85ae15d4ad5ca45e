//! A host with a tracer provider of its own: turns hang under the span of the request that they answer.
//!
//! The host chooses the exporter, flushes it and shuts it down; the sink only starts and ends spans. Here the exporter writes
//! OTLP as JSON to standard output.
//!
//! ```text
//! cargo run -p facade --features otel --example otel-host
//! ```

mod work;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use facade::tracing::Recorder;
use facade::tracing::otel::{OtelTraceSink, OtlpJsonExporter, RecordIds};
use opentelemetry::trace::{Tracer, TracerProvider};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;

fn main() -> Result<(), Box<dyn Error>> {
    let provider = SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name("otel-host").build())
        // Turns, calls and tools get the ids that their records name; the host's own spans get random ones.
        .with_id_generator(RecordIds::default())
        .with_batch_exporter(OtlpJsonExporter::new(std::io::stdout()))
        .build();
    let tracer = provider.tracer("otel-host");
    let sink = Arc::new(OtelTraceSink::new(tracer.clone()));
    let recorder = Recorder::builder().trace_sink(sink.clone()).build();

    // A span of the host that is current on this thread is what the turn hangs under.
    tracer.in_span("POST /ask", |_| work::turn(&recorder, "chat-1"));

    // The sink ends what is still open; the provider sends it.
    sink.shutdown(Duration::ZERO);
    provider.force_flush()?;
    provider.shutdown()?;
    Ok(())
}
