//! Calls to the functions that a pool names in its `LambdaConfig`.
//!
//! What enters: a function's ARN and an event. What leaves: the event as the function returned it, or why there is none.
//! Which events there are and what their answers mean is the matter of those who call.

mod http;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

pub use http::{Answer, HttpFunctions, returned};

/// Whoever can call a function.
#[async_trait]
pub trait Functions: Send + Sync + 'static {
    /// Sends the event to the function of this ARN and answers what it returned.
    async fn invoke(&self, arn: &str, event: Value) -> Result<Value, HookFailure>;
}

/// The functions that can be called; cloning shares them.
pub type Hooks = Arc<dyn Functions>;

/// Why a function gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HookFailure {
    /// The configuration has no endpoint for it.
    #[error("no endpoint is configured for the function `{0}`")]
    NoEndpoint(String),
    /// It could not be reached, took too long, or answered as no function does; the second part says which, as the end
    /// of a sentence about the first.
    #[error("the function `{0}` {1}")]
    Unanswered(String, String),
    /// It failed with a message of its own, which the user is shown.
    #[error("{0}")]
    Failed(String),
    /// It answered something that is no event.
    #[error("the function `{0}` answered something that cannot be read: {1}")]
    Unreadable(String, String),
}

/// No function can be called: every one fails.
#[derive(Debug)]
pub struct NoFunctions;

#[async_trait]
impl Functions for NoFunctions {
    async fn invoke(&self, arn: &str, _event: Value) -> Result<Value, HookFailure> {
        Err(HookFailure::NoEndpoint(arn.to_owned()))
    }
}
