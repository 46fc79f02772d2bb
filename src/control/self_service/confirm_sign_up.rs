//! `ConfirmSignUp`

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::registry::Caller;

use super::Named;

/// Confirms a sign-up with the code that was sent.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>
pub(super) struct ConfirmSignUp;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(flatten)]
    named: Named,
    confirmation_code: String,
    #[serde(default)]
    force_alias_creation: bool,
}

impl Operation for ConfirmSignUp {
    const NAME: &'static str = "ConfirmSignUp";
    const INPUT: &'static [Member] = model::CONFIRM_SIGN_UP;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, _caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        let Input { named, confirmation_code, force_alias_creation } = input;
        let view = named.admit(control).await?;
        let self_service = &control.sign_ins.self_service;
        self_service.confirm_sign_up(&named.asking(&view), &confirmation_code, force_alias_creation).await?;
        Ok(Empty {})
    }
}
