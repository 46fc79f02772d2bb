//! `AdminConfirmSignUp` and `AdminResetUserPassword`

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::domain::id::UserPoolId;
use crate::registry::{Caller, pools};

/// Who, and what the functions are told.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    username: String,
    #[serde(default)]
    client_metadata: BTreeMap<String, String>,
}

/// Confirms a sign-up without a code.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html>
pub(super) struct AdminConfirmSignUp;

impl Operation for AdminConfirmSignUp {
    const NAME: &'static str = "AdminConfirmSignUp";
    const INPUT: &'static [Member] = model::ADMIN_CONFIRM_SIGN_UP;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        let Input { user_pool_id, username, client_metadata } = input;
        let pool = control.database.transact(async |tx| pools::require(tx, caller, &user_pool_id).await).await?;
        control.sign_ins.self_service.admin_confirm(&pool, &username, &client_metadata).await?;
        Ok(Empty {})
    }
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminResetUserPassword.html>
pub(super) struct AdminResetUserPassword;

impl Operation for AdminResetUserPassword {
    const NAME: &'static str = "AdminResetUserPassword";
    const INPUT: &'static [Member] = model::ADMIN_RESET_USER_PASSWORD;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        let Input { user_pool_id, username, client_metadata } = input;
        let pool = control.database.transact(async |tx| pools::require(tx, caller, &user_pool_id).await).await?;
        control.sign_ins.self_service.admin_reset_password(&pool, &username, &client_metadata).await?;
        Ok(Empty {})
    }
}
