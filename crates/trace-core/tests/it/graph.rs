//! Execution graphs.

mod bounds;
mod build;
mod golden;
mod order;
mod rules;
mod truth;
