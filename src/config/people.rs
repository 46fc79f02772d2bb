//! The users and groups that a configuration declares.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::id::Subject;
use crate::domain::secret::Secret;
use crate::domain::user::UserStatus;

/// A group of users.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredGroup {
    /// Its name.
    pub name: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// 0 is the strongest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precedence: Option<u32>,
    /// The role that it stands for in ID tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
}

/// A user.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredUser {
    /// The user name, or the e-mail address or telephone number in a pool whose users sign in with one.
    pub username: String,
    /// The `sub`; drawn unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<Subject>,
    /// The password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// A password that must be replaced at the first sign-in, instead of a lasting one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temporary_password: Option<Secret>,
    /// How far the account has come; follows from the password unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<UserStatus>,
    /// Whether the user may sign in.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub enabled: bool,
    /// Values by attribute; numbers and truth values are taken as they are written.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// The groups the user is in, in the order of joining.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// The secret of the user's authenticator app, base32; the app's codes are asked for at every sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp_secret: Option<Secret>,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_yes(value: &bool) -> bool {
    *value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_the_text_as_it_is_written() {
        let text = "{ username: ada, attributes: { a: +49012, b: 0123, c: true, d: 1.50, e: 'x', f: 2020-01-01 } }";
        let user: DeclaredUser = serde_saphyr::from_str(text).unwrap();
        let values: Vec<&str> = user.attributes.values().map(String::as_str).collect();
        assert_eq!(values, ["+49012", "0123", "true", "1.50", "x", "2020-01-01"]);
        assert!(user.enabled);
        let json = serde_json::to_string(&user).unwrap();
        let again: DeclaredUser = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), json);
    }
}
