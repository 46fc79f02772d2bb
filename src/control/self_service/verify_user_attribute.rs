//! `VerifyUserAttribute`

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::registry::Caller;
use crate::self_service::Owner;

/// Proves an address of a signed-in user with a code.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html>
pub(super) struct VerifyUserAttribute;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    access_token: String,
    attribute_name: String,
    code: String,
}

impl Operation for VerifyUserAttribute {
    const NAME: &'static str = "VerifyUserAttribute";
    const INPUT: &'static [Member] = model::VERIFY_USER_ATTRIBUTE;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, _caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        let access = control.sign_ins.tokens.access_to_api(&input.access_token).await?;
        let owner = Owner { access: &access, metadata: &BTreeMap::new() };
        control.sign_ins.self_service.verify_attribute(&owner, &input.attribute_name, &input.code).await?;
        Ok(Empty {})
    }
}
