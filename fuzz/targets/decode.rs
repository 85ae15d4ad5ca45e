//! Random input for what `tests/it/fuzz/decode.rs` of trace-core checks.
#![no_main]

#[path = "../../crates/trace-core/tests/it/fuzz/decode.rs"]
mod decode;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| decode::check(bytes));
