//! Random input for what `tests/it/fuzz/reader.rs` of trace-core checks.
#![no_main]

#[path = "../../crates/trace-core/tests/it/fuzz/reader.rs"]
mod reader;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| reader::check(bytes));
