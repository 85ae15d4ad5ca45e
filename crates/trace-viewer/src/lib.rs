//! Turns a JSONL trace into one self-contained HTML page.

pub mod model;
pub mod page;
