//! `GetUserAuthFactors` and `AdminGetUserAuthFactors`.

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::id::UserPoolId;
use crate::domain::pool::UserPool;
use crate::domain::user::User;
use crate::registry::users::{self, UserError};
use crate::registry::{Caller, RegistryError, pools};
use crate::sign_in::first_factors_of;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html>
#[derive(Debug)]
pub(super) struct GetUserAuthFactors;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUserAuthFactors.html>
#[derive(Debug)]
pub(super) struct AdminGetUserAuthFactors;

/// Who asks.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    access_token: String,
}

/// Whose factors.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AdminInput {
    user_pool_id: UserPoolId,
    username: String,
}

/// What a user can sign in with.
#[derive(Serialize)]
pub(super) struct Output {
    #[serde(rename = "Username")]
    username: String,
    #[serde(rename = "PreferredMfaSetting", skip_serializing_if = "Option::is_none")]
    preferred: Option<&'static str>,
    #[serde(rename = "UserMFASettingList", skip_serializing_if = "Vec::is_empty")]
    second: Vec<&'static str>,
    #[serde(rename = "ConfiguredUserAuthFactors")]
    first: Vec<&'static str>,
}

impl Output {
    fn of(pool: &UserPool, user: &User) -> Self {
        Self {
            username: user.username.clone(),
            preferred: user.factors.preferred.map(crate::domain::user::Factor::name),
            second: user.factors.enabled.iter().map(|factor| factor.name()).collect(),
            first: first_factors_of(pool, user),
        }
    }
}

impl Operation for GetUserAuthFactors {
    const NAME: &'static str = "GetUserAuthFactors";
    const INPUT: &'static [Member] = model::GET_USER_AUTH_FACTORS;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, _: &Caller, input: Input) -> Result<Output, AwsError> {
        let access = control.sign_ins.tokens.access_to_api(&input.access_token).await?;
        Ok(Output::of(&access.view.owner, &access.user))
    }
}

impl Operation for AdminGetUserAuthFactors {
    const NAME: &'static str = "AdminGetUserAuthFactors";
    const INPUT: &'static [Member] = model::ADMIN_GET_USER_AUTH_FACTORS;
    type Input = AdminInput;
    type Output = Output;

    async fn call(control: &Control, caller: &Caller, input: AdminInput) -> Result<Output, AwsError> {
        let work = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &input.user_pool_id).await?;
            let user = users::find(tx, &pool, &input.username).await?.ok_or(UserError::NotFound)?;
            Ok::<_, RegistryError>(Output::of(&pool, &user))
        });
        Ok(work.await?)
    }
}
