//! `SetUserMFAPreference` and `AdminSetUserMFAPreference`.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::error::sign_in::{Step, refusal};
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::domain::id::UserPoolId;
use crate::domain::user::Factor;
use crate::registry::users::{self, UserError};
use crate::registry::{Caller, pools};
use crate::sign_in::SignInFailure;
use crate::sign_in::preference::{Wish, with_preferences};

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

/// The user's wishes. Passkeys are no second factor here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    #[serde(rename = "SMSMfaSettings")]
    sms: Option<Settings>,
    #[serde(rename = "SoftwareTokenMfaSettings")]
    software_token: Option<Settings>,
    #[serde(rename = "EmailMfaSettings")]
    email: Option<Settings>,
    #[serde(default, rename = "WebAuthnMfaSettings")]
    _web_authn: IgnoredAny,
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
    #[serde(default, rename = "WebAuthnMfaSettings")]
    _web_authn: IgnoredAny,
    #[serde(rename = "Username")]
    username: String,
    #[serde(rename = "UserPoolId")]
    pool: UserPoolId,
}

fn wishes(sms: Option<Settings>, software_token: Option<Settings>, email: Option<Settings>) -> Vec<(Factor, Wish)> {
    let sent = [(Factor::SoftwareToken, software_token), (Factor::Sms, sms), (Factor::Email, email)];
    let wish = |settings: Settings| Wish { enabled: settings.enabled, preferred: settings.preferred_mfa };
    sent.into_iter().filter_map(|(factor, settings)| Some((factor, wish(settings?)))).collect()
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
        let (now, wishes) = (control.effects.clock.now(), wishes(input.sms, input.software_token, input.email));
        let pool = &access.view.owner;
        let work = control.database.transact(async |tx| {
            let found = users::get(tx, pool, &access.key).await?.filter(|found| found.sub == access.user.sub);
            let before = found.ok_or(UserError::NotFound)?;
            let after = with_preferences(&before, &wishes, now)?;
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
        let (now, wishes) = (control.effects.clock.now(), wishes(input.sms, input.software_token, input.email));
        let work = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &input.pool).await?;
            let before = users::find(tx, &pool, &input.username).await?.ok_or(UserError::NotFound)?;
            let after = with_preferences(&before, &wishes, now)?;
            Ok::<_, SignInFailure>(users::save(tx, &pool, &before, after).await?)
        });
        work.await.map_err(told)?;
        Ok(Empty {})
    }
}
