//! Functions that a pool would call; poolpass keeps and echoes them.

use serde::{Deserialize, Serialize};

/// Functions that would be called, by ARN.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct LambdaConfig {
    /// Before a sign-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_sign_up: Option<String>,
    /// Writes a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_message: Option<String>,
    /// After a confirmation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_confirmation: Option<String>,
    /// Before a sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_authentication: Option<String>,
    /// After a sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_authentication: Option<String>,
    /// Chooses the next challenge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub define_auth_challenge: Option<String>,
    /// Makes a challenge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_auth_challenge: Option<String>,
    /// Judges an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verify_auth_challenge_response: Option<String>,
    /// Before a token is issued, in its first version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_token_generation: Option<String>,
    /// Moves a user in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_migration: Option<String>,
    /// Before a token is issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_token_generation_config: Option<Trigger>,
    /// Sends SMS.
    #[serde(rename = "CustomSMSSender", skip_serializing_if = "Option::is_none")]
    pub custom_sms_sender: Option<Trigger>,
    /// Sends e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_email_sender: Option<Trigger>,
    /// The key that senders decrypt codes with.
    #[serde(rename = "KMSKeyID", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// On a federated sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbound_federation: Option<Trigger>,
}

/// A function and the version of its event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Trigger {
    /// `V1_0`, `V2_0` or `V3_0`.
    pub lambda_version: String,
    /// The function.
    pub lambda_arn: String,
}

impl LambdaConfig {
    /// The ARNs of all functions.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        let plain = [
            &self.pre_sign_up,
            &self.custom_message,
            &self.post_confirmation,
            &self.pre_authentication,
            &self.post_authentication,
            &self.define_auth_challenge,
            &self.create_auth_challenge,
            &self.verify_auth_challenge_response,
            &self.pre_token_generation,
            &self.user_migration,
        ];
        let versioned = [
            &self.pre_token_generation_config,
            &self.custom_sms_sender,
            &self.custom_email_sender,
            &self.inbound_federation,
        ];
        let plain = plain.into_iter().filter_map(|function| function.as_deref());
        plain.chain(versioned.into_iter().flatten().map(|trigger| trigger.lambda_arn.as_str()))
    }
}
