//! Drives the entry `route`.
#![no_main]

#[path = "../../tests/fuzz/matching.rs"]
mod matching;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| matching::route(bytes));
