//! poolpass: a local, wire-compatible Amazon Cognito user pool that explains every scope decision.
//!
//! To have one inside a test, start a [`Simulator`]; the binary is [`cli::run`] and nothing else.
//!
//! # Map
//!
//! A request enters through a surface, which reads it and knows how answers look on its wire; a use-case does what it
//! asks in one transaction, or decides by pure rules and says why; the store keeps documents.
//!
//! | module | what it is |
//! |---|---|
//! | [`domain`] | the words and the pure rules: ids, pools, clients, scopes, `resolve_scopes`, traces |
//! | [`effects`] | the clock and the randomness, injected |
//! | [`store`] | documents behind `get`, `scan`, `commit`; transactions; memory and redb |
//! | [`keys`] | signing keys: made ahead, kept, published, used on threads of their own |
//! | [`hooks`] | calls to the functions of a pool's `LambdaConfig` |
//! | [`registry`] | use-cases on what exists: pools, domains, resource servers, clients, secrets, users, groups |
//! | [`tokens`] | use-cases on what is issued: from a proven grant to a signed token |
//! | [`self_service`] | use-cases of users on themselves: sign-up, codes, recovery, profile, and the outbox |
//! | [`sign_in`] | use-cases of signing in: passwords, SRP, challenges, second factors |
//! | [`explain`] | keeping and rendering traces |
//! | [`import`] | reading files in which an API is declared for AWS |
//! | [`guard`] | what turns strangers and endless bodies away |
//! | [`control`] | surface: the AWS JSON API, its tables and its sentences |
//! | [`oauth`] | surface: the OAuth endpoints and the hosted pages |
//! | [`mod@bench`] | surface: `/_poolpass/`, what Cognito has no API for |
//! | [`config`] | what a server is told before it starts: flags, environment, one YAML file |
//! | [`seed`] | bringing a declared world into the store |
//! | [`app`], [`server`] | putting the parts together, and listening |
//! | [`cli`], [`simulator`] | the two ways to start it |
//!
//! What may use what is a table in `tests/architecture.rs`.

pub mod app;
pub mod bench;
pub mod cli;
pub mod config;
pub mod control;
pub mod domain;
pub mod effects;
pub mod explain;
pub mod gateway;
pub mod guard;
pub mod hooks;
pub mod import;
pub mod keys;
pub mod oauth;
pub mod registry;
pub mod seed;
pub mod self_service;
pub mod server;
pub mod sign_in;
pub mod simulator;
pub mod store;
pub mod tokens;

pub use simulator::{Simulator, SimulatorBuilder};
