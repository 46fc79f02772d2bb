//! `SetUserMFAPreference` and `AdminSetUserMFAPreference`.

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::error::sign_in::{Step, refusal};
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::domain::id::UserPoolId;
use crate::domain::user::Factor;
use crate::registry::users::{self, UserError};
use crate::registry::{Caller, pools};
use crate::sign_in::preference::{Wish, with_preferences};
use crate::sign_in::{Parameter, SignInFailure};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html>
#[derive(Debug)]
pub(super) struct SetUserMFAPreference;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserMFAPreference.html>
#[derive(Debug)]
pub(super) struct AdminSetUserMFAPreference;

/// What is wanted of one factor.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Settings {
    enabled: Option<bool>,
    preferred_mfa: Option<bool>,
}

/// The user's wishes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    #[serde(rename = "SMSMfaSettings")]
    sms: Option<Settings>,
    #[serde(rename = "SoftwareTokenMfaSettings")]
    software_token: Option<Settings>,
    #[serde(rename = "EmailMfaSettings")]
    email: Option<Settings>,
    #[serde(rename = "WebAuthnMfaSettings")]
    web_authn: Option<Settings>,
    #[serde(rename = "AccessToken")]
    access_token: String,
}

/// An administrator's wishes for a user.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AdminInput {
    #[serde(rename = "SMSMfaSettings")]
    sms: Option<Settings>,
    #[serde(rename = "SoftwareTokenMfaSettings")]
    software_token: Option<Settings>,
    #[serde(rename = "EmailMfaSettings")]
    email: Option<Settings>,
    #[serde(rename = "WebAuthnMfaSettings")]
    web_authn: Option<Settings>,
    #[serde(rename = "Username")]
    username: String,
    #[serde(rename = "UserPoolId")]
    pool: UserPoolId,
}

/// What is wanted of the factors: `[app, SMS, e-mail]`. A passkey is none of them, and no pool here offers it.
fn wishes(sent: [Option<Settings>; 3], passkey: Option<Settings>) -> Result<Vec<(Factor, Wish)>, SignInFailure> {
    if passkey.is_some_and(|settings| settings.enabled == Some(true)) {
        return Err(Parameter::FactorNotOffered("WEB_AUTHN_MFA").into());
    }
    let wish = |settings: Settings| Wish { enabled: settings.enabled, preferred: settings.preferred_mfa };
    let named = [Factor::SoftwareToken, Factor::Sms, Factor::Email].into_iter().zip(sent);
    Ok(named.filter_map(|(factor, settings)| Some((factor, wish(settings?)))).collect())
}

fn told(failure: SignInFailure) -> AwsError {
    refusal(failure, &Step { name: "", client: "", view: None, admin: false })
}

impl Operation for SetUserMFAPreference {
    const NAME: &'static str = "SetUserMFAPreference";
    const INPUT: &'static [Member] = model::SET_USER_MFA_PREFERENCE;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, _: &Caller, input: Input) -> Result<Empty, AwsError> {
        let access = control.sign_ins.tokens.access_to_api(&input.access_token).await?;
        let wishes = wishes([input.software_token, input.sms, input.email], input.web_authn).map_err(told)?;
        let now = control.effects.clock.now();
        let pool = &access.view.owner;
        let work = control.database.transact(async |tx| {
            let found = users::get(tx, pool, &access.key).await?.filter(|found| found.sub == access.user.sub);
            let before = found.ok_or(UserError::NotFound)?;
            let after = with_preferences(pool, &before, &wishes, now)?;
            Ok::<_, SignInFailure>(users::save(tx, pool, &before, after).await?)
        });
        work.await.map_err(told)?;
        Ok(Empty {})
    }
}

impl Operation for AdminSetUserMFAPreference {
    const NAME: &'static str = "AdminSetUserMFAPreference";
    const INPUT: &'static [Member] = model::ADMIN_SET_USER_MFA_PREFERENCE;
    type Input = AdminInput;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: AdminInput) -> Result<Empty, AwsError> {
        let wishes = wishes([input.software_token, input.sms, input.email], input.web_authn).map_err(told)?;
        let now = control.effects.clock.now();
        let work = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &input.pool).await?;
            let before = users::find(tx, &pool, &input.username).await?.ok_or(UserError::NotFound)?;
            let after = with_preferences(&pool, &before, &wishes, now)?;
            Ok::<_, SignInFailure>(users::save(tx, &pool, &before, after).await?)
        });
        work.await.map_err(told)?;
        Ok(Empty {})
    }
}
