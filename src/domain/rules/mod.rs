//! Every decision, one function a file.

pub mod authenticate_client;
pub mod authorize_request;
pub mod enforce;
pub mod enforce_rule;
pub mod issue_rule;
pub mod redirect;
pub mod resolve_scopes;
pub mod sign_in_rule;
