//! The settings of a user pool, in the shapes of the wire.
//!
//! Kept is what was sent: a member is `None` when it was left out. What then holds is [`PoolSettings::in_force`], so
//! that a default is written in one place and an answer shows what the pool does.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html>

mod delivery;
mod in_force;
mod messages;
mod policies;
mod registration;
mod schema;
mod triggers;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use delivery::{EmailConfiguration, EmailSendingAccount, EumsSms, SmsConfiguration};
pub use messages::{InviteMessageTemplate, VerificationMessageTemplate};
pub use policies::{
    AccountRecoverySetting, AdminCreateUserConfig, AdvancedSecurityAdditionalFlows, AdvancedSecurityMode,
    DeletionProtection, DeviceConfiguration, Mfa, PasswordPolicy, Policies, RecoveryMechanism, SignInPolicy, Tier,
    UserAttributeUpdateSettings, UserPoolAddOns,
};
pub use registration::{AcrLevel, DcrConfiguration, IssuerConfiguration, KeyConfiguration};
pub use schema::{AttributeDataType, NumberConstraints, SchemaAttribute, StringConstraints, standard_attributes};
pub use triggers::{LambdaConfig, Trigger};

/// Everything about a pool that `UpdateUserPool` replaces: what is left out falls back to its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PoolSettings {
    /// Rules on passwords and on how a sign-in may begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policies: Option<Policies>,
    /// Whether the pool can be deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_protection: Option<DeletionProtection>,
    /// Functions that would be called; kept and echoed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lambda_config: Option<LambdaConfig>,
    /// What is verified at sign-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_verified_attributes: Option<Vec<String>>,
    /// The older place of `VerificationMessageTemplate.SmsMessage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_verification_message: Option<String>,
    /// The older place of `VerificationMessageTemplate.EmailMessage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verification_message: Option<String>,
    /// The older place of `VerificationMessageTemplate.EmailSubject`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verification_subject: Option<String>,
    /// How codes and links are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_message_template: Option<VerificationMessageTemplate>,
    /// The text of a second factor by SMS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_authentication_message: Option<String>,
    /// What must be verified before it changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_attribute_update_settings: Option<UserAttributeUpdateSettings>,
    /// Whether a second factor is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa_configuration: Option<Mfa>,
    /// Whether devices are remembered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_configuration: Option<DeviceConfiguration>,
    /// Who sends e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_configuration: Option<EmailConfiguration>,
    /// Who sends SMS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_configuration: Option<SmsConfiguration>,
    /// The pool's tags; the tagging operations see the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_tags: Option<BTreeMap<String, String>>,
    /// Who may create users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_create_user_config: Option<AdminCreateUserConfig>,
    /// Threat protection; kept and echoed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_add_ons: Option<UserPoolAddOns>,
    /// Dynamic client registration; kept and echoed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dcr_configuration: Option<DcrConfiguration>,
    /// How a user gets back in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_recovery_setting: Option<AccountRecoverySetting>,
    /// The feature plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_tier: Option<Tier>,
    /// Who owns the key that data rests under; kept and echoed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_configuration: Option<KeyConfiguration>,
    /// Which form `iss` has on AWS; kept and echoed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer_configuration: Option<IssuerConfiguration>,
    /// Authentication context classes by level; kept and echoed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr_configuration: Option<BTreeMap<String, AcrLevel>>,
}

/// What `CreateUserPool` fixes for good.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct FixedPoolSettings {
    /// Standard attributes that differ from their defaults, and custom ones by their full names. It can grow.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub schema: Vec<SchemaAttribute>,
    /// What a user can sign in with beside the user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias_attributes: Option<Vec<String>>,
    /// What a user signs in with instead of a user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_attributes: Option<Vec<String>>,
    /// Whether case matters in user names; it does unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_configuration: Option<UsernameConfiguration>,
}

/// Whether case matters in user names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UsernameConfiguration {
    /// Whether `Ada` and `ada` are two.
    pub case_sensitive: bool,
}

/// What `SetUserPoolMfaConfig` replaces, beside the members that it shares with [`PoolSettings`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct MfaSettings {
    /// Whether SMS was chosen as a factor; its settings are the pool's own.
    pub sms: bool,
    /// One-time passwords from an app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_token_mfa_configuration: Option<SoftwareTokenMfa>,
    /// One-time passwords by e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_mfa_configuration: Option<EmailMfa>,
    /// Passkeys; kept and echoed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_authn_configuration: Option<WebAuthn>,
}

impl MfaSettings {
    /// Whether an app's one-time passwords are switched on.
    pub fn software_token(&self) -> bool {
        self.software_token_mfa_configuration.is_some_and(|software| software.enabled == Some(true))
    }
}

/// One-time passwords from an app.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SoftwareTokenMfa {
    /// Whether they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// One-time passwords by e-mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EmailMfa {
    /// The text around the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// Passkeys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct WebAuthn {
    /// The domain that passkeys are bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relying_party_id: Option<String>,
    /// `required` or `preferred`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_verification: Option<String>,
    /// Whether a passkey alone satisfies MFA.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor_configuration: Option<String>,
}
