//! Drives the entry `access`.
#![no_main]

#[path = "../../tests/fuzz/presented.rs"]
mod presented;
#[expect(dead_code, reason = "this entry asks no function")]
#[path = "../../tests/fuzz/served.rs"]
mod served;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| presented::access(bytes));
