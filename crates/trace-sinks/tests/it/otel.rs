//! Spans for OpenTelemetry.

mod golden;
mod live;
mod names;
mod order;
mod support;
mod truth;
mod worker;
