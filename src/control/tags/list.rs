//! `ListTagsForResource`

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::{Caller, tags};

/// Answers the tags of a pool.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListTagsForResource.html>
pub(super) struct ListTagsForResource;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    resource_arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    tags: BTreeMap<String, String>,
}

impl Operation for ListTagsForResource {
    const NAME: &'static str = "ListTagsForResource";
    const INPUT: &'static [Member] = model::LIST_TAGS_FOR_RESOURCE;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let pool = control.database.transact(async |tx| tags::require(tx, caller, &input.resource_arn).await).await?;
        Ok(Output { tags: pool.settings.tags() })
    }
}
