//! The control plane over HTTP, rule by rule: exact names, sentences, headers and bodies.

#[path = "../support/control_plane.rs"]
mod control_plane;
mod deletion;
mod domains;
mod limits;
mod mfa;
mod pools;
mod protocol;
mod schema;
mod support;
mod tags;
mod updates;
