//! User pools.

use crate::domain::id::UserPoolId;
use crate::domain::pool::UserPool;
use crate::store::documents;
use crate::store::transaction::Transaction;

use super::{Caller, RegistryError};

/// The caller's pool, remembered: whatever is written with it expects it unchanged.
pub async fn require(tx: &mut Transaction<'_>, caller: &Caller, id: &UserPoolId) -> Result<UserPool, RegistryError> {
    let found: Option<UserPool> = tx.get(&documents::user_pool(id)).await?;
    found
        .filter(|pool| pool.account == caller.account && pool.id.region() == caller.region)
        .ok_or_else(|| RegistryError::PoolNotFound(id.clone()))
}
