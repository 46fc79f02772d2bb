//! Drives the entry `trigger`.
#![no_main]

#[path = "../../tests/fuzz/triggers.rs"]
mod triggers;
#[path = "../../tests/fuzz/served.rs"]
mod served;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| triggers::trigger(bytes));
