//! `DeleteUserAttributes`

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::registry::Caller;
use crate::self_service::Owner;

/// Takes attributes of a signed-in user away.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html>
pub(super) struct DeleteUserAttributes;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_attribute_names: Vec<String>,
    access_token: String,
}

impl Operation for DeleteUserAttributes {
    const NAME: &'static str = "DeleteUserAttributes";
    const INPUT: &'static [Member] = model::DELETE_USER_ATTRIBUTES;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, _caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        let access = control.sign_ins.tokens.access_to_api(&input.access_token).await?;
        let owner = Owner { access: &access, metadata: &BTreeMap::new() };
        control.sign_ins.self_service.delete_attributes(&owner, &input.user_attribute_names).await?;
        Ok(Empty {})
    }
}
