//! Integration tests of the viewer: one binary, one file a topic.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::needless_pass_by_value, reason = "records are written where they are passed")]

mod chrome;
mod command;
mod export_command;
#[cfg(feature = "otel")]
mod export_spans;
mod fuzz;
mod graph_command;
mod graphs;
mod inputs;
mod layout;
mod maps;
mod numbers;
mod prices;
mod query;
mod replay;
mod slices;
mod snapshot;
mod support;
mod tree;
mod truth;
mod why;
