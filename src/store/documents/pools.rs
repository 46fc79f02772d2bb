//! The documents of pools, their clients and their resource servers.

use crate::domain::client::AppClient;
use crate::domain::id::{AccountId, ClientId, Region, UserPoolId};
use crate::domain::key::PoolKeys;
use crate::domain::pool::UserPool;
use crate::domain::resource_server::ResourceServer;
use crate::domain::user_pool_domain::UserPoolDomain;

use super::{Counter, Escaped, Key, Prefix, RegistryMark};

/// `pool/{pool}`: the pools of every account and region.
pub fn user_pools() -> Prefix<UserPool> {
    Prefix::new("pool/".to_owned())
}

/// `pool/{pool}`
pub fn user_pool(pool: &UserPoolId) -> Key<UserPool> {
    user_pools().member(pool.as_str())
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
