//! What a token says, in the order the service says it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};

use super::id::ClientId;

/// A claim's value where anything goes: what a trigger or a declared rule may put into a token.
pub type AnyClaim = serde_json::Value;

/// An access token of the machine grant. The order of the fields is the order of the claims.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineAccessClaims<'a> {
    /// The client's id: nobody else took part.
    pub sub: &'a str,
    /// Always `access`.
    pub token_use: &'a str,
    /// The granted scopes, separated by spaces.
    // COGNITO: left out, not empty, when every requested scope is inactive (assumed; docs/fidelity.md, `all_inactive`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'a str>,
    /// Seconds; equals `iat`.
    pub auth_time: i64,
    /// The issuer.
    pub iss: &'a str,
    /// Seconds.
    pub exp: i64,
    /// Seconds.
    pub iat: i64,
    /// Always 2.
    pub version: u8,
    /// The token's own id.
    pub jti: &'a str,
    /// The client's id.
    pub client_id: &'a str,
}

/// The claims of a token in the order in which it says them. Cheap to build, and open to late changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims<'a> {
    entries: Vec<(Cow<'a, str>, Claim<'a>)>,
}

/// The value of one claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Claim<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Names.
    List(Cow<'a, [String]>),
    /// An address, of which only the text as a whole is known.
    Address {
        /// The text.
        formatted: &'a str,
    },
    /// What a trigger or a declared rule said.
    Any(AnyClaim),
}

impl<'a> Claims<'a> {
    /// No claims, with room for this many.
    pub fn with_capacity(claims: usize) -> Self {
        Self { entries: Vec::with_capacity(claims) }
    }

    /// Adds a claim at the end.
    pub fn push(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Claim<'a>>) {
        self.entries.push((name.into(), value.into()));
    }

    /// Adds a claim at the end, if there is a value.
    pub fn push_some(&mut self, name: impl Into<Cow<'a, str>>, value: Option<impl Into<Claim<'a>>>) {
        if let Some(value) = value {
            self.push(name, value);
        }
    }

    /// Gives a claim a value: in its place if it is there, else at the end.
    pub fn set(&mut self, name: &str, value: impl Into<Claim<'a>>) {
        match self.entries.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value.into(),
            None => self.push(name.to_owned(), value),
        }
    }

    /// Leaves a claim out.
    pub fn remove(&mut self, name: &str) {
        self.entries.retain(|(known, _)| known != name);
    }

    /// The value of a claim.
    pub fn get(&self, name: &str) -> Option<&Claim<'a>> {
        self.entries.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.as_ref())
    }
}

impl Serialize for Claims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.entries.len()))?;
        for (name, value) in &self.entries {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'a> From<&'a str> for Claim<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Claim<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<i64> for Claim<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Claim<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl<'a> From<&'a [String]> for Claim<'a> {
    fn from(list: &'a [String]) -> Self {
        Self::List(Cow::Borrowed(list))
    }
}

/// The same claims, open to changes.
impl<'a> From<MachineAccessClaims<'a>> for Claims<'a> {
    fn from(machine: MachineAccessClaims<'a>) -> Self {
        let mut claims = Self::with_capacity(12);
        claims.push("sub", machine.sub);
        claims.push("token_use", machine.token_use);
        claims.push_some("scope", machine.scope);
        claims.push("auth_time", machine.auth_time);
        claims.push("iss", machine.iss);
        claims.push("exp", machine.exp);
        claims.push("iat", machine.iat);
        claims.push("version", i64::from(machine.version));
        claims.push("jti", machine.jti);
        claims.push("client_id", machine.client_id);
        claims
    }
}

/// What is to become of the claims of one token. What is suppressed stays away, also if it is to be added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClaimChanges {
    /// Claims to add or to give another value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub add: BTreeMap<String, AnyClaim>,
    /// Claims to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suppress: Vec<String>,
}

/// Which of the two tokens of a person, as changes to its claims are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenUse {
    /// The access token.
    Access,
    /// The ID token.
    Id,
}

/// Claims that nobody changes.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html>
const PROTECTED: [&str; 20] = [
    "sub",
    "iss",
    "token_use",
    "client_id",
    "username",
    "exp",
    "iat",
    "auth_time",
    "jti",
    "origin_jti",
    "event_id",
    "version",
    "identities",
    "device_key",
    "at_hash",
    "nonce",
    "nbf",
    "acr",
    "amr",
    "azp",
];

impl ClaimChanges {
    /// Whether there is nothing to change.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.suppress.is_empty()
    }

    /// How many claims are named.
    pub fn len(&self) -> usize {
        self.add.len() + self.suppress.len()
    }

    /// Makes the changes, except to claims that nobody changes.
    pub fn apply(&self, token: TokenUse, client: &ClientId, claims: &mut Claims<'_>) {
        let ClaimFates { set, left_out, .. } = self.fates(token, client);
        for (name, value) in set {
            claims.set(name, Claim::Any(value.clone()));
        }
        for name in left_out {
            claims.remove(name);
        }
    }

    /// What becomes of the claims that are named, in a token of this client.
    pub fn fates(&self, token: TokenUse, client: &ClientId) -> ClaimFates<'_> {
        let mut fates = ClaimFates::default();
        for (name, value) in &self.add {
            // COGNITO: an access token may be given an `aud`, but no other than the client's id (documented).
            let other_audience = name == "aud" && value.as_str() != Some(client.as_str());
            if is_protected(name, token) || other_audience {
                fates.kept.push(name);
            } else if !self.suppress.contains(name) {
                fates.set.push((name, value));
            }
        }
        for name in &self.suppress {
            let names = if is_protected(name, token) { &mut fates.kept } else { &mut fates.left_out };
            names.push(name);
        }
        fates
    }
}

/// What becomes of the claims that changes name.
#[derive(Debug, Default)]
pub struct ClaimFates<'a> {
    /// They get these values.
    pub set: Vec<(&'a str, &'a AnyClaim)>,
    /// They are not in the token.
    pub left_out: Vec<&'a str>,
    /// They stay as they are, since nobody changes them.
    pub kept: Vec<&'a str>,
}

/// The `aud` of an access token can be changed, and its `scope` only by way of scopes.
fn is_protected(name: &str, token: TokenUse) -> bool {
    match (name, token) {
        ("aud", TokenUse::Id) | ("scope", TokenUse::Access) => true,
        _ => name.starts_with("cognito:") || PROTECTED.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_machines_claims_are_the_same_in_both_forms() {
        let (sub, client_id) = ("shop", "shop");
        let machine = |scope| MachineAccessClaims {
            sub,
            token_use: "access",
            scope,
            auth_time: 1,
            iss: "i",
            exp: 2,
            iat: 1,
            version: 2,
            jti: "j",
            client_id,
        };
        for scope in [Some("a/b"), None] {
            let open = Claims::from(machine(scope));
            assert_eq!(serde_json::to_string(&open).unwrap(), serde_json::to_string(&machine(scope)).unwrap());
        }
    }

    fn changed(token: TokenUse, changes: &serde_json::Value) -> (String, Vec<String>) {
        let changes: ClaimChanges = serde_json::from_value(changes.clone()).unwrap();
        let mut claims = Claims::with_capacity(3);
        claims.push("client_id", "shop");
        claims.push("email", "ada@example.com");
        claims.push("exp", 7);
        let client = ClientId::from("shop");
        changes.apply(token, &client, &mut claims);
        let kept = changes.fates(token, &client).kept.into_iter().map(str::to_owned).collect();
        (serde_json::to_string(&claims).unwrap(), kept)
    }

    #[test]
    fn a_changed_claim_keeps_its_place_and_a_new_one_comes_last() {
        let changes = json!({ "add": { "email": "x", "level": { "a": [1] } } });
        let expected = r#"{"client_id":"shop","email":"x","exp":7,"level":{"a":[1]}}"#;
        assert_eq!(changed(TokenUse::Id, &changes), (expected.to_owned(), vec![]));
    }

    #[test]
    fn suppressing_beats_adding() {
        let changes = json!({ "add": { "email": "x", "level": 1 }, "suppress": ["email", "level"] });
        assert_eq!(changed(TokenUse::Id, &changes), (r#"{"client_id":"shop","exp":7}"#.to_owned(), vec![]));
    }

    #[test]
    fn what_identifies_the_token_stays() {
        let changes = json!({ "add": { "sub": "2", "cognito:groups": [] }, "suppress": ["exp", "email"] });
        let expected = r#"{"client_id":"shop","exp":7}"#.to_owned();
        let kept = ["cognito:groups", "sub", "exp"].map(str::to_owned).to_vec();
        assert_eq!(changed(TokenUse::Access, &changes), (expected, kept));
    }

    #[test]
    fn an_access_token_may_be_given_its_own_client_as_audience() {
        let with = |token, value: &str| changed(token, &json!({ "add": { "aud": value } }));
        let (claims, kept) = with(TokenUse::Access, "shop");
        assert!(claims.contains(r#""aud":"shop""#) && kept.is_empty(), "{claims} {kept:?}");
        for (token, value) in [(TokenUse::Access, "other"), (TokenUse::Id, "shop")] {
            let (claims, kept) = with(token, value);
            assert!(!claims.contains("aud"), "{claims}");
            assert_eq!(kept, ["aud"]);
        }
    }
}
