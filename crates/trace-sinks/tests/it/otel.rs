//! Spans for OpenTelemetry.

mod circles;
mod endings;
mod failures;
mod golden;
mod hosts;
mod jaeger;
mod links;
mod live;
mod made;
mod names;
mod odd;
mod order;
mod otlp;
mod receiver;
#[cfg(feature = "grpc")]
mod rotel;
mod sent;
mod sessions;
mod support;
mod told;
mod truth;
mod worker;
