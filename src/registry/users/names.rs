//! What users are called, and what a user name must not look like.

use std::collections::BTreeMap;

use crate::domain::id::Subject;
use crate::domain::pool::UserPool;
use crate::domain::time::Timestamp;
use crate::domain::user::{Credential, Factors, User, UserStatus};

use super::UserError;
use super::attributes::{EMAIL, PHONE_NUMBER, is_email, is_phone_number};

pub(super) const PREFERRED_USERNAME: &str = "preferred_username";

/// A user to be made: named, but without a place yet.
#[derive(Clone)]
pub struct NewUser {
    /// What `USER_ID_FOR_SRP` will say: the name as it was chosen, or the `sub` where users sign in with an address.
    pub username: String,
    /// Never used before.
    pub sub: Subject,
    /// How far the account has come.
    pub status: UserStatus,
    /// Checked values by full name.
    pub attributes: BTreeMap<String, String>,
    /// None for users who have no password.
    pub credential: Option<Credential>,
}

impl NewUser {
    /// Somebody with a name as a request gives it: a user name, or an address where these are the user names.
    ///
    /// What is derived of a password needs the resulting `username`, so the credential comes afterwards.
    pub fn named(
        pool: &UserPool,
        name: &str,
        sub: Subject,
        mut attributes: BTreeMap<String, String>,
    ) -> Result<Self, UserError> {
        let addresses = pool.fixed.username_attributes.as_deref().unwrap_or_default();
        let username = if addresses.is_empty() {
            not_an_alias(pool, name)?;
            name.to_owned()
        } else {
            let kind = addresses.iter().find(|kind| is_address(kind, name));
            let kind = kind.ok_or_else(|| UserError::NameIsNo(addresses.to_vec()))?;
            if attributes.get(kind).is_some_and(|sent| super::folded(pool, sent) != super::folded(pool, name)) {
                return Err(UserError::NameContradicts(kind.clone()));
            }
            attributes.insert(kind.clone(), name.to_owned());
            sub.to_string()
        };
        Ok(Self { username, sub, status: UserStatus::Unconfirmed, attributes, credential: None })
    }

    /// The user that would be made at this moment.
    pub fn into_user(self, now: Timestamp) -> User {
        let Self { username, sub, status, attributes, credential } = self;
        User {
            username,
            sub,
            enabled: true,
            status,
            attributes,
            created: now,
            modified: now,
            credential,
            former: Vec::new(),
            factors: Factors::default(),
            groups: Vec::new(),
            signed_out: None,
            pending: BTreeMap::new(),
        }
    }
}

fn is_address(kind: &str, text: &str) -> bool {
    match kind {
        EMAIL => is_email(text),
        PHONE_NUMBER => is_phone_number(text),
        _ => false,
    }
}

fn not_an_alias(pool: &UserPool, name: &str) -> Result<(), UserError> {
    let aliases = pool.fixed.alias_attributes.as_deref().unwrap_or_default();
    let mistaken = [EMAIL, PHONE_NUMBER].into_iter().find(|kind| {
        let configured = aliases.iter().any(|alias| alias == kind);
        configured && is_address(kind, name)
    });
    mistaken.map_or(Ok(()), |kind| Err(UserError::NameIsAlias(kind)))
}

/// The attributes whose value this name could be, of those that the pool's users sign in with.
pub(super) fn could_be<'a>(pool: &'a UserPool, name: &str) -> Vec<&'a str> {
    let possible = |kind: &&str| *kind == PREFERRED_USERNAME || is_address(kind, name);
    pool.fixed.sign_in_attributes().iter().map(String::as_str).filter(possible).collect()
}
