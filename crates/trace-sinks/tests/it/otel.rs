//! Spans for OpenTelemetry.

mod golden;
mod live;
mod names;
mod order;
mod otlp;
mod receiver;
mod support;
mod truth;
mod worker;
