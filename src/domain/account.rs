//! What is kept for a while about accounts: one-time codes, attempts at guessing, and the messages that would be sent.

use serde::{Deserialize, Serialize};

use super::id::Subject;
use super::secret::Secret;
use super::time::Timestamp;

/// How a message reaches a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Medium {
    /// By e-mail.
    Email,
    /// By SMS.
    Sms,
}

impl Medium {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Sms => "SMS",
        }
    }

    /// The attribute that holds the address.
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "phone_number",
        }
    }

    /// The medium whose addresses this attribute holds.
    pub fn of_attribute(attribute: &str) -> Option<Self> {
        [Self::Email, Self::Sms].into_iter().find(|medium| medium.attribute() == attribute)
    }
}

/// An address of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// What kind of address it is.
    pub medium: Medium,
    /// The address.
    pub address: String,
}

/// What a one-time code is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodePurpose {
    /// Confirming a sign-up.
    SignUp,
    /// A new password in place of a forgotten one.
    ForgotPassword,
    /// Verifying the e-mail address.
    VerifyEmail,
    /// Verifying the telephone number.
    VerifyPhoneNumber,
}

impl CodePurpose {
    /// Its name in keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignUp => "sign-up",
            Self::ForgotPassword => "forgot-password",
            Self::VerifyEmail => "verify-email",
            Self::VerifyPhoneNumber => "verify-phone-number",
        }
    }

    /// Verifying the address of this medium.
    pub const fn verify(medium: Medium) -> Self {
        match medium {
            Medium::Email => Self::VerifyEmail,
            Medium::Sms => Self::VerifyPhoneNumber,
        }
    }

    /// How long a code lives, in milliseconds.
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html>
    pub const fn lifetime_millis(self) -> i64 {
        const HOUR: i64 = 3_600_000;
        match self {
            Self::ForgotPassword => HOUR,
            Self::SignUp | Self::VerifyEmail | Self::VerifyPhoneNumber => 24 * HOUR,
        }
    }
}

/// A one-time code that was sent and not used.
#[derive(Clone, Serialize, Deserialize)]
pub struct Confirmation {
    /// What it is good for.
    pub purpose: CodePurpose,
    /// Whose it is: a new user of the same name has another `sub`.
    pub sub: Subject,
    /// The address it went to, which it proves.
    pub contact: Contact,
    /// The digits.
    pub code: Secret,
    /// How many wrong codes came instead.
    #[serde(default)]
    pub failures: u32,
}

/// What a user did too often is counted by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttemptKind {
    /// Wrong passwords at sign-in.
    Password,
    /// `ConfirmSignUp`.
    ConfirmSignUp,
    /// `ResendConfirmationCode`.
    Resend,
    /// `ForgotPassword`.
    ForgotPassword,
    /// `ConfirmForgotPassword`.
    ConfirmForgotPassword,
    /// `ChangePassword`.
    ChangePassword,
    /// `GetUserAttributeVerificationCode`.
    AttributeCode,
    /// `VerifyUserAttribute`.
    VerifyAttribute,
    /// Codes at sign-in.
    Challenge,
}

impl AttemptKind {
    /// Its name in keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::ConfirmSignUp => "confirm-sign-up",
            Self::Resend => "resend",
            Self::ForgotPassword => "forgot-password",
            Self::ConfirmForgotPassword => "confirm-forgot-password",
            Self::ChangePassword => "change-password",
            Self::AttributeCode => "attribute-code",
            Self::VerifyAttribute => "verify-attribute",
            Self::Challenge => "challenge",
        }
    }

    /// How many a user may make in an hour; wrong passwords are slowed down instead.
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html>
    pub const fn hourly(self) -> u32 {
        match self {
            Self::ConfirmSignUp | Self::VerifyAttribute => 15,
            Self::Resend | Self::ChangePassword | Self::AttributeCode => 5,
            Self::ForgotPassword | Self::ConfirmForgotPassword => 20,
            // Not documented: as many as make guessing eight or six digits hopeless.
            Self::Challenge => 60,
            Self::Password => u32::MAX,
        }
    }
}

/// How often something was tried under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// How often.
    pub count: u32,
    /// Of caps: when the counting began. Of passwords: when the last failed.
    pub since: Timestamp,
}

/// A message as it would have been sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Unique in its pool; sorts the newest first.
    pub id: String,
    /// The address.
    pub to: String,
    /// How it would have travelled.
    pub medium: Medium,
    /// Its subject; none in an SMS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Its text.
    pub body: String,
    /// The code or temporary password that is in it.
    pub code: String,
    /// Why it was written: the last part of the `CustomMessage_` trigger sources.
    pub purpose: String,
    /// The user's name.
    pub user: String,
    /// When it was written.
    pub at: Timestamp,
}
