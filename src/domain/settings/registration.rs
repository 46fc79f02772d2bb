//! Newer settings that poolpass keeps and echoes.

use serde::{Deserialize, Serialize};

/// Dynamic client registration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DcrConfiguration {
    /// `Enabled` or `Disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_status: Option<String>,
    /// Whether anyone may register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_dcr_enabled: Option<bool>,
    /// Grants of clients that prove themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authenticated_grant_types: Option<Vec<String>>,
    /// Grants of those that do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_dcr_grant_types: Option<Vec<String>>,
    /// Scopes that may be registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_scopes: Option<Vec<String>>,
}

/// Who owns the key that data rests under.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct KeyConfiguration {
    /// `AWS_OWNED_KEY` or `CUSTOMER_MANAGED_KEY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_type: Option<String>,
    /// The customer's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_arn: Option<String>,
}

/// Which form `iss` has on AWS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct IssuerConfiguration {
    /// `ORIGINAL` or `UPDATED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
}

/// One level of authentication.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AcrLevel {
    /// What `acr` says for it.
    pub acr_value: String,
}
