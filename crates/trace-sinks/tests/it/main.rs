//! Integration tests of the sinks: one binary, one file a topic.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod auto_traits;
mod children;
mod execution_path;
mod filter;
mod follow;
mod jsonl;
mod memory;
#[cfg(feature = "otel")]
mod otel;
mod processes;
mod refused;
mod stderr;
mod support;
mod tail;
mod tee;
