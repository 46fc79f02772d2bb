//! `AssociateSoftwareToken`, `VerifySoftwareToken` and `AdminDeleteSoftwareToken`.

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::error::sign_in::{Step, refusal};
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::domain::id::UserPoolId;
use crate::domain::secret::Secret;
use crate::registry::users::{self, UserError};
use crate::registry::{Caller, RegistryError, pools};
use crate::sign_in::{Holder, Parameter, SignInFailure, Steps, preference};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html>
#[derive(Debug)]
pub(super) struct AssociateSoftwareToken;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html>
#[derive(Debug)]
pub(super) struct VerifySoftwareToken;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteSoftwareToken.html>
#[derive(Debug)]
pub(super) struct AdminDeleteSoftwareToken;

/// Who sets up an app.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Associate {
    access_token: Option<String>,
    session: Option<String>,
}

/// The secret for the app.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Associated {
    secret_code: Secret,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

/// The app's first code.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Verify {
    access_token: Option<String>,
    session: Option<String>,
    user_code: String,
    friendly_device_name: Option<String>,
}

/// That it was right.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Verified {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

/// Whose app is taken away.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Delete {
    user_pool_id: UserPoolId,
    username: String,
}

fn holder<'a>(token: Option<&'a str>, session: Option<&'a str>) -> Result<Holder<'a>, SignInFailure> {
    let of_session = session.map(Holder::Session);
    token.map(Holder::AccessToken).or(of_session).ok_or(Parameter::Nobody.into())
}

fn told(failure: SignInFailure) -> AwsError {
    refusal(failure, &Step { name: "MFA_SETUP", client: "", view: None, admin: false })
}

impl Operation for AssociateSoftwareToken {
    const NAME: &'static str = "AssociateSoftwareToken";
    const INPUT: &'static [Member] = model::ASSOCIATE_SOFTWARE_TOKEN;
    const SIGNED: bool = false;
    type Input = Associate;
    type Output = Associated;

    async fn call(control: &Control, _: &Caller, input: Associate) -> Result<Associated, AwsError> {
        let holder = holder(input.access_token.as_deref(), input.session.as_deref()).map_err(told)?;
        let made = control.sign_ins.associate(holder, &mut Steps::new()).await.map_err(told)?;
        Ok(Associated { secret_code: made.secret, session: made.session })
    }
}

impl Operation for VerifySoftwareToken {
    const NAME: &'static str = "VerifySoftwareToken";
    const INPUT: &'static [Member] = model::VERIFY_SOFTWARE_TOKEN;
    const SIGNED: bool = false;
    type Input = Verify;
    type Output = Verified;

    async fn call(control: &Control, _: &Caller, input: Verify) -> Result<Verified, AwsError> {
        let holder = holder(input.access_token.as_deref(), input.session.as_deref()).map_err(told)?;
        let presented = (input.user_code.as_str(), input.friendly_device_name.as_deref());
        let done = control.sign_ins.verify(holder, presented, &mut Steps::new()).await.map_err(told)?;
        Ok(Verified { status: "SUCCESS", session: done.session })
    }
}

impl Operation for AdminDeleteSoftwareToken {
    const NAME: &'static str = "AdminDeleteSoftwareToken";
    const INPUT: &'static [Member] = model::ADMIN_DELETE_SOFTWARE_TOKEN;
    type Input = Delete;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: Delete) -> Result<Empty, AwsError> {
        let now = control.effects.clock.now();
        let work = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &input.user_pool_id).await?;
            let before = users::find(tx, &pool, &input.username).await?.ok_or(UserError::NotFound)?;
            let after = preference::without_software_token(&before, now);
            users::save(tx, &pool, &before, after).await
        });
        work.await.map_err(|error: RegistryError| AwsError::from(error))?;
        Ok(Empty {})
    }
}
