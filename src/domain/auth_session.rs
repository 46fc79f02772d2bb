//! A sign-in through challenges, between two of its steps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::account::Contact;
use super::id::{ClientId, Subject, UserKey};
use super::secret::Secret;
use super::sign_in::Origin;
use super::time::Timestamp;
use super::user::{Factor, User};

/// What is known of a sign-in that waits for an answer; its key is a digest of the session that the client holds.
#[derive(Clone, Serialize, Deserialize)]
pub struct AuthSession {
    /// The client that began it.
    pub client: ClientId,
    /// The door it came through.
    pub door: Origin,
    /// The name that it began with.
    pub username: String,
    /// The user; none if there is no such user and nobody shall learn it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<SessionUser>,
    /// When it ends. The document outlives it, so that the end can be told from a session that never was.
    pub ends: Timestamp,
    /// Whether it was answered.
    #[serde(default)]
    pub used: bool,
    /// How many wrong codes it got.
    #[serde(default)]
    pub wrong_codes: u32,
    /// Whether a new password was chosen on the way.
    #[serde(default)]
    pub new_password: bool,
    /// The rounds so far, if the pool's triggers lead the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<Vec<Round>>,
    /// What it waits for.
    pub waiting: Waiting,
}

/// Whose sign-in it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionUser {
    /// Where the user is stored.
    pub key: UserKey,
    /// The same user for ever.
    pub sub: Subject,
}

/// One round of a sign-in that triggers lead, as the triggers are told.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-define-auth-challenge.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Round {
    /// The challenge.
    pub challenge_name: String,
    /// Whether it was answered rightly.
    pub challenge_result: bool,
    /// What the trigger calls the challenge.
    pub challenge_metadata: Option<String>,
}

/// The answer that a session waits for.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// The proof of a password.
    PasswordVerifier {
        /// What the client sent, hexadecimal.
        a: String,
        /// The server's secret, base64.
        b: Secret,
        /// What the server answered, hexadecimal.
        public: String,
    },
    /// A password, plain.
    Password,
    /// The beginning of a proof of a password.
    PasswordSrp,
    /// A new password.
    NewPassword,
    /// A code of an authenticator app.
    SoftwareToken,
    /// A code that was sent.
    Code {
        /// The challenge.
        asked: CodeChallenge,
        /// The code.
        code: Secret,
    },
    /// The set-up of a second factor.
    MfaSetup {
        /// What can be set up.
        factors: Vec<Factor>,
        /// The secret of an app that was associated on the way.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        secret: Option<Secret>,
        /// Whether a first code of that app was right.
        #[serde(default)]
        verified: bool,
    },
    /// The choice among second factors.
    SelectMfaType {
        /// What there is.
        factors: Vec<Factor>,
    },
    /// The choice among first factors.
    SelectChallenge {
        /// What there is, under the names of the wire.
        challenges: Vec<String>,
    },
    /// The answer to a challenge that a trigger made.
    Custom {
        /// What the trigger judges the answer by.
        private: BTreeMap<String, String>,
        /// What the trigger calls the challenge.
        metadata: Option<String>,
    },
    /// The code that confirms a sign-up.
    Confirmation {
        /// The salt of the password that was chosen, which tells it from every other; none without one.
        password: Option<String>,
    },
    /// The first sign-in after it.
    FirstSignIn {
        /// That password, if whoever confirmed had chosen it too.
        password: Option<String>,
        /// Where the code had gone.
        contact: Contact,
    },
}

/// A challenge to which the answer is a code that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeChallenge {
    /// The second factor by SMS.
    SmsMfa,
    /// The first factor by SMS.
    SmsOtp,
    /// Either factor by e-mail.
    EmailOtp,
}

impl CodeChallenge {
    /// The challenge's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SmsMfa => "SMS_MFA",
            Self::SmsOtp => "SMS_OTP",
            Self::EmailOtp => "EMAIL_OTP",
        }
    }

    /// The response that holds the code.
    pub const fn response(self) -> &'static str {
        match self {
            Self::SmsMfa => "SMS_MFA_CODE",
            Self::SmsOtp => "SMS_OTP_CODE",
            Self::EmailOtp => "EMAIL_OTP_CODE",
        }
    }

    /// The attribute that the code is sent to.
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::SmsMfa | Self::SmsOtp => "phone_number",
            Self::EmailOtp => "email",
        }
    }
}

impl AuthSession {
    /// Whether the sign-in is this user's.
    pub fn is_of(&self, user: &User) -> bool {
        self.user.as_ref().is_some_and(|owner| owner.sub == user.sub)
    }
}

impl Waiting {
    /// What a session of a sign-up waits for: an operation, as it is no challenge.
    pub const CONFIRMATION: &str = "ConfirmSignUp";
    /// The same after the confirmation.
    pub const FIRST_SIGN_IN: &str = "InitiateAuth";

    /// The name of the challenge that is to be answered.
    pub const fn challenge(&self) -> &'static str {
        match self {
            Self::PasswordVerifier { .. } => "PASSWORD_VERIFIER",
            Self::Password => "PASSWORD",
            Self::PasswordSrp => "PASSWORD_SRP",
            Self::NewPassword => "NEW_PASSWORD_REQUIRED",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
            Self::Code { asked, .. } => asked.name(),
            Self::MfaSetup { .. } => "MFA_SETUP",
            Self::SelectMfaType { .. } => "SELECT_MFA_TYPE",
            Self::SelectChallenge { .. } => "SELECT_CHALLENGE",
            Self::Custom { .. } => "CUSTOM_CHALLENGE",
            Self::Confirmation { .. } => Self::CONFIRMATION,
            Self::FirstSignIn { .. } => Self::FIRST_SIGN_IN,
        }
    }
}
