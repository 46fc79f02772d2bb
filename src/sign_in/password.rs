//! Sign-in with a password that is presented.

use std::sync::Arc;

use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::secret::Secret;
use crate::domain::srp;
use crate::domain::user::{Credential, User};
use crate::self_service::attempts::Name;
use crate::tokens::ClientView;

use super::nobody::Shown;
use super::{Attempt, Named, Next, SignInFailure, SignIns, Steps};

impl SignIns {
    /// Signs in with a name and a password.
    ///
    /// The order of the checks is part of the wire: who does not know the password learns nothing about the account.
    pub async fn with_password(
        &self,
        attempt: &Attempt<'_>,
        password: &str,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        let found = self.look_up(attempt.view, attempt.username).await?;
        let name = self.check_lock(attempt, found.as_ref(), trace).await?;
        let user = self.known_or_moved_in(attempt, found, password, trace).await?;
        self.pre_authentication(attempt, user.as_ref(), trace).await?;
        let user = self.check_password(attempt, (user, &name), password, trace).await?;
        let none = Named::new();
        self.after_password(&attempt.progress(&none), user, trace).await
    }

    /// The user, if the password is right and the account may sign in.
    pub(super) async fn check_password(
        &self,
        attempt: &Attempt<'_>,
        (user, name): (Option<User>, &Name),
        password: &str,
        trace: &mut Steps,
    ) -> Result<User, SignInFailure> {
        let shown = self.nobody(attempt.view, attempt.username).await?;
        let right = compare(attempt.view, user.as_ref(), shown, password).await?;
        self.settle(name, right, trace).await?;
        let Some(user) = user else { return Err(SignInFailure::Refused(SignInRule::PasswordMatches.into())) };
        self.check_state(attempt.view, &user, trace)?;
        Ok(user)
    }
}

/// Whether the password is the user's. The work is the same for users who have none, and for nobody.
async fn compare(
    view: &Arc<ClientView>,
    user: Option<&User>,
    shown: Shown,
    password: &str,
) -> Result<bool, SignInFailure> {
    let credential = user.and_then(|user| user.credential.clone());
    let exists = credential.is_some();
    let user_id = user.map_or(shown.user_id, |user| user.username.clone());
    let credential = credential.unwrap_or_else(|| stand_in(shown.salt, shown.verifier));
    let (pool, password) = (view.pool.clone(), password.to_owned());
    let right = off_the_loop(move || srp::matches(&credential, &pool, &user_id, &password)).await?;
    Ok(right && exists)
}

fn stand_in(salt: String, verifier: Secret) -> Credential {
    Credential { salt, verifier, since: crate::domain::time::Timestamp::from_millis(0), temporary: false }
}

/// Runs arithmetic where it delays no other request.
pub(super) async fn off_the_loop<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, SignInFailure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| crate::keys::KeyError::Unusable(error.to_string()).into())
}
