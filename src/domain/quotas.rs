//! How much of everything there may be.

use serde::{Deserialize, Serialize};

/// The limits of the service, as it ships them; every one can be set otherwise in the configuration.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quotas {
    /// User pools of an account in a region.
    pub user_pools: u64,
    /// App clients of a pool.
    pub clients: u64,
    /// Resource servers of a pool.
    pub resource_servers: u64,
    /// Scopes of a resource server.
    pub scopes_per_resource_server: u64,
    /// Scopes on the allow-list of a client.
    pub scopes_per_client: u64,
    /// Live secrets of a client.
    pub secrets_per_client: u64,
    /// Custom domains of an account.
    pub custom_domains: u64,
    /// Tags of a pool.
    pub tags: u64,
    /// Custom attributes of a pool.
    pub custom_attributes: u64,
    /// Users of a pool.
    pub users: u64,
    /// Groups of a pool.
    pub groups: u64,
    /// Groups that one user is in.
    pub groups_per_user: u64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            user_pools: 1_000,
            clients: 1_000,
            resource_servers: 25,
            scopes_per_resource_server: 100,
            scopes_per_client: 50,
            secrets_per_client: 2,
            custom_domains: 4,
            tags: 50,
            custom_attributes: 50,
            users: 40_000_000,
            groups: 10_000,
            groups_per_user: 100,
        }
    }
}
