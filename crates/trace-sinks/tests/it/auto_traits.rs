//! What every sink is, checked at compile time.

use std::fmt::Debug;
use std::panic::{RefUnwindSafe, UnwindSafe};

use trace_core::{NullTraceSink, TraceSink};
use trace_sinks::{FilterTraceSink, JsonlTraceSink, MemoryTraceSink, StderrTraceSink, TeeTraceSink};

fn is_sink<S: TraceSink + Send + Sync + Unpin + Debug + 'static>() {}
fn is_unwind_safe<S: UnwindSafe + RefUnwindSafe>() {}

#[test]
fn sinks_cross_threads() {
    is_sink::<JsonlTraceSink>();
    is_sink::<StderrTraceSink>();
    is_sink::<MemoryTraceSink>();
    is_sink::<TeeTraceSink>();
    is_sink::<FilterTraceSink<NullTraceSink>>();
    is_unwind_safe::<JsonlTraceSink>();
    is_unwind_safe::<StderrTraceSink>();
    is_unwind_safe::<MemoryTraceSink>();
}

#[cfg(feature = "otel")]
mod otel {
    use std::error::Error;
    use std::fmt::Debug;

    use opentelemetry_sdk::trace::{IdGenerator, SpanExporter};
    use trace_sinks::OtelTraceSink;
    use trace_sinks::otel::{
        ContentCapture, ExportSettings, OpenSpans, OtelOptions, OtelReport, OtlpBuilder, OtlpCompression,
        OtlpError, OtlpJsonExporter, OtlpProtocol, Overflow, RecordIds, SpanLimits, SpanNames, TraceScope,
    };

    fn is_shared<T: Send + Sync + Unpin + Debug + 'static>() {}
    fn is_value<T: Clone + PartialEq + Send + Sync + Unpin + Debug + 'static>() {}
    fn is_exporter<T: SpanExporter + 'static>() {}
    fn is_id_generator<T: IdGenerator + Clone + 'static>() {}
    fn is_error<T: Error + Send + Sync + 'static>() {}

    #[test]
    fn what_makes_spans_crosses_threads() {
        super::is_sink::<OtelTraceSink>();
        is_shared::<OtlpBuilder>();
        is_shared::<OtlpJsonExporter<Vec<u8>>>();
        is_exporter::<OtlpJsonExporter<Vec<u8>>>();
        is_id_generator::<RecordIds>();
        is_error::<OtlpError>();
    }

    #[test]
    fn settings_are_plain_values() {
        is_value::<OtelOptions>();
        is_value::<SpanNames>();
        is_value::<TraceScope>();
        is_value::<ContentCapture>();
        is_value::<SpanLimits>();
        is_value::<OpenSpans>();
        is_value::<ExportSettings>();
        is_value::<Overflow>();
        is_value::<OtlpProtocol>();
        is_value::<OtlpCompression>();
        is_value::<OtelReport>();
    }
}
