//! OTLP JSON.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanExporter;
use serde_json::Value;

use super::sent::full;
use super::*;
use crate::otel::OtlpJsonExporter;

fn written(batches: &[&[SpanData]]) -> String {
    let mut exporter = OtlpJsonExporter::new(Vec::new());
    exporter.set_resource(&Resource::builder_empty().with_service_name("deploy").build());
    for batch in batches {
        futures_executor(exporter.export(batch.to_vec())).unwrap();
    }
    exporter.shutdown_with_timeout(Duration::ZERO).unwrap();
    String::from_utf8(exporter.into_inner()).unwrap()
}

/// Polls a future that never waits.
fn futures_executor<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn is_spelled_as_the_protocol_says() {
    let line = written(&[&[full()]]);
    let expected = concat!(
        r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"deploy"}}]},"#,
        r#""scopeSpans":[{"scope":{"name":"scope","version":"1.2"},"spans":[{"#,
        r#""traceId":"00000000000000000000000000000007","spanId":"0000000000000002","parentSpanId":"0000000000000001","#,
        r#""flags":769,"name":"span 2","kind":1,"#,
        r#""startTimeUnixNano":"1700000000000000002","endTimeUnixNano":"1700000000000000502","#,
        r#""attributes":[{"key":"text","value":{"stringValue":"a \"word\"\n"}},{"key":"empty","value":{"stringValue":""}},"#,
        r#"{"key":"yes","value":{"boolValue":true}},{"key":"large","value":{"intValue":"9223372036854775807"}},"#,
        r#"{"key":"part","value":{"doubleValue":0.25}},{"key":"nan","value":{"doubleValue":"NaN"}},"#,
        r#"{"key":"numbers","value":{"arrayValue":{"values":[{"intValue":"1"},{"intValue":"-2"}]}}},"#,
        r#"{"key":"words","value":{"arrayValue":{"values":[{"stringValue":"a"},{"stringValue":"b"}]}}}],"#,
        r#""droppedAttributesCount":3,"events":[{"timeUnixNano":"1700000000000000100","name":"first","#,
        r#""attributes":[{"key":"n","value":{"intValue":"1"}}],"droppedAttributesCount":2}],"droppedEventsCount":4,"#,
        r#""links":[{"traceId":"00000000000000000000000000000009","spanId":"0000000000000008","#,
        r#""attributes":[{"key":"why","value":{"stringValue":"before"}}],"droppedAttributesCount":1,"flags":257}],"#,
        r#""droppedLinksCount":5,"status":{"message":"it broke","code":2}}],"schemaUrl":"https://schema"}]}]}"#,
        "\n",
    );
    assert_eq!(line, expected);
}

#[test]
fn is_read_back_as_what_goes_over_the_wire() {
    let mut finite = full();
    finite.attributes.retain(|pair| pair.key.as_str() != "nan");
    let line = written(&[&[span(1), finite.clone()]]);
    let read: ExportTraceServiceRequest = serde_json::from_str(&line).unwrap();
    let receiver = Receiver::http();
    assert_eq!(send(http(&receiver).service_name("deploy"), &[span(1), finite]), accepted());
    let mut wire = receiver.requests().remove(0).message;
    wire.resource_spans[0].resource.as_mut().unwrap().attributes.retain(|pair| pair.key == "service.name");
    assert_eq!(read, wire);
}

#[test]
fn a_batch_is_a_line_and_the_same_each_time() {
    let text = written(&[&spans(2), &spans(1)]);
    assert_eq!(text.lines().count(), 2);
    assert_eq!(text, written(&[&spans(2), &spans(1)]));
    for line in text.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok());
    }
}

#[test]
fn a_file_that_cannot_be_written_is_an_error() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let result = futures_executor(OtlpJsonExporter::new(Full).export(spans(1)));
    assert!(result.unwrap_err().to_string().contains("no storage space"));
}
