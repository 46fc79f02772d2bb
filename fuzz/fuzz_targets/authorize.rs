//! Drives the entry `authorize`.
#![no_main]

#[expect(dead_code, reason = "each target drives one of the entries")]
#[path = "../../tests/fuzz/people.rs"]
mod people;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| people::authorize(bytes));
