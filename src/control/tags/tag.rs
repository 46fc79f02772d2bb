//! `TagResource`

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::registry::{Caller, RegistryError, tags};

/// Adds tags to a pool, and replaces those with the same key.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_TagResource.html>
pub(super) struct TagResource;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    resource_arn: String,
    tags: BTreeMap<String, String>,
}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";
    const INPUT: &'static [Member] = model::TAG_RESOURCE;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        control
            .database
            .transact(async |tx| {
                let pool = tags::require(tx, caller, &input.resource_arn).await?;
                tags::add(tx, pool, input.tags.clone(), &control.settings.quotas)?;
                Ok::<_, RegistryError>(Empty {})
            })
            .await
            .map_err(Into::into)
    }
}
