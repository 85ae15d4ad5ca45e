//! Spans for OpenTelemetry.

mod live;
mod names;
mod order;
mod support;
mod truth;
