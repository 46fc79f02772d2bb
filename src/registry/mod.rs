//! Use-cases on what exists: pools and what belongs to them.
//!
//! Every use-case takes the transaction that its surface opened, so that one commit can combine several. A refusal is
//! a [`RegistryError`]: data, whose words are the surface's own matter. What a request may look like has been checked
//! before; here is decided what contradicts something that exists, or another part of the request.

pub mod clients;
pub mod domains;
pub mod groups;
pub mod mfa;
pub mod pools;
pub mod resource_servers;
pub mod schema;
pub mod tags;
pub mod users;

use crate::domain::id::{AccountId, Region, UserPoolId};
use crate::domain::settings::Tier;
use crate::store::StoreError;

/// For whom a request acts: to everyone else, what an account has in a region does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
}

/// Why a use-case was refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RegistryError {
    /// The caller has no such pool.
    #[error("user pool `{0}` does not exist")]
    PoolNotFound(UserPoolId),
    /// A pool has this id already: take another.
    #[error("user pool `{0}` exists")]
    PoolIdTaken(UserPoolId),
    /// A quota is used up.
    #[error("more than {1} {0:?}")]
    LimitExceeded(Limited, u64),
    /// The settings use what the pool's plan does not have.
    #[error("not in the plan: {0:?}")]
    NotInTier(Unavailable),
    /// One feature that the pool's plan does not have.
    #[error("not in the plan: {0:?}")]
    FeatureNotInTier(Unavailable),
    /// The pool cannot change to a plan without what it uses.
    #[error("still used: {0:?}")]
    TierInUse(Unavailable),
    /// The settings of a pool contradict each other.
    #[error(transparent)]
    Pool(#[from] pools::PoolError),
    /// The attributes of a pool are impossible.
    #[error(transparent)]
    Schema(#[from] schema::SchemaError),
    /// The second factors of a pool are impossible.
    #[error(transparent)]
    Mfa(#[from] mfa::MfaError),
    /// Tags that cannot be.
    #[error(transparent)]
    Tag(#[from] tags::TagError),
    /// A domain that cannot be.
    #[error(transparent)]
    Domain(#[from] domains::DomainError),
    /// About a resource server.
    #[error(transparent)]
    ResourceServer(#[from] resource_servers::ResourceServerError),
    /// About an app client.
    #[error(transparent)]
    Client(#[from] clients::ClientError),
    /// About a user.
    #[error(transparent)]
    User(#[from] users::UserError),
    /// About a group.
    #[error(transparent)]
    Group(#[from] groups::GroupError),
    /// The store failed, or what was read kept changing.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What there is a quota of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// User pools of an account in a region.
    UserPools,
    /// Custom domains of an account.
    CustomDomains,
}

/// Features that a plan does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable {
    /// The plan.
    pub tier: Tier,
    /// The features, as the service names them.
    pub features: Vec<&'static str>,
}
