//! What is kept of declared passwords, computed before the world is applied: it takes long, and applying may be repeated.

use std::collections::HashMap;

use crate::config::{DeclaredPool, DeclaredUser, World};
use crate::domain::id::{Subject, UserPoolId};
use crate::domain::pool::UserPool;
use crate::domain::srp;
use crate::domain::user::{Credential, User};
use crate::effects::random;
use crate::registry::users::{self, passwords};
use crate::store::StoreError;
use crate::store::database::Database;
use crate::store::documents;
use crate::store::transaction::Transaction;

use super::users::declaration_of;
use super::{SeedError, Terms, wire};

/// By pool and declared name, what applying a user's declaration needs.
pub(super) type Prepared = HashMap<(UserPoolId, String), Person>;

/// What applying one user's declaration needs.
#[derive(Clone)]
pub(super) struct Person {
    /// The `sub`: the user's own, the declared one, or one that was drawn.
    pub(super) sub: Subject,
    /// The name that passwords are derived with.
    pub(super) username: String,
    /// What is kept of the declared password, if there is one that the user does not have yet.
    pub(super) credential: Option<Credential>,
}

/// Everybody whose declaration is not the one that was last applied. What is wrong with a declaration is not told here.
pub(super) async fn prepare(database: &Database, world: &World, terms: &Terms) -> Result<Prepared, SeedError> {
    let mut prepared = Prepared::new();
    for pool in &world.pools {
        let found = database.transact(async |tx: &mut Transaction<'_>| changed(tx, pool).await).await?;
        for (declared, found) in found {
            let person = person(pool, declared, found, terms).await?;
            prepared.insert((pool.id.clone(), declared.username.clone()), person);
        }
    }
    Ok(prepared)
}

/// A user as stored, or for a new one whether the `sub` will be the name.
enum Found {
    Stored(Box<User>),
    New { named_by_sub: bool },
}

async fn changed<'w>(
    tx: &mut Transaction<'_>,
    pool: &'w DeclaredPool,
) -> Result<Vec<(&'w DeclaredUser, Found)>, StoreError> {
    let stored: Option<UserPool> = tx.get(&documents::user_pool(&pool.id)).await?;
    let fixed = match &stored {
        Some(stored) => Some(stored.fixed.clone()),
        None => wire::pool(pool, "").ok().map(|(_, fixed)| fixed),
    };
    let named_by_sub = fixed.and_then(|fixed| fixed.username_attributes).is_some_and(|names| !names.is_empty());
    let mut changed = Vec::new();
    for declared in &pool.users {
        let user = match &stored {
            Some(stored) => users::find(tx, stored, &declared.username).await?.map(|user| (stored, user)),
            None => None,
        };
        match user {
            None => changed.push((declared, Found::New { named_by_sub })),
            Some((stored, user)) => {
                let this = declaration_of(stored, &users::key_of(stored, &user.username), declared);
                if this.was_changed(tx).await? {
                    changed.push((declared, Found::Stored(Box::new(user))));
                }
            }
        }
    }
    Ok(changed)
}

async fn person(
    pool: &DeclaredPool,
    declared: &DeclaredUser,
    found: Found,
    terms: &Terms,
) -> Result<Person, StoreError> {
    let (sub, username, before) = match found {
        Found::Stored(user) => (user.sub, user.username, user.credential),
        Found::New { named_by_sub } => {
            let drawn = || Subject::from(random::uuid(&*terms.effects.random));
            let sub = declared.sub.clone().unwrap_or_else(drawn);
            let username = if named_by_sub { sub.to_string() } else { declared.username.clone() };
            (sub, username, None)
        }
    };
    let temporary = declared.temporary_password.is_some();
    let password = declared.password.as_ref().or(declared.temporary_password.as_ref());
    let credential = match password {
        Some(password) if !has(pool, &username, before, (password.reveal(), temporary)).await? => {
            Some(passwords::derive(&terms.effects, &pool.id, &username, password.reveal(), temporary).await?)
        }
        _ => None,
    };
    Ok(Person { sub, username, credential })
}

/// Whether the user has this password already: then it is not a new one, and does not count as a former one.
async fn has(
    pool: &DeclaredPool,
    username: &str,
    before: Option<Credential>,
    (password, temporary): (&str, bool),
) -> Result<bool, StoreError> {
    let Some(before) = before.filter(|before| before.temporary == temporary) else { return Ok(false) };
    let (pool, username, password) = (pool.id.clone(), username.to_owned(), password.to_owned());
    let compute = move || srp::matches(&before, &pool, &username, &password);
    tokio::task::spawn_blocking(compute).await.map_err(|error| StoreError::Unavailable(error.to_string()))
}
