//! Users: creation, replacement, deletion, and the pointers that lead to them.
//!
//! Beside a user's own document lie a pointer from the `sub`, one from every alias, and one index entry for every value
//! that can be searched for. All of them are functions of the user, so that whoever writes a user writes the difference.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html>

pub mod attributes;
mod error;
mod names;
pub mod passwords;
pub mod search;

use crate::domain::id::{Subject, UserKey, UserPoolId};
use crate::domain::pool::UserPool;
use crate::domain::quotas::Quotas;
use crate::domain::time::Timestamp;
use crate::domain::user::{User, UserStatus};
use crate::store::transaction::Transaction;
use crate::store::{StoreError, documents};

use super::RegistryError;

pub use error::UserError;
pub use names::NewUser;

/// What is claimed by one user at a time: an attribute's name and the value as names are compared.
type Claim = (String, String);

/// The circumstances in which a user is made.
#[derive(Debug, Clone, Copy)]
pub struct Creation<'a> {
    /// When.
    pub now: Timestamp,
    /// How many there may be.
    pub quotas: &'a Quotas,
    /// Whether aliases of others go over to the new user (`ForceAliasCreation`).
    pub takes_aliases: bool,
}

/// The key of the user with this name in the pool.
pub fn key_of(pool: &UserPool, username: &str) -> UserKey {
    UserKey::of_username(username, pool.fixed.case_sensitive())
}

/// Whoever the name names: by user name, then by `sub`, then by alias.
pub async fn find(tx: &mut Transaction<'_>, pool: &UserPool, name: &str) -> Result<Option<User>, StoreError> {
    let named = get(tx, pool, &key_of(pool, name)).await?;
    if named.is_some() {
        return Ok(named);
    }
    match pointed_at(tx, pool, name).await? {
        Some(key) => get(tx, pool, &key).await,
        None => Ok(None),
    }
}

/// The same for a caller who must not learn who exists: as many documents are read for a user's name as for nobody's.
pub async fn find_evenly(tx: &mut Transaction<'_>, pool: &UserPool, name: &str) -> Result<Option<User>, StoreError> {
    let own = key_of(pool, name);
    let named = get(tx, pool, &own).await?;
    match (named, pointed_at(tx, pool, name).await?) {
        (None, Some(key)) => get(tx, pool, &key).await,
        (named, key) => {
            tx.peek(&documents::user(&pool.id, &key.unwrap_or(own))).await?;
            Ok(named)
        }
    }
}

/// Who has this name as `sub` or alias.
async fn pointed_at(tx: &mut Transaction<'_>, pool: &UserPool, name: &str) -> Result<Option<UserKey>, StoreError> {
    let mut key = tx.get(&documents::subject(&pool.id, &Subject::from(name))).await?;
    for attribute in names::could_be(pool, name) {
        let alias = tx.get(&documents::alias(&pool.id, attribute, &folded(pool, name))).await?;
        key = key.or(alias);
    }
    Ok(key)
}

/// Like [`find`], for those who cannot go on without the user.
pub async fn require(tx: &mut Transaction<'_>, pool: &UserPool, name: &str) -> Result<User, RegistryError> {
    Ok(find(tx, pool, name).await?.ok_or(UserError::NotFound)?)
}

/// The user of this key.
pub async fn get(tx: &mut Transaction<'_>, pool: &UserPool, key: &UserKey) -> Result<Option<User>, StoreError> {
    tx.get(&documents::user(&pool.id, key)).await
}

/// About how many users the pool has.
pub async fn count(tx: &mut Transaction<'_>, pool: &UserPoolId) -> Result<u64, StoreError> {
    tx.count(&documents::user_count(pool)).await
}

/// Makes a user. The pool must exist when this is committed.
pub async fn create(
    tx: &mut Transaction<'_>,
    pool: &UserPool,
    new: NewUser,
    creation: Creation<'_>,
) -> Result<User, RegistryError> {
    if tx.get::<UserPool>(&documents::user_pool(&pool.id)).await?.is_none() {
        return Err(RegistryError::PoolNotFound(pool.id.clone()));
    }
    let user = new.into_user(creation.now);
    let key = key_of(pool, &user.username);
    let sub_is_taken = tx.get(&documents::subject(&pool.id, &user.sub)).await?.is_some();
    // A name that leads to somebody else already would lead astray from now on.
    if sub_is_taken || find(tx, pool, &user.username).await?.is_some() {
        return Err(UserError::Exists.into());
    }
    if creation.takes_aliases {
        take_aliases(tx, pool, &user, creation.now).await?;
    }
    for (attribute, value) in claims(pool, &user) {
        if belongs_to_another(tx, pool, &key, (&attribute, &value)).await? {
            return Err(UserError::AddressExists(attribute).into());
        }
    }
    if !tx.add_member(&documents::user_count(&pool.id), creation.quotas.users).await? {
        return Err(UserError::TooMany { pool: pool.id.clone(), limit: creation.quotas.users }.into());
    }
    tx.put(&documents::subject(&pool.id, &user.sub), &key)?;
    tx.put(&documents::user(&pool.id, &key), &user)?;
    point(tx, pool, None, Some(&user))?;
    Ok(user)
}

/// Replaces a user that this transaction has read. Name and `sub` stay.
pub async fn save(tx: &mut Transaction<'_>, pool: &UserPool, before: &User, after: User) -> Result<(), RegistryError> {
    let key = key_of(pool, &before.username);
    // Remembered: whoever is deleted or changed in the meantime is not written over.
    if get(tx, pool, &key).await?.is_none() {
        return Err(UserError::NotFound.into());
    }
    let had = claims(pool, before);
    for (attribute, value) in claims(pool, &after).into_iter().filter(|claim| !had.contains(claim)) {
        if belongs_to_another(tx, pool, &key, (&attribute, &value)).await? {
            return Err(UserError::AliasExists(attribute).into());
        }
    }
    tx.put(&documents::user(&pool.id, &key), &after)?;
    Ok(point(tx, pool, Some(before), Some(&after))?)
}

/// Whether somebody else has this alias, or is called so.
async fn belongs_to_another(
    tx: &mut Transaction<'_>,
    pool: &UserPool,
    key: &UserKey,
    (attribute, value): (&str, &str),
) -> Result<bool, StoreError> {
    let holder = tx.get(&documents::alias(&pool.id, attribute, value)).await?;
    if holder.is_some_and(|holder| holder != *key) {
        return Ok(true);
    }
    let namesake = UserKey::from(value);
    Ok(namesake != *key && get(tx, pool, &namesake).await?.is_some())
}

/// Deletes a user, and with it the memberships and all that leads there.
pub async fn delete(tx: &mut Transaction<'_>, pool: &UserPool, user: &User) -> Result<(), RegistryError> {
    let key = key_of(pool, &user.username);
    if get(tx, pool, &key).await?.is_none() {
        return Err(UserError::NotFound.into());
    }
    for group in &user.groups {
        tx.delete(&documents::member(&pool.id, group, &key));
    }
    tx.delete(&documents::user(&pool.id, &key));
    tx.delete(&documents::user_declaration(&pool.id, &key));
    tx.delete(&documents::subject(&pool.id, &user.sub));
    tx.remove_member(&documents::user_count(&pool.id));
    Ok(point(tx, pool, Some(user), None)?)
}

/// Takes from others the aliases that this user is about to claim: to them the address is no longer verified, and the
/// preferred name is gone.
pub async fn take_aliases(
    tx: &mut Transaction<'_>,
    pool: &UserPool,
    user: &User,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let key = key_of(pool, &user.username);
    // COGNITO: an address that is the user name itself is never taken from anybody.
    let claimed = claims(pool, user).into_iter().filter(|(attribute, _)| !pool.fixed.signs_in_with(attribute));
    for (attribute, value) in claimed {
        let holder = tx.get(&documents::alias(&pool.id, &attribute, &value)).await?;
        let Some(holder) = holder.filter(|holder| *holder != key) else { continue };
        let Some(before) = get(tx, pool, &holder).await? else { continue };
        let mut after = User { modified: now, ..before.clone() };
        if attribute == names::PREFERRED_USERNAME {
            after.attributes.remove(&attribute);
        } else {
            after.attributes.insert(format!("{attribute}_verified"), "false".to_owned());
        }
        save(tx, pool, &before, after).await?;
    }
    Ok(())
}

/// Writes the difference between the pointers to a user before and after.
fn point(
    tx: &mut Transaction<'_>,
    pool: &UserPool,
    before: Option<&User>,
    after: Option<&User>,
) -> Result<(), StoreError> {
    let Some(key) = after.or(before).map(|user| key_of(pool, &user.username)) else { return Ok(()) };
    let claims = |user: Option<&User>| user.map(|user| claims(pool, user)).unwrap_or_default();
    let (had, has) = (claims(before), claims(after));
    for (attribute, value) in had.iter().filter(|claim| !has.contains(claim)) {
        tx.delete(&documents::alias(&pool.id, attribute, value));
    }
    for (attribute, value) in has.iter().filter(|claim| !had.contains(claim)) {
        tx.put(&documents::alias(&pool.id, attribute, value), &key)?;
    }
    let entries = |user: Option<&User>| user.map(search::entries).unwrap_or_default();
    let (had, has) = (entries(before), entries(after));
    for (attribute, value) in had.iter().filter(|entry| !has.contains(entry)) {
        tx.delete(&documents::searchable(&pool.id, attribute, value).member(key.as_str()));
    }
    for (attribute, value) in has.iter().filter(|entry| !had.contains(entry)) {
        let found = documents::Found { value: value.clone(), user: key.clone() };
        tx.put(&documents::searchable(&pool.id, attribute, value).member(key.as_str()), &found)?;
    }
    Ok(())
}

/// What nobody else in the pool may have while this user has it: the address that is the user name, verified aliases,
/// and the preferred name of a confirmed account.
fn claims(pool: &UserPool, user: &User) -> Vec<Claim> {
    let value = |attribute: &str| user.attribute(attribute).filter(|value| !value.is_empty());
    let counts = |attribute: &str| {
        pool.fixed.signs_in_with(attribute)
            || match attribute {
                names::PREFERRED_USERNAME => user.status != UserStatus::Unconfirmed,
                address => user.is_verified(address),
            }
    };
    let names = pool.fixed.sign_in_attributes();
    let claimed = names.iter().filter(|attribute| counts(attribute));
    claimed.filter_map(|attribute| Some((attribute.clone(), folded(pool, value(attribute)?)))).collect()
}

/// The text as names of this pool are compared.
fn folded(pool: &UserPool, text: &str) -> String {
    if pool.fixed.case_sensitive() { text.to_owned() } else { text.to_lowercase() }
}

#[cfg(test)]
mod tests;
