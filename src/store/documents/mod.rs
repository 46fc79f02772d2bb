//! Every key and document type in the database: this file is the schema.
//!
//! Keys are `/`-separated segments. A segment that a caller chose is escaped, since a resource server's identifier may
//! well contain a slash, and sorts like the text it stands for. Everything a pool owns lies under `in/{pool}/`, so that
//! deleting the pool is one prefix.

mod brief;
mod pools;
mod users;

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{StoreError, Stored};

pub use brief::{
    ALL_BRIEF, attempts, auth_session, authenticator, authorization_code, brief_of, browser_session, confirmation,
    outbox, refresh_family,
};
pub use pools::{
    client, client_count, client_declaration, client_owner, clients, custom_domain_count, custom_domain_owner,
    domain_owner, keys_declaration, owned_by, pool_count, pool_declaration, pool_keys, pools_of, registry_mark,
    resource_server, resource_server_count, resource_server_declaration, resource_servers, user_pool, user_pool_domain,
    user_pools,
};
pub use users::{
    Found, alias, group, group_count, group_declaration, groups, joined_mark, member, members, searchable,
    searchable_beginning, secret_of_nobody, subject, subjects_beginning, user, user_count, user_declaration, users,
    users_beginning,
};

/// The key of a document of one type.
pub struct Key<D> {
    text: String,
    document: PhantomData<fn() -> D>,
}

/// The common beginning of the keys of one set of documents.
pub struct Prefix<D> {
    text: String,
    document: PhantomData<fn() -> D>,
}

impl<D> Key<D> {
    fn new(text: String) -> Self {
        Self { text, document: PhantomData }
    }

    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<D> Prefix<D> {
    fn new(text: String) -> Self {
        Self { text, document: PhantomData }
    }

    /// The prefix's text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The key of the member with this (unescaped) last segment.
    pub fn member(&self, segment: &str) -> Key<D> {
        Key::new(format!("{}{}", self.text, Escaped(segment)))
    }
}

/// A counter of a limited set, kept as decimal text and changed by `Write::Add`.
#[derive(Debug)]
pub enum Counter {}

/// Marks that something of a pool's registry changed; its version is the pool's registry revision.
#[derive(Debug, Serialize, serde::Deserialize)]
pub struct RegistryMark {}

/// Writes a document's bytes.
pub(super) fn encode<D: Serialize>(key: &str, document: &D) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(document).map_err(|error| StoreError::Corrupt { key: key.to_owned(), reason: error.to_string() })
}

/// Reads a document's bytes.
pub fn decode<D: DeserializeOwned>(stored: &Stored) -> Result<D, StoreError> {
    serde_json::from_slice(&stored.value)
        .map_err(|error| StoreError::Corrupt { key: stored.key.clone(), reason: error.to_string() })
}

/// A segment with `/` and `~` written as `~s` and `~t`, and the empty segment as `~e`.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("~e");
        }
        let mut rest = self.0;
        while let Some((before, after)) = rest.split_once(['/', '~']) {
            f.write_str(before)?;
            f.write_str(if rest.as_bytes().get(before.len()) == Some(&b'/') { "~s" } else { "~t" })?;
            rest = after;
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{ClientId, UserPoolId};

    #[test]
    fn a_chosen_segment_cannot_leave_its_place() {
        let pool = UserPoolId::from("us-east-1_AbCdEfGhI");
        assert_eq!(
            resource_server(&pool, "https://a.example/x~y").as_str(),
            "in/us-east-1_AbCdEfGhI/server/https:~s~sa.example~sx~ty"
        );
        assert_eq!(client_owner(&ClientId::from("")).as_str(), "client/~e");
    }

    #[test]
    fn different_segments_have_different_keys() {
        let texts = ["", "e", "~e", "a/b", "a~sb", "a~tsb", "/", "~", "//", "~s"];
        let keys: std::collections::HashSet<_> =
            texts.iter().map(|text| custom_domain_owner(text).as_str().to_owned()).collect();
        assert_eq!(keys.len(), texts.len());
    }
}
