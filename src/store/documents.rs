//! Every key and document type in the database: this file is the schema.
//!
//! Keys are `/`-separated segments. A segment that a caller chose is escaped, since a resource server's identifier may
//! well contain a slash, and sorts like the text it stands for. Everything a pool owns lies under `in/{pool}/`, so that
//! deleting the pool is one prefix.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::client::AppClient;
use crate::domain::id::{AccountId, ClientId, Region, UserPoolId};
use crate::domain::key::PoolKeys;
use crate::domain::pool::UserPool;
use crate::domain::resource_server::ResourceServer;
use crate::domain::user_pool_domain::UserPoolDomain;

use super::{StoreError, Stored};

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

/// `pool/{pool}`
pub fn user_pool(pool: &UserPoolId) -> Key<UserPool> {
    Key::new(format!("pool/{}", Escaped(pool.as_str())))
}

/// `pools-of/{account}/{region}/{pool}`: which pools an account has in a region; the document is the id.
pub fn pools_of(account: &AccountId, region: &Region) -> Prefix<UserPoolId> {
    Prefix::new(format!("pools-of/{}/{}/", Escaped(account.as_str()), Escaped(region.as_str())))
}

/// `count/pools/{account}/{region}`
pub fn pool_count(account: &AccountId, region: &Region) -> Key<Counter> {
    Key::new(format!("count/pools/{}/{}", Escaped(account.as_str()), Escaped(region.as_str())))
}

/// `client/{client}`: which pool a client belongs to; client ids are unique over all pools.
pub fn client_owner(client: &ClientId) -> Key<UserPoolId> {
    Key::new(format!("client/{}", Escaped(client.as_str())))
}

/// `domain/{region}/{prefix}` or `domain/{custom domain}`: which pool a domain belongs to. A prefix is unique in its region
/// and has no dot; a custom domain is unique everywhere and has some.
pub fn domain_owner(region: &Region, domain: &str) -> Key<UserPoolId> {
    if domain.contains('.') {
        return custom_domain_owner(domain);
    }
    Key::new(format!("domain/{}/{}", Escaped(region.as_str()), Escaped(domain)))
}

/// `domain/{custom domain}`
pub fn custom_domain_owner(domain: &str) -> Key<UserPoolId> {
    Key::new(format!("domain/{}", Escaped(domain)))
}

/// `count/custom-domains/{account}`
pub fn custom_domain_count(account: &AccountId) -> Key<Counter> {
    Key::new(format!("count/custom-domains/{}", Escaped(account.as_str())))
}

/// `in/{pool}/`: everything a pool owns.
pub fn owned_by(pool: &UserPoolId) -> String {
    format!("in/{}/", Escaped(pool.as_str()))
}

/// `in/{pool}/client/{client}`
pub fn clients(pool: &UserPoolId) -> Prefix<AppClient> {
    Prefix::new(format!("{}client/", owned_by(pool)))
}

/// `in/{pool}/client/{client}`
pub fn client(pool: &UserPoolId, client: &ClientId) -> Key<AppClient> {
    clients(pool).member(client.as_str())
}

/// `in/{pool}/server/{identifier}`
pub fn resource_servers(pool: &UserPoolId) -> Prefix<ResourceServer> {
    Prefix::new(format!("{}server/", owned_by(pool)))
}

/// `in/{pool}/server/{identifier}`
pub fn resource_server(pool: &UserPoolId, identifier: &str) -> Key<ResourceServer> {
    resource_servers(pool).member(identifier)
}

/// `in/{pool}/domain/{domain}`
pub fn user_pool_domain(pool: &UserPoolId, domain: &str) -> Key<UserPoolDomain> {
    Key::new(format!("{}domain/{}", owned_by(pool), Escaped(domain)))
}

/// `in/{pool}/count/clients`
pub fn client_count(pool: &UserPoolId) -> Key<Counter> {
    Key::new(format!("{}count/clients", owned_by(pool)))
}

/// `in/{pool}/count/servers`
pub fn resource_server_count(pool: &UserPoolId) -> Key<Counter> {
    Key::new(format!("{}count/servers", owned_by(pool)))
}

/// `in/{pool}/keys`
pub fn pool_keys(pool: &UserPoolId) -> Key<PoolKeys> {
    Key::new(format!("{}keys", owned_by(pool)))
}

/// `in/{pool}/registry`: written, without an expectation, with every change to the pool's settings, clients, secrets,
/// resource servers, domains or keys.
pub fn registry_mark(pool: &UserPoolId) -> Key<RegistryMark> {
    Key::new(format!("{}registry", owned_by(pool)))
}

/// `in/{pool}/declared/pool`: the digest of the pool's declaration as it was last applied. Like the other digests, it is
/// deleted with what was declared, so that what is made anew under the same name was not declared.
pub fn pool_declaration(pool: &UserPoolId) -> Key<String> {
    Key::new(format!("{}declared/pool", owned_by(pool)))
}

/// `in/{pool}/declared/keys`
pub fn keys_declaration(pool: &UserPoolId) -> Key<String> {
    Key::new(format!("{}declared/keys", owned_by(pool)))
}

/// `in/{pool}/declared/server/{identifier}`
pub fn resource_server_declaration(pool: &UserPoolId, identifier: &str) -> Key<String> {
    Key::new(format!("{}declared/server/{}", owned_by(pool), Escaped(identifier)))
}

/// `in/{pool}/declared/client/{client}`
pub fn client_declaration(pool: &UserPoolId, client: &ClientId) -> Key<String> {
    Key::new(format!("{}declared/client/{}", owned_by(pool), Escaped(client.as_str())))
}

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
