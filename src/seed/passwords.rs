//! What is kept of declared passwords, computed before the world is applied: it takes long, and applying may be repeated.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::config::{DeclaredPool, DeclaredUser, World};
use crate::domain::id::{Subject, UserPoolId};
use crate::domain::pool::UserPool;
use crate::domain::secret::Secret;
use crate::domain::srp;
use crate::domain::time::Timestamp;
use crate::domain::user::{Credential, User};
use crate::effects::random;
use crate::registry::users::{self, passwords};
use crate::store::StoreError;
use crate::store::database::Database;
use crate::store::documents;
use crate::store::transaction::Transaction;

use super::declared::{Declared, mark_in};
use super::users::declaration_of;
use super::{SeedError, Terms, wire};

/// By pool and declared name, what applying a user's declaration needs.
pub(super) type Prepared = HashMap<(UserPoolId, String), Ready>;

/// What is known of a declared user before anything is applied.
#[derive(Clone)]
pub(super) struct Ready {
    /// What applying the declaration needs, unless it is the one that was last applied.
    pub(super) person: Option<Person>,
    /// What will show which password was declared.
    pub(super) mark: Option<String>,
}

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

/// Everybody who is declared. What is wrong with a declaration is not told here.
pub(super) async fn prepare(database: &Database, world: &World, terms: &Terms) -> Result<Prepared, SeedError> {
    let mut prepared = Prepared::new();
    for pool in &world.pools {
        let found = database.transact(async |tx: &mut Transaction<'_>| found(tx, pool).await).await?;
        for (declared, found) in found {
            let ready = ready(pool, declared, found, terms).await?;
            prepared.insert((pool.id.clone(), declared.username.clone()), ready);
        }
    }
    Ok(prepared)
}

/// A user as stored, with the declaration and what is kept of the one before, or for a new one whether the `sub` will
/// be the name.
enum Found {
    Stored(Box<User>, Declared, Option<String>),
    New { named_by_sub: bool },
}

async fn found<'w>(
    tx: &mut Transaction<'_>,
    pool: &'w DeclaredPool,
) -> Result<Vec<(&'w DeclaredUser, Found)>, StoreError> {
    let stored: Option<UserPool> = tx.get(&documents::user_pool(&pool.id)).await?;
    let fixed = match &stored {
        Some(stored) => Some(stored.fixed.clone()),
        None => wire::pool(pool, "").ok().map(|(_, fixed)| fixed),
    };
    let named_by_sub = fixed.and_then(|fixed| fixed.username_attributes).is_some_and(|names| !names.is_empty());
    let mut everybody = Vec::new();
    for declared in &pool.users {
        let user = match &stored {
            Some(stored) => users::find(tx, stored, &declared.username).await?.map(|user| (stored, user)),
            None => None,
        };
        let found = match user {
            None => Found::New { named_by_sub },
            Some((stored, user)) => {
                let this = declaration_of(stored, &users::key_of(stored, &user.username), declared);
                let before = this.before(tx).await?;
                Found::Stored(Box::new(user), this, before)
            }
        };
        everybody.push((declared, found));
    }
    Ok(everybody)
}

async fn ready(pool: &DeclaredPool, declared: &DeclaredUser, found: Found, terms: &Terms) -> Result<Ready, StoreError> {
    let (sub, username, credential) = match found {
        // The API made this user, who stays as is.
        Found::Stored(_, _, None) => return Ok(Ready { person: None, mark: None }),
        Found::Stored(user, this, Some(before)) => {
            let mark = mark_if_same(&pool.id, &user.username, declared, &before).await?;
            if this.marked(mark.as_deref()).is_kept_as(&before) {
                return Ok(Ready { person: None, mark });
            }
            (user.sub, user.username, user.credential)
        }
        Found::New { named_by_sub } => {
            let drawn = || Subject::from(random::uuid(&*terms.effects.random));
            let sub = declared.sub.clone().unwrap_or_else(drawn);
            let username = if named_by_sub { sub.to_string() } else { declared.username.clone() };
            (sub, username, None)
        }
    };
    let Some(password) = password_of(declared) else {
        return Ok(Ready { person: Some(Person { sub, username, credential: None }), mark: None });
    };
    let temporary = declared.temporary_password.is_some();
    let kept = credential.filter(|credential| credential.temporary == temporary);
    let (credential, mark) = match kept {
        // The user has this password already: then it is not a new one, and does not count as a former one.
        Some(kept) if has(&pool.id, &username, &kept, password).await? => (None, mark(&kept)),
        _ => {
            let new = passwords::derive(&terms.effects, &pool.id, &username, password.reveal(), temporary).await?;
            let mark = mark(&new);
            (Some(new), mark)
        }
    };
    Ok(Ready { person: Some(Person { sub, username, credential }), mark: Some(mark) })
}

fn password_of(declared: &DeclaredUser) -> Option<&Secret> {
    declared.password.as_ref().or(declared.temporary_password.as_ref())
}

/// What shows that a password is the one that was declared, as slowly as what is kept of the password itself. It stays
/// when the user changes the password.
fn mark(credential: &Credential) -> String {
    let digest = STANDARD.encode(Sha256::digest(credential.verifier.reveal()));
    format!("{}:{digest}", credential.salt)
}

/// The mark in what is kept of a declaration, if the password is still the one that was declared then.
async fn mark_if_same(
    pool: &UserPoolId,
    username: &str,
    declared: &DeclaredUser,
    before: &str,
) -> Result<Option<String>, StoreError> {
    let Some((mark_before, password)) = mark_in(before).zip(password_of(declared)) else { return Ok(None) };
    let Some((salt, _)) = mark_before.split_once(':') else { return Ok(None) };
    let (pool, username, password, salt) = (pool.clone(), username.to_owned(), password.clone(), salt.to_owned());
    let same = off_the_loop(move || {
        let verifier = srp::verifier(&pool, &username, password.reveal(), &salt);
        mark(&Credential { salt, verifier, since: Timestamp::from_millis(0), temporary: false })
    });
    Ok(Some(same.await?).filter(|mark| mark == mark_before))
}

/// Whether this is the user's password.
async fn has(pool: &UserPoolId, username: &str, kept: &Credential, password: &Secret) -> Result<bool, StoreError> {
    let (pool, username, kept, password) = (pool.clone(), username.to_owned(), kept.clone(), password.clone());
    off_the_loop(move || srp::matches(&kept, &pool, &username, password.reveal())).await
}

async fn off_the_loop<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::Unavailable(error.to_string()))
}
