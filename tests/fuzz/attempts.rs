//! Bytes of a stranger: random ones, and mutations of the committed ones in `tests/fuzz_corpus/`.
//!
//! 100,000 cases for each entry and each way; `POOLPASS_LONG=1` makes it ten million. The same entries are cargo-fuzz
//! targets in `fuzz/`.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rand::SeedableRng as _;

use rand::rngs::StdRng;

use super::{entry, matching, people, presented, triggers, verification};

type Entry = fn(&[u8]);

#[expect(clippy::disallowed_methods, reason = "how long to try is not a setting of the program")]
fn cases() -> u32 {
    if std::env::var("POOLPASS_LONG").is_ok_and(|long| long == "1") { 10_000_000 } else { 100_000 }
}

/// Runs the entry and says on what it failed.
fn survives(entry: Entry, bytes: &[u8]) {
    let outcome = catch_unwind(AssertUnwindSafe(|| entry(bytes)));
    assert!(outcome.is_ok(), "failed on \"{}\"", bytes.escape_ascii());
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz_corpus").join(name);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 10, "only {} files for `{name}`", files.len());
    files.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Pieces that mean something to one of the entries.
const PIECES: [&[u8]; 28] = [
    b"&",
    b"=",
    b"%",
    b"+",
    b" ",
    b"/",
    b":",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b"\0",
    b"\xff",
    b"\xc3",
    b"%00",
    b"%2F",
    b"%ff",
    b"scope=",
    b"grant_type=",
    b"Basic ",
    b"null",
    b"1e999",
    b"\\ud800",
    b"orders/read",
    b"openid",
];

fn mutated(corpus: &[Vec<u8>], random: &mut StdRng) -> Vec<u8> {
    let mut bytes = corpus[random.random_range(0..corpus.len())].clone();
    for _ in 0..random.random_range(1..6) {
        let at = random.random_range(0..=bytes.len());
        let end = random.random_range(at..=bytes.len()).min(at + 40);
        match random.random_range(0..7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.random_range(0..8),
            1 if at < bytes.len() => bytes[at] = random.random(),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            4 => bytes.truncate(at),
            5 => {
                let other = &corpus[random.random_range(0..corpus.len())];
                let from = random.random_range(0..=other.len());
                bytes.splice(at..end, other[from..].iter().copied());
            }
            _ => {
                let piece = PIECES[random.random_range(0..PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
        bytes.truncate(4096);
    }
    bytes
}

fn by_mutation(name: &str, entry: Entry) {
    let corpus = corpus(name);
    for bytes in &corpus {
        survives(entry, bytes);
    }
    let mut random = StdRng::seed_from_u64(7665);
    for _ in 0..cases() {
        survives(entry, &mutated(&corpus, &mut random));
    }
}

/// Random bytes, and texts of the entry's own alphabet.
fn by_chance(alphabet: &'static str, entry: Entry) {
    let pieces = prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..20);
    let letters = prop::collection::vec(prop::sample::select(alphabet.as_bytes()), 0..80);
    let strategy =
        prop_oneof![prop::collection::vec(any::<u8>(), 0..120), letters, pieces.prop_map(|pieces| pieces.concat()),];
    let config = Config { cases: cases(), failure_persistence: None, ..Config::default() };
    let tried = TestRunner::new(config).run(&strategy, |bytes| {
        entry(&bytes);
        Ok(())
    });
    tried.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn any_form_is_read_or_refused() {
    by_mutation("form", entry::form);
    by_chance("scopegrant_typeclient_idode=&%+ 20fF", entry::form);
}

#[test]
fn any_authorization_header_is_read_or_refused() {
    by_mutation("basic", entry::basic);
    by_chance("BasicYWJjOmQ6ZQ==+/ ", entry::basic);
}

#[test]
fn any_document_is_read_or_refused() {
    by_mutation("json", entry::json);
    by_chance("{}[]\",:\\ue0123456789-+.truefalsn PoolName", entry::json);
}

#[test]
fn any_scope_parameter_is_read() {
    by_mutation("scope", entry::scope);
    by_chance("orders/read a/b\t,openid", entry::scope);
}

#[test]
fn any_authorize_query_is_read_or_refused() {
    by_mutation("authorize", people::authorize);
    by_chance("response_type=code&client_idstate%&+ 0fF:/.", people::authorize);
}

#[test]
fn any_cookie_header_is_read() {
    by_mutation("cookie", people::cookie);
    by_chance("cognito=; .:\"_-", people::cookie);
}

#[test]
fn any_refresh_token_is_read_or_refused() {
    by_mutation("refresh", people::refresh);
    by_chance("eyJjdHkiOiJKV1QiLCJl.AAAA-_=", people::refresh);
}

#[test]
fn any_filter_is_read_or_refused() {
    by_mutation("filter", people::filter);
    by_chance("email sub username^=\"\\ ", people::filter);
}

#[test]
fn any_public_number_is_read_or_refused() {
    by_mutation("srp", people::srp);
    by_chance("0123456789abcdefABCDEF", people::srp);
}

#[test]
fn any_token_is_taken_apart_or_refused() {
    by_mutation("token", verification::token);
    by_chance("eyJhbGciOiJSUzI1NiJ9.e30.AA-_=", verification::token);
}

#[test]
fn any_key_set_is_read_or_refused() {
    by_mutation("key_set", verification::key_set);
    by_chance("{\"keys\":[]}ktyRSAidne,", verification::key_set);
}

#[test]
fn any_request_finds_the_route_that_the_rules_say_and_nobody_reads_another() {
    by_mutation("route", matching::route);
    by_chance("abcdefghijklmnopqrstuvwxyz0123456789", matching::route);
}

#[test]
fn any_access_token_is_refused_but_the_one_that_was_issued() {
    by_mutation("access", presented::access);
    by_chance("eyJraWQiOiJ4In0.AAAA-_={}\":,", presented::access);
}

#[test]
fn any_answer_of_a_function_is_read_or_refused() {
    by_mutation("trigger", triggers::trigger);
    by_chance("{}[]\",: responseissueTokensclaim", triggers::trigger);
}
