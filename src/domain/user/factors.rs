//! The second factors of a user.

use serde::{Deserialize, Serialize};

use crate::domain::secret::Secret;

/// The second factors of a user and which of them is asked for.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Factors {
    /// One-time passwords from an app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_token: Option<SoftwareToken>,
    /// Which factors are switched on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub enabled: Vec<Factor>,
    /// The one that is asked for when there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred: Option<Factor>,
}

/// A kind of second factor, under the names of `UserMFASettingList`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Factor {
    /// A code in an SMS.
    #[serde(rename = "SMS_MFA")]
    Sms,
    /// A code in an e-mail.
    #[serde(rename = "EMAIL_OTP")]
    Email,
    /// A code from an app.
    #[serde(rename = "SOFTWARE_TOKEN_MFA")]
    SoftwareToken,
}

impl Factor {
    /// The name on the wire, which is the challenge's too.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sms => "SMS_MFA",
            Self::Email => "EMAIL_OTP",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
        }
    }

    /// The factor of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Sms, Self::Email, Self::SoftwareToken].into_iter().find(|factor| factor.name() == name)
    }
}

/// A secret shared with an authenticator app.
#[derive(Clone, Serialize, Deserialize)]
pub struct SoftwareToken {
    /// The secret, base32.
    pub secret: Secret,
    /// What the user calls the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether a first code has proven that the app has it.
    #[serde(default)]
    pub verified: bool,
    /// The last 30-second step whose code was used: no code works twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_step: Option<u64>,
}
