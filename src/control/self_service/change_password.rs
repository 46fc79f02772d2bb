//! `ChangePassword`

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::registry::Caller;

/// Replaces the password of a signed-in user.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html>
pub(super) struct ChangePassword;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    previous_password: Option<String>,
    proposed_password: String,
    access_token: String,
}

impl Operation for ChangePassword {
    const NAME: &'static str = "ChangePassword";
    const INPUT: &'static [Member] = model::CHANGE_PASSWORD;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, _caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        let access = control.sign_ins.tokens.access_to_api(&input.access_token).await?;
        let self_service = &control.sign_ins.self_service;
        self_service.change_password(&access, input.previous_password.as_deref(), &input.proposed_password).await?;
        Ok(Empty {})
    }
}
