//! Integration tests of the facade: one binary, one file a topic.
#![cfg(feature = "sinks")]

mod agent;
#[cfg(feature = "otel")]
mod otel;
mod paths;
