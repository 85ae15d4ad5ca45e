//! Integration tests of the core: one binary, one file a topic.

mod support;
mod wire;
