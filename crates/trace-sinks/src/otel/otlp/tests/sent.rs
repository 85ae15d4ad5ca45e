//! What arrives.

use opentelemetry::trace::{Event, Link, SpanKind, Status};
use opentelemetry::{Array, InstrumentationScope, KeyValue, Value};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Proto;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_sdk::trace::SpanData;

use super::*;
use crate::otel::OtlpCompression;

#[test]
fn spans_arrive_with_headers_and_a_resource() {
    for (receiver, builder) in receivers() {
        let builder = builder
            .header("x-honeycomb-team", "key 1")
            .service_name("deploy")
            .header("X-Honeycomb-Team", "key 2");
        let mut destination = destination(builder);
        assert_eq!(destination.send(&spans(3), soon()), accepted());
        assert_eq!(destination.send(&[span(4)], soon()), accepted());
        destination.shutdown(Duration::from_secs(1)).unwrap();
        let request = &receiver.requests()[0];
        assert_eq!(request.header("x-honeycomb-team"), Some("key 2"));
        assert_eq!(request.resource("service.name"), Some("deploy"));
        assert_eq!(request.resource("telemetry.sdk.language"), Some("rust"));
        assert!(request.header("user-agent").unwrap().starts_with("trace-sinks/"));
        let names: Vec<_> = receiver.spans().into_iter().map(|span| span.name).collect();
        assert_eq!(names, ["span 1", "span 2", "span 3", "span 4"]);
        receiver.check();
    }
}

#[test]
fn traces_go_to_their_path_over_http_and_compressed_bodies_are_smaller() {
    let receiver = Receiver::http();
    assert_eq!(send(http(&receiver), &[heavy(1, 10_000)]), accepted());
    assert_eq!(send(http(&receiver).compression(OtlpCompression::Gzip), &[heavy(2, 10_000)]), accepted());
    let requests = receiver.requests();
    assert!(requests.iter().all(|request| request.path == "/v1/traces"));
    assert!(requests.iter().all(|request| request.header("content-type") == Some("application/x-protobuf")));
    assert_eq!(requests[1].header("content-encoding"), Some("gzip"));
    assert!(
        requests[0].body > 10_000 && requests[1].body < 1_000,
        "{} and {}",
        requests[0].body,
        requests[1].body
    );
    assert_eq!(receiver.spans().len(), 2);
}

#[cfg(feature = "grpc")]
#[test]
fn grpc_is_compressed_when_asked() {
    let receiver = Receiver::grpc();
    assert_eq!(send(grpc(&receiver).compression(OtlpCompression::Gzip), &[heavy(1, 10_000)]), accepted());
    assert_eq!(receiver.requests()[0].header("grpc-encoding"), Some("gzip"));
    assert_eq!(receiver.spans().len(), 1);
}

/// All that a span can hold.
pub(super) fn full() -> SpanData {
    let mut full = span(2);
    full.span_kind = SpanKind::Internal;
    full.status = Status::error("it broke");
    full.parent_span_is_remote = true;
    full.dropped_attributes_count = 3;
    full.attributes = vec![
        KeyValue::new("text", "a \"word\"\n"),
        KeyValue::new("empty", ""),
        KeyValue::new("yes", true),
        KeyValue::new("large", i64::MAX),
        KeyValue::new("part", 0.25),
        KeyValue::new("nan", f64::NAN),
        KeyValue::new("numbers", Value::Array(Array::I64(vec![1, -2]))),
        KeyValue::new("words", Value::Array(Array::String(vec!["a".into(), "b".into()]))),
    ];
    full.events.events.push(Event::new(
        "first",
        at(1_700_000_000_000_000_100),
        vec![KeyValue::new("n", 1)],
        2,
    ));
    full.events.dropped_count = 4;
    full.links.links.push(Link::new(context(9, 8), vec![KeyValue::new("why", "before")], 1));
    full.links.dropped_count = 5;
    full.instrumentation_scope =
        InstrumentationScope::builder("scope").with_version("1.2").with_schema_url("https://schema").build();
    full
}

#[test]
fn every_part_of_a_span_arrives() {
    for (receiver, builder) in receivers() {
        assert_eq!(send(builder, &[span(1), full(), span(3)]), accepted());
        receiver.check();
        let request = receiver.requests().remove(0);
        let scopes = &request.message.resource_spans[0].scope_spans;
        assert_eq!(scopes.iter().map(|scope| scope.spans.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(scopes[1].scope.as_ref().unwrap().version, "1.2");
        assert_eq!(scopes[1].schema_url, "https://schema");
        let span = &scopes[1].spans[0];
        assert_eq!(span.trace_id, 7_u128.to_be_bytes());
        assert_eq!(
            (&*span.span_id, &*span.parent_span_id),
            (&2_u64.to_be_bytes()[..], &1_u64.to_be_bytes()[..])
        );
        assert!(scopes[0].spans[0].parent_span_id.is_empty());
        assert_eq!((span.flags, scopes[0].spans[0].flags), (0x301, 0x101));
        assert_eq!((span.kind, span.status.as_ref().unwrap().code()), (1, StatusCode::Error));
        assert_eq!(span.status.as_ref().unwrap().message, "it broke");
        assert_eq!(span.end_time_unix_nano, 1_700_000_000_000_000_502);
        assert_eq!(
            (span.dropped_attributes_count, span.dropped_events_count, span.dropped_links_count),
            (3, 4, 5)
        );
        assert_eq!(span.events[0].time_unix_nano, 1_700_000_000_000_000_100);
        assert_eq!(
            (&*span.links[0].span_id, span.links[0].dropped_attributes_count),
            (&8_u64.to_be_bytes()[..], 1)
        );
        let value = |key: &str| {
            span.attributes.iter().find(|pair| pair.key == key).unwrap().value.clone().unwrap().value.unwrap()
        };
        assert_eq!(value("text"), Proto::StringValue("a \"word\"\n".to_owned()));
        assert_eq!(value("large"), Proto::IntValue(i64::MAX));
        assert!(matches!(value("numbers"), Proto::ArrayValue(array) if array.values.len() == 2));
    }
}

#[test]
fn a_batch_over_the_limit_is_not_sent() {
    for (receiver, builder) in receivers() {
        let sent = send(builder, &[heavy(1, 2 * 1024 * 1024), heavy(2, 2 * 1024 * 1024)]);
        assert!(matches!(&sent, Sent::TooLarge { error } if error.contains("3145728")), "{sent:?}");
        assert!(receiver.requests().is_empty());
    }
}

#[cfg(feature = "grpc")]
#[test]
fn grpc_has_a_limit_of_its_own() {
    let receiver = Receiver::grpc();
    let settings = crate::otel::ExportSettings { batch_bytes: 30 * 1024 * 1024, ..Default::default() };
    let sent = send(grpc(&receiver).settings(settings.clone()), &[heavy(1, 5_000_000)]);
    assert!(matches!(&sent, Sent::TooLarge { error } if error.contains("4194304")), "{sent:?}");
    let receiver = Receiver::http();
    assert_eq!(send(http(&receiver).settings(settings), &[heavy(1, 5_000_000)]), accepted());
}
