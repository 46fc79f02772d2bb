//! The control plane over HTTP, rule by rule: exact names, sentences, headers and bodies.

mod deletion;
mod domains;
#[path = "../support/key_ring.rs"]
mod key_ring;
mod limits;
mod mfa;
mod pools;
mod protocol;
mod schema;
mod support;
mod tags;
mod updates;
