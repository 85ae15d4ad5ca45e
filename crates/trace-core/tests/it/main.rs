//! Integration tests of the core: one binary, one file a topic.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod api;
mod fuzz;
mod golden;
mod graph;
mod reader;
mod recorder;
mod round_trip;
mod support;
mod wire;
