//! Signing in through the JSON API: flows, challenges, sessions, second factors and triggers.

mod challenges;
#[path = "../support/control_plane.rs"]
mod control_plane;
mod factors;
mod flows;
mod secrecy;
mod srp;
mod srp_client;
mod support;
mod triggers;
