//! What the tokens of a person say, claim by claim, in the order in which the service says it.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html>

use std::borrow::Cow;

use super::claims::{Claim, Claims};
use super::readable::Readable;
use super::sign_in::{Origin, SignIn};
use super::user::{Group, User};

/// The attributes that an ID token names after the user name.
const AFTER_USERNAME: [&str; 12] = [
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];

/// What the groups of a user mean in tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupClaims {
    /// `cognito:groups`
    pub names: Vec<String>,
    /// `cognito:roles`
    pub roles: Vec<String>,
    /// `cognito:preferred_role`
    pub preferred_role: Option<String>,
}

impl GroupClaims {
    /// What these names and groups come to.
    pub fn of(names: &[String], groups: &[Group]) -> Self {
        let mut roles: Vec<String> = Vec::new();
        for role in groups.iter().filter_map(|group| group.role_arn.as_ref()) {
            if !roles.contains(role) {
                roles.push(role.clone());
            }
        }
        Self { names: names.to_vec(), roles, preferred_role: preferred_role(groups) }
    }
}

/// The role of the strongest group; none if several are as strong and have different roles.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html>
fn preferred_role(groups: &[Group]) -> Option<String> {
    let rank = |group: &Group| group.precedence.map_or(u64::MAX, u64::from);
    let with_role = || groups.iter().filter(|group| group.role_arn.is_some());
    let strongest = with_role().map(rank).min()?;
    let mut roles = with_role().filter(|group| rank(group) == strongest).filter_map(|group| group.role_arn.as_ref());
    let first = roles.next()?;
    roles.all(|role| role == first).then(|| first.clone())
}

/// All that both tokens of a person are made of.
pub struct Person<'a> {
    /// Who.
    pub user: &'a User,
    /// What they belong to.
    pub groups: &'a GroupClaims,
    /// How they came in.
    pub sign_in: &'a SignIn,
    /// Which attributes are shown.
    pub readable: Readable<'a>,
    /// `iss`
    pub issuer: &'a str,
    /// Whether the tokens name their sign-in, by which they can be revoked.
    pub revocable: bool,
    /// Whether these are the tokens of the sign-in itself and not of a refresh.
    pub first: bool,
    /// `iat`, in seconds.
    pub now: i64,
}

impl<'a> Person<'a> {
    /// The claims of the access token.
    pub fn access(&self, scope: &'a str, jti: &'a str, lifetime: u64) -> Claims<'a> {
        let sign_in = self.sign_in;
        let mut claims = Claims::with_capacity(18);
        claims.push("sub", self.user.sub.as_str());
        claims.push_some("cognito:groups", list(&self.groups.names));
        claims.push("iss", self.issuer);
        // COGNITO: tokens of the JSON API have no version (measured).
        claims.push_some("version", (sign_in.origin != Origin::Api).then_some(2));
        claims.push("client_id", sign_in.client.as_str());
        claims.push_some("aud", sign_in.resource.as_deref());
        claims.push_some("origin_jti", self.origin_jti());
        claims.push("event_id", sign_in.event_id.as_str());
        claims.push("token_use", "access");
        claims.push_some("scope", (!scope.is_empty()).then_some(scope));
        claims.push("auth_time", sign_in.at.seconds());
        claims.push("exp", self.now.saturating_add_unsigned(lifetime));
        claims.push("iat", self.now);
        claims.push("jti", jti);
        claims.push("username", self.user.username.as_str());
        claims
    }

    /// The claims of the ID token but for `at_hash`, which goes before all others once the access token is signed.
    pub fn id(&self, jti: &'a str, lifetime: u64) -> Claims<'a> {
        let sign_in = self.sign_in;
        let mut claims = Claims::with_capacity(24 + self.user.attributes.len());
        claims.push("sub", self.user.sub.as_str());
        claims.push_some("cognito:groups", list(&self.groups.names));
        claims.push_some("email_verified", self.shown("email_verified").map(|value| value == "true"));
        claims.push_some("cognito:preferred_role", self.groups.preferred_role.as_deref());
        claims.push("iss", self.issuer);
        claims.push_some("phone_number_verified", self.shown("phone_number_verified").map(|value| value == "true"));
        claims.push("cognito:username", self.user.username.as_str());
        for name in AFTER_USERNAME {
            claims.push_some(name, self.shown(name));
        }
        claims.push_some("address", self.shown("address").map(|formatted| Claim::Address { formatted }));
        claims.push_some("nonce", sign_in.nonce.as_deref().filter(|_| self.first));
        claims.push_some("origin_jti", self.origin_jti());
        claims.push_some("cognito:roles", list(&self.groups.roles));
        claims.push("aud", sign_in.client.as_str());
        claims.push("event_id", sign_in.event_id.as_str());
        claims.push("token_use", "id");
        claims.push("auth_time", sign_in.at.seconds());
        claims.push_some("name", self.shown("name"));
        claims.push_some("phone_number", self.shown("phone_number"));
        claims.push("exp", self.now.saturating_add_unsigned(lifetime));
        claims.push("iat", self.now);
        claims.push_some("family_name", self.shown("family_name"));
        claims.push("jti", jti);
        claims.push_some("email", self.shown("email"));
        for (name, value) in self.user.attributes.iter().filter(|(name, _)| name.contains(':')) {
            if self.readable.shows(name) {
                claims.push(name.as_str(), value.as_str());
            }
        }
        claims
    }

    fn shown(&self, attribute: &str) -> Option<&'a str> {
        let value = self.user.attributes.get(attribute)?;
        self.readable.shows(attribute).then_some(value.as_str())
    }

    /// COGNITO: tokens of the implicit grant never name their sign-in (measured).
    fn origin_jti(&self) -> Option<&'a str> {
        let named = self.revocable && self.sign_in.origin != Origin::Implicit;
        named.then(|| self.sign_in.id.as_str())
    }
}

/// What `/oauth2/userInfo` says of a user. COGNITO: every value is a text here, `email_verified` too (measured).
pub fn user_info<'a>(user: &'a User, readable: Readable<'_>) -> Claims<'a> {
    let mut claims = Claims::with_capacity(2 + user.attributes.len());
    claims.push("sub", user.sub.as_str());
    for (name, value) in user.attributes.iter().filter(|(name, _)| readable.shows(name)) {
        claims.push(name.as_str(), value.as_str());
    }
    claims.push("username", user.username.as_str());
    claims
}

fn list(names: &[String]) -> Option<Claim<'_>> {
    (!names.is_empty()).then_some(Claim::List(Cow::Borrowed(names)))
}

#[cfg(test)]
mod tests;
