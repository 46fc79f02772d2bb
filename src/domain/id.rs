//! Identifiers: each kind is a type of its own, so that one cannot be passed for another.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An identifier of one kind. Cloning shares the text.
pub struct Id<Kind> {
    text: Arc<str>,
    kind: PhantomData<fn() -> Kind>,
}

/// Marks identifiers of user pools.
#[derive(Debug)]
pub enum PoolKind {}
/// Marks identifiers of app clients.
#[derive(Debug)]
pub enum ClientKind {}
/// Marks identifiers of client secrets.
#[derive(Debug)]
pub enum SecretKind {}
/// Marks AWS account numbers.
#[derive(Debug)]
pub enum AccountKind {}
/// Marks AWS regions.
#[derive(Debug)]
pub enum RegionKind {}
/// Marks `kid` values.
#[derive(Debug)]
pub enum KeyKind {}
/// Marks the ids of requests, which are also the ids of their traces.
#[derive(Debug)]
pub enum RequestKind {}

/// Marks the `sub` of users.
#[derive(Debug)]
pub enum SubjectKind {}
/// Marks the keys under which users are stored.
#[derive(Debug)]
pub enum UserKind {}
/// Marks sign-ins.
#[derive(Debug)]
pub enum SignInKind {}

/// `us-east-1_AbCdEfGhI`.
pub type UserPoolId = Id<PoolKind>;
/// 26 characters of `[0-9a-v]`.
pub type ClientId = Id<ClientKind>;
/// `<client id>--<epoch milliseconds>`.
pub type ClientSecretId = Id<SecretKind>;
/// Twelve digits.
pub type AccountId = Id<AccountKind>;
/// `us-east-1`.
pub type Region = Id<RegionKind>;
/// 44 characters of standard base64.
pub type KeyId = Id<KeyKind>;
/// The UUID sent as `x-amz-cognito-request-id`.
pub type RequestId = Id<RequestKind>;
/// The UUID that tokens call `sub`.
pub type Subject = Id<SubjectKind>;
/// A user name as the store sorts it: in lower case where case does not matter.
pub type UserKey = Id<UserKind>;
/// The UUID that the tokens of one sign-in share as `origin_jti`.
pub type SignInId = Id<SignInKind>;

impl<Kind> Id<Kind> {
    /// Takes the text as it is; what a wire accepts is the wire's own matter.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), kind: PhantomData }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl AccountId {
    /// The account of callers whose credentials name no other: `000000000000`.
    pub fn nobody() -> Self {
        Self::new("000000000000")
    }

    /// The account an access key stands for: a key of twelve digits *is* the account.
    pub fn of_access_key(access_key: &str) -> Self {
        if access_key.len() == 12 && access_key.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::new(access_key)
        } else {
            Self::nobody()
        }
    }
}

impl UserKey {
    /// The key of the user with this name.
    pub fn of_username(username: &str, case_sensitive: bool) -> Self {
        if case_sensitive { Self::new(username) } else { Self::new(username.to_lowercase()) }
    }
}

impl Region {
    /// The region of this name, if it can be one: 5 to 32 letters, digits and hyphens, all that a pool's id and a host
    /// name leave room for.
    pub fn of_name(name: &str) -> Option<Self> {
        let fits = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (fits && (5..=32).contains(&name.len())).then(|| Self::new(name))
    }
}

impl UserPoolId {
    /// The region in front of the last underscore.
    pub fn region(&self) -> Region {
        Region::new(self.text.rsplit_once('_').map_or("", |(region, _)| region))
    }

    /// The ARN by which tags and policies name a pool.
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html>
    pub fn arn(&self, account: &AccountId) -> String {
        format!("arn:aws:cognito-idp:{}:{account}:userpool/{self}", self.region())
    }
}

impl<Kind> Clone for Id<Kind> {
    fn clone(&self) -> Self {
        Self { text: Arc::clone(&self.text), kind: PhantomData }
    }
}

impl<Kind> fmt::Debug for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl<Kind> fmt::Display for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<Kind> PartialEq for Id<Kind> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<Kind> Eq for Id<Kind> {}

impl<Kind> PartialOrd for Id<Kind> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<Kind> Ord for Id<Kind> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl<Kind> Hash for Id<Kind> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<Kind> Borrow<str> for Id<Kind> {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl<Kind> AsRef<str> for Id<Kind> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<Kind> From<&str> for Id<Kind> {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl<Kind> From<String> for Id<Kind> {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl<Kind> Serialize for Id<Kind> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, Kind> Deserialize<'de> for Id<Kind> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twelve_digit_access_key_is_the_account() {
        assert_eq!(AccountId::of_access_key("123456789012").as_str(), "123456789012");
        assert_eq!(AccountId::of_access_key("AKIAIOSFODNN"), AccountId::nobody());
        assert_eq!(AccountId::of_access_key("1234567890123"), AccountId::nobody());
        assert_eq!(AccountId::of_access_key(""), AccountId::nobody());
    }

    #[test]
    fn a_region_is_a_word_of_5_to_32_letters_digits_and_hyphens() {
        let longest = "a".repeat(32);
        for name in ["local", "us-east-1", longest.as_str()] {
            assert_eq!(Region::of_name(name), Some(Region::from(name)));
        }
        for name in ["", "eu-1", "bad region!", "eu_west_1", "é-west-1", &"a".repeat(33)] {
            assert_eq!(Region::of_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_pool_id_names_its_region_and_arn() {
        let id = UserPoolId::from("eu-west-1_AbCdEfGhI");
        assert_eq!(id.region().as_str(), "eu-west-1");
        assert_eq!(
            id.arn(&AccountId::nobody()),
            "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_AbCdEfGhI"
        );
    }
}
