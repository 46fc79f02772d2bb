//! poolpass: a local, wire-compatible Amazon Cognito user pool that explains every scope decision.

pub mod control;
pub mod domain;
pub mod effects;
pub mod registry;
pub mod store;
