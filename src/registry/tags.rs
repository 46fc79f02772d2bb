//! Tags: the operations on them see the same as `UserPoolTags` of their pool.

use std::collections::BTreeMap;

use crate::domain::id::UserPoolId;
use crate::domain::pool::UserPool;
use crate::domain::quotas::Quotas;
use crate::store::transaction::Transaction;

use super::{Caller, RegistryError, pools};

/// Why tags were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// The ARN names nothing that can be tagged.
    #[error("no resource `{0}`")]
    NoResource(String),
    /// Too many of them.
    #[error("more than {0} tags")]
    TooMany(u64),
}

/// The caller's pool with this ARN.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html>
pub async fn require(tx: &mut Transaction<'_>, caller: &Caller, arn: &str) -> Result<UserPool, RegistryError> {
    let unknown = || RegistryError::Tag(TagError::NoResource(arn.to_owned()));
    let id = pool_of(arn, caller).ok_or_else(unknown)?;
    pools::require(tx, caller, &id).await.map_err(|error| match error {
        RegistryError::PoolNotFound(_) => unknown(),
        other => other,
    })
}

fn pool_of(arn: &str, caller: &Caller) -> Option<UserPoolId> {
    let mut parts = arn.splitn(6, ':');
    let (prefix, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = prefix == "arn"
        && (partition == "aws" || partition.starts_with("aws-"))
        && service == "cognito-idp"
        && region == caller.region.as_str()
        && account == caller.account.as_str();
    resource.strip_prefix("userpool/").filter(|_| fits).map(UserPoolId::from)
}

/// Adds tags, and replaces those that have the same key.
pub fn add(
    tx: &mut Transaction<'_>,
    mut pool: UserPool,
    tags: BTreeMap<String, String>,
    quotas: &Quotas,
) -> Result<(), RegistryError> {
    let mut all = pool.settings.tags();
    all.extend(tags);
    if all.len() as u64 > quotas.tags {
        return Err(TagError::TooMany(quotas.tags).into());
    }
    pool.settings.user_pool_tags = Some(all);
    pools::save(tx, &pool)
}

/// Removes tags; those that are not there are no matter.
pub fn remove(tx: &mut Transaction<'_>, mut pool: UserPool, keys: &[String]) -> Result<(), RegistryError> {
    let mut tags = pool.settings.tags();
    tags.retain(|key, _| !keys.contains(key));
    pool.settings.user_pool_tags = Some(tags);
    pools::save(tx, &pool)
}
