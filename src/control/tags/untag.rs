//! `UntagResource`

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::registry::{Caller, RegistryError, tags};

/// Removes tags from a pool.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UntagResource.html>
pub(super) struct UntagResource;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    resource_arn: String,
    tag_keys: Vec<String>,
}

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";
    const INPUT: &'static [Member] = model::UNTAG_RESOURCE;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        control
            .database
            .transact(async |tx| {
                let pool = tags::require(tx, caller, &input.resource_arn).await?;
                tags::remove(tx, pool, &input.tag_keys)?;
                Ok::<_, RegistryError>(Empty {})
            })
            .await
            .map_err(Into::into)
    }
}
