//! One operation of the API, and how the table of operations holds it.

use std::future::Future;
use std::pin::Pin;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::registry::Caller;

use super::Control;
use super::error::AwsError;
use super::model::Member;

/// An operation: what it is called, what it takes, what it does.
///
/// `call` sees only documents that satisfy every constraint of `INPUT`, so that required members need no `Option`.
pub trait Operation: 'static {
    /// The name in `X-Amz-Target`.
    const NAME: &'static str;
    /// The members of its request, in `control::model`.
    const INPUT: &'static [Member];
    /// Whether callers must sign; the others prove themselves with something in the request.
    const SIGNED: bool = true;
    /// The request.
    type Input: DeserializeOwned;
    /// The answer: [`NoBody`], [`Empty`] or a shape.
    type Output: Serialize;

    /// Does it.
    fn call(
        control: &Control,
        caller: &Caller,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, AwsError>>;
}

/// The answer of an operation without an output shape: nothing at all.
#[derive(Debug, Serialize)]
pub struct NoBody;

/// The answer of an operation whose output shape has no members: `{}`.
#[derive(Debug, Serialize)]
pub struct Empty {}

/// The request of an operation that takes only a pool.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PoolInput {
    /// The pool.
    pub user_pool_id: crate::domain::id::UserPoolId,
}

/// An operation as a value, so that all of them fit in one table.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The name in `X-Amz-Target`.
    pub name: &'static str,
    /// The members of its request.
    pub input: &'static [Member],
    /// Whether callers must sign.
    pub signed: bool,
    call: Call,
    #[cfg(test)]
    reads: fn(Map<String, Value>) -> Result<(), serde_json::Error>,
}

type Call = for<'a> fn(&'a Control, &'a Caller, Map<String, Value>) -> Answer<'a>;
type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, AwsError>> + 'a>>;

impl Entry {
    /// The operation as a value.
    pub const fn of<O: Operation>() -> Self {
        Self {
            name: O::NAME,
            input: O::INPUT,
            signed: O::SIGNED,
            call: run::<O>,
            #[cfg(test)]
            reads: |members| serde_json::from_value::<O::Input>(Value::Object(members)).map(drop),
        }
    }

    /// Runs the operation on a document that satisfies its constraints; the answer is a response's body.
    pub(super) async fn call(
        &self,
        control: &Control,
        caller: &Caller,
        members: Map<String, Value>,
    ) -> Result<Vec<u8>, AwsError> {
        (self.call)(control, caller, members).await
    }

    /// Whether the request's struct takes this document.
    #[cfg(test)]
    pub(super) fn reads(&self, members: Map<String, Value>) -> Result<(), serde_json::Error> {
        (self.reads)(members)
    }
}

fn run<'a, O: Operation>(control: &'a Control, caller: &'a Caller, members: Map<String, Value>) -> Answer<'a> {
    Box::pin(async move {
        let input = serde_json::from_value(Value::Object(members))
            .map_err(|error| AwsError::internal(&format_args!("{} cannot read its own request: {error}", O::NAME)))?;
        let output = O::call(control, caller, input).await?;
        let body = serde_json::to_vec(&output)
            .map_err(|error| AwsError::internal(&format_args!("{} cannot write its answer: {error}", O::NAME)))?;
        // `NoBody` is a unit, which serde writes as `null`; no operation answers a bare null.
        Ok(if body == b"null" { Vec::new() } else { body })
    })
}
