//! Records in, OTLP out: the sink as a host uses it, to receivers on this machine.

use std::time::Duration;

use trace_core::{TraceRecord, TraceSink};
use trace_sinks::otel::{
    ExportSettings, OtelReport, OtelTraceSink, OtlpBuilder, OtlpCompression, OtlpProtocol, Overflow,
};

use super::receiver::{Answer, Receiver};
use super::support;

const ENOUGH: Duration = Duration::from_secs(30);

fn receivers() -> Vec<(Receiver, OtlpBuilder)> {
    let to = |receiver: Receiver, protocol| {
        let settings = ExportSettings::default().with_overflow(Overflow::Block(Duration::MAX));
        let builder = OtelTraceSink::otlp().ignore_environment().protocol(protocol).endpoint(receiver.url());
        (receiver, builder.settings(settings))
    };
    vec![
        to(Receiver::http(), OtlpProtocol::HttpProtobuf),
        #[cfg(feature = "grpc")]
        to(Receiver::grpc(), OtlpProtocol::Grpc),
    ]
}

fn fed(builder: OtlpBuilder, records: &[TraceRecord]) -> OtelTraceSink {
    let sink = builder.build().unwrap();
    for record in records {
        sink.append(record).unwrap();
    }
    sink
}

fn replay(builder: OtlpBuilder, records: &[TraceRecord]) -> OtelReport {
    fed(builder, records).shutdown(ENOUGH)
}

#[test]
fn the_example_arrives_with_its_key() {
    for (receiver, builder) in receivers() {
        let report =
            replay(builder.header("x-honeycomb-team", "the key").service_name("agent"), &support::example());
        assert!(report.is_complete() && report.exported > 0, "{report}");
        assert_eq!(receiver.spans().len() as u64, report.exported);
        for request in receiver.requests() {
            assert_eq!(request.header("x-honeycomb-team"), Some("the key"));
            assert_eq!(request.resource("service.name"), Some("agent"));
        }
        receiver.check();
    }
}

#[test]
fn a_seed_trace_arrives_whole_through_a_receiver_with_troubles() {
    let (records, _truth) = support::seed("seed-v2-1k");
    for (receiver, builder) in receivers() {
        receiver.answer(Answer::Unavailable { retry_after: Some(0) });
        receiver.answer(Answer::TooLarge);
        let report = replay(builder.compression(OtlpCompression::Gzip), &records);
        assert!(report.is_complete() && report.retried >= 1, "{report}");
        assert_eq!(receiver.spans().len() as u64, report.exported);
        receiver.check();
    }
}

#[test]
fn spans_that_a_receiver_rejects_are_an_error_of_flush() {
    for (receiver, builder) in receivers() {
        receiver.answer(Answer::Partial { rejected: 1, message: "too old".to_owned() });
        let sink = fed(builder, &support::example());
        let error = sink.flush().unwrap_err().to_string();
        assert!(error.contains("1 rejected") && error.contains("too old"), "{error}");
    }
}

#[test]
fn a_setting_that_cannot_be_used_is_told_when_the_sink_is_built() {
    let error = OtelTraceSink::otlp().ignore_environment().endpoint("localhost:4318").build().unwrap_err();
    assert_eq!(error.setting(), "endpoint");
}
