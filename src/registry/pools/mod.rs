//! User pools: creation, replacement, deletion.

mod check;

use crate::domain::client::AppClient;
use crate::domain::id::UserPoolId;
use crate::domain::pool::{PoolOptions, UserPool};
use crate::domain::quotas::Quotas;
use crate::domain::settings::{FixedPoolSettings, LambdaConfig, MfaSettings, PoolSettings, Trigger};
use crate::domain::time::Timestamp;
use crate::store::documents;
use crate::store::transaction::Transaction;

use super::{Caller, Limited, RegistryError, domains, schema};

pub(super) use check::region_of;
pub use check::{PoolError, RecoveryError};

/// How many documents are read at once where all of them are.
const BATCH: usize = 1_000;

/// A pool to be made.
#[derive(Debug, Clone)]
pub struct NewPool {
    /// Its id, which decides its region.
    pub id: UserPoolId,
    /// Its name.
    pub name: String,
    /// What can be replaced later.
    pub settings: PoolSettings,
    /// What is fixed for good; attributes by their own names, as sent.
    pub fixed: FixedPoolSettings,
    /// Choices of poolpass.
    pub options: PoolOptions,
}

/// The caller's pool, remembered: whatever is written with it expects it unchanged.
pub async fn require(tx: &mut Transaction<'_>, caller: &Caller, id: &UserPoolId) -> Result<UserPool, RegistryError> {
    let found: Option<UserPool> = tx.get(&documents::user_pool(id)).await?;
    found
        .filter(|pool| pool.account == caller.account && pool.id.region() == caller.region)
        .ok_or_else(|| RegistryError::PoolNotFound(id.clone()))
}

/// Makes a pool.
pub async fn create(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    new: NewPool,
    now: Timestamp,
    quotas: &Quotas,
) -> Result<UserPool, RegistryError> {
    let NewPool { id, name, settings, fixed, options } = new;
    let fixed = to_keep(fixed)?;
    check::settings(&settings, &MfaSettings::default(), &id.region(), quotas)?;
    check::features(&settings, false, None)?;
    if tx.get::<UserPool>(&documents::user_pool(&id)).await?.is_some() {
        return Err(RegistryError::PoolIdTaken(id));
    }
    if !tx.add_member(&documents::pool_count(&caller.account, &id.region()), quotas.user_pools).await? {
        return Err(RegistryError::LimitExceeded(Limited::UserPools, quotas.user_pools));
    }
    let pool = UserPool {
        account: caller.account.clone(),
        name,
        created: now,
        modified: now,
        settings: tidied(settings),
        fixed,
        mfa: MfaSettings::default(),
        domain: None,
        custom_domain: None,
        options,
        id,
    };
    tx.put(&documents::pools_of(&pool.account, &pool.id.region()).member(pool.id.as_str()), &pool.id)?;
    save(tx, &pool)?;
    Ok(pool)
}

/// What is kept of what a request fixes for good: attributes by their full names, in the order sent.
pub fn to_keep(sent: FixedPoolSettings) -> Result<FixedPoolSettings, RegistryError> {
    let schema = schema::of_creation(&sent.schema)?;
    check::identifiers(&sent)?;
    Ok(FixedPoolSettings {
        schema,
        alias_attributes: sent.alias_attributes.map(distinct),
        username_attributes: sent.username_attributes.map(distinct),
        ..sent
    })
}

/// Replaces everything about a pool that can be replaced; without a name it keeps its name.
pub async fn update(
    tx: &mut Transaction<'_>,
    mut pool: UserPool,
    name: Option<String>,
    settings: PoolSettings,
    (now, quotas): (Timestamp, &Quotas),
) -> Result<(), RegistryError> {
    check::settings(&settings, &pool.mfa, &pool.id.region(), quotas)?;
    let managed_login = domains::has_managed_login(tx, &pool).await?;
    check::features(&settings, managed_login, Some(pool.settings.tier()))?;
    pool.settings = tidied(settings);
    pool.name = name.unwrap_or(pool.name);
    pool.modified = now;
    save(tx, &pool)
}

/// Deletes a pool and everything it owns.
pub async fn delete(tx: &mut Transaction<'_>, pool: &UserPool) -> Result<(), RegistryError> {
    if pool.settings.is_protected() {
        return Err(PoolError::DeletionProtected.into());
    }
    if pool.has_domain() {
        return Err(PoolError::HasDomain.into());
    }
    // INVARIANT: every change to the pool's clients writes the mark. Reading it here makes this commit conflict with
    // one that comes in between, so that no pointer to a client of a deleted pool can remain.
    tx.get(&documents::registry_mark(&pool.id)).await?;
    let clients = documents::clients(&pool.id);
    let mut last: Option<String> = None;
    loop {
        let batch: Vec<AppClient> = tx.scan(&clients, last.as_deref(), BATCH).await?;
        for client in &batch {
            tx.delete(&documents::client_owner(&client.id));
        }
        let Some(client) = batch.last() else { break };
        last = Some(client.id.to_string());
    }
    let region = pool.id.region();
    tx.delete_prefix(&documents::owned_by(&pool.id));
    tx.delete_prefix(&documents::brief_of(&pool.id));
    tx.delete(&documents::user_pool(&pool.id));
    tx.delete(&documents::pools_of(&pool.account, &region).member(pool.id.as_str()));
    tx.remove_member(&documents::pool_count(&pool.account, &region));
    tx.forget_registry(&pool.id);
    Ok(())
}

/// Up to `limit` of the caller's pools after the one with this id, in the order of their ids.
pub async fn list(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<UserPool>, RegistryError> {
    let ids = tx.scan(&documents::pools_of(&caller.account, &caller.region), after, limit).await?;
    let mut pools = Vec::with_capacity(ids.len());
    for id in &ids {
        // Gone in the meantime: not in the list.
        pools.extend(tx.peek(&documents::user_pool(id)).await?);
    }
    Ok(pools)
}

/// Plans to write a changed pool, and the mark that goes with every change.
pub(super) fn save(tx: &mut Transaction<'_>, pool: &UserPool) -> Result<(), RegistryError> {
    tx.put(&documents::user_pool(&pool.id), pool)?;
    Ok(tx.touch_registry(&pool.id)?)
}

/// What the service does to settings before it keeps them: sets lose their duplicates, and the two places of the
/// function before token generation show the same one.
fn tidied(settings: PoolSettings) -> PoolSettings {
    PoolSettings {
        auto_verified_attributes: settings.auto_verified_attributes.map(distinct),
        lambda_config: settings.lambda_config.map(mirrored),
        ..settings
    }
}

fn mirrored(lambda: LambdaConfig) -> LambdaConfig {
    let versioned = lambda.pre_token_generation_config.as_ref().map(|config| config.lambda_arn.clone());
    let first = |arn: &String| Trigger { lambda_version: "V1_0".to_owned(), lambda_arn: arn.clone() };
    let config = lambda.pre_token_generation_config.or_else(|| lambda.pre_token_generation.as_ref().map(first));
    LambdaConfig {
        pre_token_generation: lambda.pre_token_generation.or(versioned),
        pre_token_generation_config: config,
        ..lambda
    }
}

fn distinct(values: Vec<String>) -> Vec<String> {
    let mut kept = Vec::with_capacity(values.len());
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}
