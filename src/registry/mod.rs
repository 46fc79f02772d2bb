//! Use-cases on what exists: pools and what belongs to them.
//!
//! Every use-case takes the transaction that its surface opened, so that one commit can combine several. A refusal is
//! a [`RegistryError`]: data, whose words are the surface's own matter. What a request may look like has been checked
//! before; here is decided what contradicts something that exists, or another part of the request.

pub mod pools;

use crate::domain::id::{AccountId, Region, UserPoolId};
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
    /// The store failed, or what was read kept changing.
    #[error(transparent)]
    Store(#[from] StoreError),
}
