//! Users of a pool, as stored.

mod credential;
mod factors;
mod group;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::id::{Subject, UserKey};
use super::time::Timestamp;

pub use credential::{Credential, VerifierText};
pub use factors::{Factor, Factors, SoftwareToken};
pub use group::{Group, Membership};

/// A user.
#[derive(Clone, Serialize, Deserialize)]
pub struct User {
    /// As it was chosen; in a pool whose users sign in with an attribute it is the `sub`.
    pub username: String,
    /// Never changes and is never used again.
    pub sub: Subject,
    /// Whether the user may sign in; independent of the status.
    pub enabled: bool,
    /// How far the account has come.
    pub status: UserStatus,
    /// Values by full attribute name (`email`, `custom:team`), all of them text; without `sub`.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// What the password is checked against; none for users who have no password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Credential>,
    /// Former credentials, newest first, as many as the pool's password history asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<Credential>,
    /// Second factors.
    #[serde(default)]
    pub factors: Factors,
    /// The groups, in the order in which the user joined them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Every token of a sign-in up to this moment is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_out: Option<Timestamp>,
    /// New values that wait for their verification (`AttributesRequireVerificationBeforeUpdate`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pending: BTreeMap<String, String>,
}

/// How far an account has come, under the names of the wire.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UserStatus {
    /// Signed up and not confirmed yet.
    Unconfirmed,
    /// May sign in.
    Confirmed,
    /// Must ask for a new password first.
    ResetRequired,
    /// Has a temporary password and must choose another at the first sign-in.
    ForceChangePassword,
}

impl UserStatus {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Confirmed => "CONFIRMED",
            Self::ResetRequired => "RESET_REQUIRED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
        }
    }
}

impl User {
    /// The value of an attribute; `sub` is one.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        if name == "sub" { Some(self.sub.as_str()) } else { self.attributes.get(name).map(String::as_str) }
    }

    /// Whether `email_verified` or `phone_number_verified` says so; `of` is `email` or `phone_number`.
    pub fn is_verified(&self, of: &str) -> bool {
        self.attributes.get(&format!("{of}_verified")).is_some_and(|value| value == "true")
    }

    /// Whether a sign-in of this moment was ended by a sign-out of everything.
    pub fn was_signed_out_after(&self, sign_in: Timestamp) -> bool {
        self.signed_out.is_some_and(|signed_out| sign_in <= signed_out)
    }

    /// The key under which this user is stored.
    pub fn key(&self, case_sensitive: bool) -> UserKey {
        UserKey::of_username(&self.username, case_sensitive)
    }
}
