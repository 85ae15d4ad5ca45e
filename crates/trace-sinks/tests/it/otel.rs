//! Spans for OpenTelemetry.

mod golden;
mod jaeger;
mod live;
mod names;
mod odd;
mod order;
mod otlp;
mod receiver;
#[cfg(feature = "grpc")]
mod rotel;
mod sent;
mod support;
mod truth;
mod worker;
