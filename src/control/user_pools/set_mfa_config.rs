//! `SetUserPoolMfaConfig`

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::id::UserPoolId;
use crate::domain::settings::{EmailMfa, Mfa, MfaSettings, SoftwareTokenMfa, WebAuthn};
use crate::registry::mfa::{self, NewMfa};
use crate::registry::{Caller, pools};

use super::get_mfa_config::{MfaConfig, SmsMfaConfig};

/// Replaces the second factors of a pool and answers them as they are then.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html>
pub(super) struct SetUserPoolMfaConfig;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    sms_mfa_configuration: Option<SmsMfaConfig>,
    software_token_mfa_configuration: Option<SoftwareTokenMfa>,
    email_mfa_configuration: Option<EmailMfa>,
    mfa_configuration: Option<Mfa>,
    web_authn_configuration: Option<WebAuthn>,
}

impl Operation for SetUserPoolMfaConfig {
    const NAME: &'static str = "SetUserPoolMfaConfig";
    const INPUT: &'static [Member] = model::SET_USER_POOL_MFA_CONFIG;
    type Input = Input;
    type Output = MfaConfig;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<MfaConfig, AwsError> {
        let now = control.effects.clock.now();
        let new = NewMfa {
            mode: input.mfa_configuration,
            sms: input.sms_mfa_configuration.map(|sms| (sms.sms_authentication_message, sms.sms_configuration)),
            others: MfaSettings {
                sms: false,
                software_token_mfa_configuration: input.software_token_mfa_configuration,
                email_mfa_configuration: input.email_mfa_configuration,
                web_authn_configuration: input.web_authn_configuration,
            },
        };
        let replaced = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &input.user_pool_id).await?;
            mfa::replace(tx, pool, new.clone(), now)
        });
        Ok(replaced.await?.into())
    }
}
