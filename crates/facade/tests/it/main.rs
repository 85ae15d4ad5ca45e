//! Integration tests of the facade: one binary, one file a topic.
#![cfg(feature = "sinks")]

mod agent;
mod paths;
