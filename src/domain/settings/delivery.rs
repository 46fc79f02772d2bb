//! Who sends the messages of a pool; poolpass keeps and echoes it.

use serde::{Deserialize, Serialize};

/// Who sends e-mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EmailConfiguration {
    /// The address or domain in SES.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_arn: Option<String>,
    /// Where answers go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to_email_address: Option<String>,
    /// Whose account sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_sending_account: Option<EmailSendingAccount>,
    /// The sender's name or address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The configuration set in SES.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration_set: Option<String>,
}

/// Whose account sends e-mail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EmailSendingAccount {
    /// The service's own, a few a day.
    #[default]
    CognitoDefault,
    /// The pool owner's SES account.
    Developer,
}

/// Who sends SMS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SmsConfiguration {
    /// The role that may publish to SNS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sns_caller_arn: Option<String>,
    /// The role's external id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The region of SNS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sns_region: Option<String>,
    /// End User Messaging instead of SNS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eums_sms: Option<EumsSms>,
}

/// How End User Messaging is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EumsSms {
    /// The role that may send.
    pub caller_arn: String,
    /// The role's external id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Who the message is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origination_identity: Option<String>,
    /// The configuration set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration_set_name: Option<String>,
    /// The sender's registration in India.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_entity_id: Option<String>,
    /// The template's registration in India.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_template_id: Option<String>,
    /// The region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}
