//! Passwords: what the pool's policy asks of them, how they are kept and which were used before.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-policies.html>

use crate::domain::id::UserPoolId;
use crate::domain::pool::UserPool;
use crate::domain::secret::Secret;
use crate::domain::srp;
use crate::domain::time::Timestamp;
use crate::domain::user::{Credential, User};
use crate::effects::{Effects, random};
use crate::store::StoreError;

const SYMBOLS: &str = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ";
const MILLIS_PER_DAY: i64 = 24 * 60 * 60 * 1000;

/// The first rule of the policy that a password breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Too short.
    #[error("not long enough")]
    Length,
    /// No upper-case letter.
    #[error("no upper-case letter")]
    Uppercase,
    /// No lower-case letter.
    #[error("no lower-case letter")]
    Lowercase,
    /// No digit.
    #[error("no digit")]
    Number,
    /// No symbol.
    #[error("no symbol")]
    Symbol,
}

/// Holds a password against the policy of the pool.
pub fn check_policy(pool: &UserPool, password: &str) -> Result<(), PasswordProblem> {
    let policy = pool.settings.password_policy();
    let shortest = policy.minimum_length.and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
    let lacks = |asked: Option<bool>, kind: fn(char) -> bool| asked == Some(true) && !password.contains(kind);
    if password.chars().count() < shortest {
        Err(PasswordProblem::Length)
    } else if lacks(policy.require_uppercase, |character| character.is_ascii_uppercase()) {
        Err(PasswordProblem::Uppercase)
    } else if lacks(policy.require_lowercase, |character| character.is_ascii_lowercase()) {
        Err(PasswordProblem::Lowercase)
    } else if lacks(policy.require_numbers, |character| character.is_ascii_digit()) {
        Err(PasswordProblem::Number)
    } else if lacks(policy.require_symbols, |character| SYMBOLS.contains(character)) {
        Err(PasswordProblem::Symbol)
    } else {
        Ok(())
    }
}

/// A password that conforms with the policy of the pool, for somebody who is invited.
pub fn generate(effects: &Effects, pool: &UserPool) -> Secret {
    let shortest = pool.settings.password_policy().minimum_length;
    random::password(&*effects.random, shortest.and_then(|length| usize::try_from(length).ok()).unwrap_or_default())
}

/// What is kept of a password, computed on a thread that may block. `username` is the user's own, not an alias.
pub async fn derive(
    effects: &Effects,
    pool: &UserPoolId,
    username: &str,
    password: &str,
    temporary: bool,
) -> Result<Credential, StoreError> {
    let mut salt = [0; 16];
    effects.random.fill(&mut salt);
    let (salt, since) = (srp::salt(salt), effects.clock.now());
    let (pool, username, password) = (pool.clone(), username.to_owned(), password.to_owned());
    let compute = move || {
        let verifier = srp::verifier(&pool, &username, &password, &salt);
        Credential { salt, verifier, since, temporary }
    };
    tokio::task::spawn_blocking(compute).await.map_err(|error| StoreError::Unavailable(error.to_string()))
}

/// Whether the user has, or had, this password: the present one and those before it, as many as the policy remembers.
pub async fn is_reused(pool: &UserPool, user: &User, password: &str) -> Result<bool, StoreError> {
    let known: Vec<_> = user.credential.iter().chain(&user.former).take(history(pool)).cloned().collect();
    if known.is_empty() {
        return Ok(false);
    }
    let (pool, username, password) = (pool.id.clone(), user.username.clone(), password.to_owned());
    let compute = move || known.iter().any(|credential| srp::matches(credential, &pool, &username, &password));
    tokio::task::spawn_blocking(compute).await.map_err(|error| StoreError::Unavailable(error.to_string()))
}

/// Gives the user another password and remembers the former one for as long as the policy asks.
pub fn replace(user: &mut User, credential: Credential, history_size: usize) {
    if let Some(former) = user.credential.replace(credential) {
        user.former.insert(0, former);
    }
    user.former.truncate(history_size);
}

/// How many former passwords the pool refuses.
pub fn history(pool: &UserPool) -> usize {
    let size = pool.settings.password_policy().password_history_size;
    size.and_then(|size| usize::try_from(size).ok()).unwrap_or_default()
}

/// Whether a temporary password is too old to be used.
pub fn has_expired(pool: &UserPool, credential: &Credential, now: Timestamp) -> bool {
    let days = i64::from(pool.settings.temporary_password_days());
    credential.temporary && now.millis() >= credential.since.millis().saturating_add(days * MILLIS_PER_DAY)
}
