//! `GetUserPoolMfaConfig`, and the shape that it shares with `SetUserPoolMfaConfig`

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Operation, PoolInput};
use crate::domain::pool::UserPool;
use crate::domain::settings::{EmailMfa, Mfa, SmsConfiguration, SoftwareTokenMfa, WebAuthn};
use crate::registry::{Caller, pools};

/// Answers the second factors of a pool.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserPoolMfaConfig.html>
pub(super) struct GetUserPoolMfaConfig;

impl Operation for GetUserPoolMfaConfig {
    const NAME: &'static str = "GetUserPoolMfaConfig";
    const INPUT: &'static [Member] = model::GET_USER_POOL_MFA_CONFIG;
    type Input = PoolInput;
    type Output = MfaConfig;

    async fn call(control: &Control, caller: &Caller, input: PoolInput) -> Result<MfaConfig, AwsError> {
        let pool = control.database.transact(async |tx| pools::require(tx, caller, &input.user_pool_id).await).await?;
        Ok(pool.into())
    }
}

/// SMS as a second factor.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
pub(super) struct SmsMfaConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sms_authentication_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sms_configuration: Option<SmsConfiguration>,
}

/// The second factors of a pool, as they are now.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "these are the names on the wire")]
pub(super) struct MfaConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_mfa_configuration: Option<SmsMfaConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    software_token_mfa_configuration: Option<SoftwareTokenMfa>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_mfa_configuration: Option<EmailMfa>,
    mfa_configuration: Mfa,
    #[serde(skip_serializing_if = "Option::is_none")]
    web_authn_configuration: Option<WebAuthn>,
}

impl From<UserPool> for MfaConfig {
    fn from(pool: UserPool) -> Self {
        let UserPool { settings, mfa, .. } = pool;
        let mode = settings.mfa();
        // A pool made with a second factor has SMS for one, although nobody chose it by `SetUserPoolMfaConfig`.
        let only_sms = mode != Mfa::Off && !mfa.software_token() && mfa.email_mfa_configuration.is_none();
        let sms = SmsMfaConfig {
            sms_authentication_message: settings.sms_authentication_message,
            sms_configuration: settings.sms_configuration,
        };
        Self {
            sms_mfa_configuration: (mfa.sms || only_sms).then_some(sms),
            software_token_mfa_configuration: mfa.software_token_mfa_configuration,
            email_mfa_configuration: mfa.email_mfa_configuration,
            mfa_configuration: mode,
            web_authn_configuration: mfa.web_authn_configuration,
        }
    }
}
