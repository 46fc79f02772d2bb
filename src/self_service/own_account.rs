//! What signed-in users do with their password and their account.

use crate::domain::account::AttemptKind;
use crate::domain::srp;
use crate::domain::user::{Credential, User};
use crate::registry::users::{self, UserError, passwords};
use crate::store::StoreError;
use crate::store::transaction::Transaction;
use crate::tokens::Access;

use super::attempts::{self, Name, Verdict};
use super::{AccountError, SelfService};

impl SelfService {
    /// Replaces the password; a user who has none needs no previous one.
    pub async fn change_password(
        &self,
        access: &Access,
        previous: Option<&str>,
        proposed: &str,
    ) -> Result<(), AccountError> {
        let (pool, user, now) = (&*access.view.owner, &access.user, self.effects.clock.now());
        let name = Name::of(pool, &user.username, Some(user));
        if !attempts::take_now(&self.database, &name, AttemptKind::ChangePassword, now).await? {
            return Err(AccountError::TooManyAttempts);
        }
        self.check_previous(access, &name, previous).await?;
        passwords::check_policy(pool, proposed).map_err(UserError::from)?;
        if passwords::is_reused(pool, user, proposed).await? {
            return Err(UserError::PasswordReused.into());
        }
        let credential = passwords::derive(&self.effects, &pool.id, &user.username, proposed, false).await?;
        let replace = async |tx: &mut Transaction<'_>| {
            let before = super::still(tx, pool, user).await?;
            // Somebody else may have changed it since it was compared.
            if salt(before.credential.as_ref()) != salt(user.credential.as_ref()) {
                return Err(AccountError::WrongPassword);
            }
            let mut after = User { modified: now, ..before.clone() };
            passwords::replace(&mut after, credential.clone(), passwords::history(pool));
            Ok(users::save(tx, pool, &before, after).await?)
        };
        self.database.transact(replace).await
    }

    /// Guessing here counts like guessing at the sign-in.
    async fn check_previous(&self, access: &Access, name: &Name, previous: Option<&str>) -> Result<(), AccountError> {
        let now = self.effects.clock.now();
        let (credential, previous) = match (&access.user.credential, previous) {
            (None, None) => return Ok(()),
            (Some(credential), Some(previous)) => (credential.clone(), previous.to_owned()),
            _ => return Err(AccountError::WrongPassword),
        };
        if attempts::is_locked(&self.database, name, now).await? {
            return Err(AccountError::PasswordLocked);
        }
        let (pool, username) = (access.view.pool.clone(), access.user.username.clone());
        let compare = move || srp::matches(&credential, &pool, &username, &previous);
        let right =
            tokio::task::spawn_blocking(compare).await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        match attempts::judge(&self.database, name, right, now).await? {
            Verdict::Right => Ok(()),
            Verdict::Wrong => Err(AccountError::WrongPassword),
            Verdict::Locked => Err(AccountError::PasswordLocked),
        }
    }

    /// Deletes the account.
    pub async fn delete_user(&self, access: &Access) -> Result<(), AccountError> {
        let pool = &*access.view.owner;
        let delete = async |tx: &mut Transaction<'_>| {
            let user = super::still(tx, pool, &access.user).await?;
            Ok(users::delete(tx, pool, &user).await?)
        };
        self.database.transact(delete).await
    }
}

fn salt(credential: Option<&Credential>) -> Option<&str> {
    credential.map(|credential| credential.salt.as_str())
}
