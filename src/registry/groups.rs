//! Groups, and who is in them.
//!
//! A membership is written twice: on the user, for tokens, and under the group, for lists of members.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html>

use crate::domain::id::UserPoolId;
use crate::domain::pool::UserPool;
use crate::domain::time::Timestamp;
use crate::domain::user::{Group, Membership, User};
use crate::store::documents::{self, RegistryMark};
use crate::store::transaction::Transaction;

use super::{RegistryError, users};

/// How many members leave a group in one commit when it is deleted.
const BATCH: usize = 500;

/// Why a use-case on groups was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// The pool has no such group.
    #[error("no such group")]
    NotFound,
    /// The pool has a group of this name.
    #[error("the group exists")]
    Exists,
    /// The pool's quota of groups is used up.
    #[error("user pool `{pool}` has its {limit} groups already")]
    TooMany {
        /// The full pool.
        pool: UserPoolId,
        /// Its quota.
        limit: u64,
    },
    /// The user's quota of groups is used up.
    #[error("the user is in {0} groups already")]
    TooManyOfUser(u64),
}

/// Makes a group, of which the pool may have `limit`.
pub async fn create(tx: &mut Transaction<'_>, pool: &UserPool, group: &Group, limit: u64) -> Result<(), RegistryError> {
    // Remembered, so that none is made in a pool that is gone when this is committed.
    if tx.get::<UserPool>(&documents::user_pool(&pool.id)).await?.is_none() {
        return Err(RegistryError::PoolNotFound(pool.id.clone()));
    }
    let key = documents::group(&pool.id, &group.name);
    if tx.get(&key).await?.is_some() {
        return Err(GroupError::Exists.into());
    }
    if !tx.add_member(&documents::group_count(&pool.id), limit).await? {
        return Err(GroupError::TooMany { pool: pool.id.clone(), limit }.into());
    }
    Ok(tx.put(&key, group)?)
}

/// The group of this name.
pub async fn require(tx: &mut Transaction<'_>, pool: &UserPool, name: &str) -> Result<Group, RegistryError> {
    Ok(tx.get(&documents::group(&pool.id, name)).await?.ok_or(GroupError::NotFound)?)
}

/// Replaces everything about a group but its name and its age: what is left out is gone.
pub async fn update(tx: &mut Transaction<'_>, pool: &UserPool, group: Group) -> Result<Group, RegistryError> {
    let before = require(tx, pool, &group.name).await?;
    let after = Group { created: before.created, ..group };
    tx.put(&documents::group(&pool.id, &after.name), &after)?;
    Ok(after)
}

/// Lets the first few hundred members go, and deletes the group if those were all. Answers whether it is gone: a large
/// group takes several commits.
pub async fn delete(
    tx: &mut Transaction<'_>,
    pool: &UserPool,
    name: &str,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    require(tx, pool, name).await?;
    // INVARIANT: whoever joins writes the mark. Read before the members, it makes this commit conflict with one who
    // joins in between, so that nobody is left in a group that is gone.
    let mark = documents::joined_mark(&pool.id, name);
    tx.get(&mark).await?;
    let members = tx.scan(&documents::members(&pool.id, name), None, BATCH + 1).await?;
    for Membership { user: key, .. } in members.iter().take(BATCH) {
        if let Some(user) = users::get(tx, pool, key).await? {
            let mut after = User { modified: now, ..user.clone() };
            after.groups.retain(|group| group != name);
            users::save(tx, pool, &user, after).await?;
        }
        tx.delete(&documents::member(&pool.id, name, key));
    }
    let gone = members.len() <= BATCH;
    if gone {
        tx.delete(&documents::group(&pool.id, name));
        tx.delete(&documents::group_declaration(&pool.id, name));
        tx.delete(&mark);
        tx.remove_member(&documents::group_count(&pool.id));
    }
    Ok(gone)
}

/// Up to `limit` groups after the one of this name, by name.
pub async fn list(
    tx: &mut Transaction<'_>,
    pool: &UserPool,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Group>, RegistryError> {
    Ok(tx.scan(&documents::groups(&pool.id), after, limit).await?)
}

/// Puts a user into a group, of which a user may be in `limit`. Whoever is in it stays in it.
pub async fn add(
    tx: &mut Transaction<'_>,
    pool: &UserPool,
    user: &User,
    name: &str,
    (now, limit): (Timestamp, u64),
) -> Result<(), RegistryError> {
    require(tx, pool, name).await?;
    if user.groups.iter().any(|group| group == name) {
        return Ok(());
    }
    if user.groups.len() as u64 >= limit {
        return Err(GroupError::TooManyOfUser(limit).into());
    }
    let mut after = User { modified: now, ..user.clone() };
    after.groups.push(name.to_owned());
    let key = users::key_of(pool, &user.username);
    tx.put(&documents::member(&pool.id, name, &key), &Membership { user: key.clone(), since: now })?;
    tx.put(&documents::joined_mark(&pool.id, name), &RegistryMark {})?;
    users::save(tx, pool, user, after).await
}

/// Takes a user out of a group. Whoever is not in it stays out of it.
pub async fn remove(
    tx: &mut Transaction<'_>,
    pool: &UserPool,
    user: &User,
    name: &str,
    now: Timestamp,
) -> Result<(), RegistryError> {
    require(tx, pool, name).await?;
    if user.groups.iter().all(|group| group != name) {
        return Ok(());
    }
    let mut after = User { modified: now, ..user.clone() };
    after.groups.retain(|group| group != name);
    tx.delete(&documents::member(&pool.id, name, &users::key_of(pool, &user.username)));
    users::save(tx, pool, user, after).await
}

/// The groups of a user, by name.
pub async fn of_user(tx: &mut Transaction<'_>, pool: &UserPool, user: &User) -> Result<Vec<Group>, RegistryError> {
    let mut names: Vec<_> = user.groups.iter().collect();
    names.sort();
    let mut groups = Vec::with_capacity(names.len());
    for name in names {
        groups.extend(tx.get(&documents::group(&pool.id, name)).await?);
    }
    Ok(groups)
}

/// Up to `limit` members after the user of this key.
pub async fn members(
    tx: &mut Transaction<'_>,
    pool: &UserPool,
    name: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<User>, RegistryError> {
    require(tx, pool, name).await?;
    let mut users = Vec::new();
    for Membership { user, .. } in tx.scan(&documents::members(&pool.id, name), after, limit).await? {
        // Deleted in the meantime: not in the list.
        users.extend(users::get(tx, pool, &user).await?);
    }
    Ok(users)
}
