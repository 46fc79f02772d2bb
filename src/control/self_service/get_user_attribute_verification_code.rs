//! `GetUserAttributeVerificationCode`

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::Caller;
use crate::self_service::Owner;

use super::CodeSent;

/// Sends a signed-in user a code to prove an address with.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html>
pub(super) struct GetUserAttributeVerificationCode;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    access_token: String,
    attribute_name: String,
    #[serde(default)]
    client_metadata: BTreeMap<String, String>,
}

impl Operation for GetUserAttributeVerificationCode {
    const NAME: &'static str = "GetUserAttributeVerificationCode";
    const INPUT: &'static [Member] = model::GET_USER_ATTRIBUTE_VERIFICATION_CODE;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = CodeSent;

    async fn call(control: &Control, _caller: &Caller, input: Input) -> Result<CodeSent, AwsError> {
        let access = control.sign_ins.tokens.access_to_api(&input.access_token).await?;
        let owner = Owner { access: &access, metadata: &input.client_metadata };
        Ok(control.sign_ins.self_service.send_attribute_code(&owner, &input.attribute_name).await?.into())
    }
}
