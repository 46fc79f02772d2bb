//! What is true regardless of how it is asked for or where it is kept.
//!
//! Pure values and pure rules: no async, no input or output, no HTTP, no clock, no randomness. Time and ids come in as
//! arguments. Everything that poolpass *decides* is a function in [`rules`] that records its steps in a
//! [`trace::Trace`]; a refusal cannot be made in any other way.

pub mod account;
pub mod auth_session;
pub mod claim_rules;
pub mod claims;
pub mod client;
pub mod gateway;
pub mod hash_order;
pub mod id;
pub mod key;
pub mod person_claims;
pub mod pool;
pub mod quotas;
pub mod readable;
pub mod resource_server;
pub mod rules;
pub mod scope;
pub mod secret;
pub mod settings;
pub mod sign_in;
pub mod spelling;
pub mod srp;
pub mod time;
pub mod totp;
pub mod trace;
pub mod user;
pub mod user_pool_domain;
