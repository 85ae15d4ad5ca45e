//! Integration tests of the viewer: one binary, one file a topic.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;
mod truth;
