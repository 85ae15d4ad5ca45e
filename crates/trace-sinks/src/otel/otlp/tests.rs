//! One batch, sent to a receiver over real sockets; settings, read from environments that are none.

mod answers;
mod connection;
mod environment;
mod json;
mod receiver;
mod resource;
mod runtimes;
mod sent;
mod tls;
mod worker;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::config::OtlpConfig;
use super::{Configured, OtlpBuilder, OtlpError, OtlpProtocol};
use crate::otel::export::{Destination, Sent};
use crate::otel::otlp::receiver::Receiver;

/// A receiver for each protocol that is built in, and a builder that sends to it.
fn receivers() -> Vec<(Receiver, OtlpBuilder)> {
    vec![
        pair(Receiver::http(), OtlpProtocol::HttpProtobuf),
        #[cfg(feature = "grpc")]
        pair(Receiver::grpc(), OtlpProtocol::Grpc),
    ]
}

fn pair(receiver: Receiver, protocol: OtlpProtocol) -> (Receiver, OtlpBuilder) {
    let builder = to(&receiver, protocol);
    (receiver, builder)
}

fn to(receiver: &Receiver, protocol: OtlpProtocol) -> OtlpBuilder {
    OtlpBuilder::new().ignore_environment().protocol(protocol).endpoint(receiver.url())
}

fn http(receiver: &Receiver) -> OtlpBuilder {
    to(receiver, OtlpProtocol::HttpProtobuf)
}

#[cfg(feature = "grpc")]
fn grpc(receiver: &Receiver) -> OtlpBuilder {
    to(receiver, OtlpProtocol::Grpc)
}

fn destination(builder: OtlpBuilder) -> Box<dyn Destination> {
    ready(builder.configure()).destination
}

fn send(builder: OtlpBuilder, batch: &[SpanData]) -> Sent {
    destination(builder).send(batch, soon())
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

fn with(builder: OtlpBuilder, variables: &[(&str, &str)]) -> Result<Configured, OtlpError> {
    let find =
        |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    builder.configure_from(&find)
}

fn ready(configured: Result<Configured, OtlpError>) -> OtlpConfig {
    match configured.unwrap() {
        Configured::Ready(config) => *config,
        Configured::Disabled => panic!("it is disabled"),
    }
}

fn refusal(configured: Result<Configured, OtlpError>) -> String {
    configured.err().map(|error| error.to_string()).unwrap_or_default()
}

fn accepted() -> Sent {
    Sent::Accepted { rejected: 0, message: None }
}

fn at(nanoseconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(nanoseconds)
}

fn context(trace: u128, span: u64) -> SpanContext {
    SpanContext::new(trace.into(), span.into(), TraceFlags::SAMPLED, false, TraceState::default())
}

/// The span of this number, a child of number 1.
fn span(number: u64) -> SpanData {
    let parent = if number == 1 { SpanId::INVALID } else { SpanId::from(1) };
    SpanData {
        span_context: context(7, number),
        parent_span_id: parent,
        parent_span_is_remote: false,
        span_kind: SpanKind::Client,
        name: format!("span {number}").into(),
        start_time: at(1_700_000_000_000_000_000 + number),
        end_time: at(1_700_000_000_000_000_500 + number),
        attributes: vec![KeyValue::new("number", i64::try_from(number).unwrap())],
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::builder("trace").build(),
    }
}

fn spans(count: u64) -> Vec<SpanData> {
    (1..=count).map(span).collect()
}

/// A span with so many bytes of text.
fn heavy(number: u64, bytes: usize) -> SpanData {
    let mut span = span(number);
    span.attributes.push(KeyValue::new("text", "x".repeat(bytes)));
    span
}
