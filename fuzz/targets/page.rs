//! Random input for what `tests/it/fuzz/page.rs` of trace-viewer checks.
#![no_main]

#[path = "../../crates/trace-viewer/tests/it/fuzz/page.rs"]
mod page;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| page::check(bytes));
