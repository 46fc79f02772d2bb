//! Drives the entry `scope`.
#![no_main]

#[expect(dead_code, reason = "each target drives one of the entries")]
#[path = "../../tests/fuzz/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entry::scope(bytes));
