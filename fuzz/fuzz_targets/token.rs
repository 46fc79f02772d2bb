//! Drives the entry `token`.
#![no_main]

#[expect(dead_code, reason = "each target drives one of the entries")]
#[path = "../../tests/fuzz/verification.rs"]
mod verification;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| verification::token(bytes));
