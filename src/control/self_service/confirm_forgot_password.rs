//! `ConfirmForgotPassword`

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::registry::Caller;

use super::Named;

/// Sets a new password with the code that was sent.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html>
pub(super) struct ConfirmForgotPassword;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(flatten)]
    named: Named,
    confirmation_code: String,
    password: String,
}

impl Operation for ConfirmForgotPassword {
    const NAME: &'static str = "ConfirmForgotPassword";
    const INPUT: &'static [Member] = model::CONFIRM_FORGOT_PASSWORD;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, _caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        let Input { named, confirmation_code, password } = input;
        let view = named.admit(control).await?;
        let self_service = &control.sign_ins.self_service;
        self_service.confirm_forgot_password(&named.asking(&view), &confirmation_code, &password).await?;
        Ok(Empty {})
    }
}
