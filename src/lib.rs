//! poolpass: a local, wire-compatible Amazon Cognito user pool that explains every scope decision.

pub mod app;
pub mod bench;
pub mod cli;
pub mod config;
pub mod control;
pub mod domain;
pub mod effects;
pub mod explain;
pub mod guard;
pub mod keys;
pub mod oauth;
pub mod registry;
pub mod seed;
pub mod server;
pub mod store;
pub mod tokens;
