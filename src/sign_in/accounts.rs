//! Who signs in, and whether the account's state allows it.

use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::trace::{Cut, Evidence};
use crate::domain::user::{User, UserStatus};
use crate::registry::users::{self, passwords};
use crate::self_service::attempts::{self, Name, Verdict};
use crate::tokens::ClientView;

use super::{Attempt, SignInFailure, SignIns, Steps, hides_users};

impl SignIns {
    /// Whoever the name names. Nobody is a refusal, unless the client hides who exists.
    pub(super) async fn find(
        &self,
        view: &ClientView,
        name: &str,
        trace: &mut Steps,
    ) -> Result<Option<User>, SignInFailure> {
        let found = self.look_up(view, name).await?;
        admit(view, name, found.as_ref(), trace)?;
        Ok(found)
    }

    /// Whoever the name names, without a word about it.
    pub(super) async fn look_up(&self, view: &ClientView, name: &str) -> Result<Option<User>, SignInFailure> {
        let database = self.tokens.views.database();
        Ok(database.transact(async |tx| users::find_evenly(tx, &view.owner, name).await).await?)
    }

    /// Refuses a name that wrong passwords have locked.
    pub(super) async fn check_lock(
        &self,
        attempt: &Attempt<'_>,
        user: Option<&User>,
        trace: &mut Steps,
    ) -> Result<Name, SignInFailure> {
        let name = Name::of(&attempt.view.owner, attempt.username, user);
        let locked = attempts::is_locked(self.tokens.views.database(), &name, self.now()).await?;
        trace.require(SignInRule::AttemptsLeft, !locked, Evidence::Nothing)?;
        Ok(name)
    }

    /// Counts the outcome of a check of a password, and refuses if it was wrong or came too soon.
    pub(super) async fn settle(&self, name: &Name, right: bool, trace: &mut Steps) -> Result<(), SignInFailure> {
        let verdict = attempts::judge(self.tokens.views.database(), name, right, self.now()).await?;
        trace.require(SignInRule::AttemptsLeft, verdict != Verdict::Locked, Evidence::Nothing)?;
        Ok(trace.require(SignInRule::PasswordMatches, verdict == Verdict::Right, Evidence::Nothing)?)
    }

    /// The state of the account, which only those learn who have proven the password.
    pub(super) fn check_state(&self, view: &ClientView, user: &User, trace: &mut Steps) -> Result<(), SignInFailure> {
        check_account(user, trace)?;
        let expired = user.credential.as_ref().is_some_and(|credential| {
            user.status == UserStatus::ForceChangePassword
                && passwords::has_expired(&view.owner, credential, self.now())
        });
        Ok(trace.require(SignInRule::TemporaryPasswordAlive, !expired, Evidence::Nothing)?)
    }
}

/// The same for those who signed in without their password.
pub(super) fn check_account(user: &User, trace: &mut Steps) -> Result<(), SignInFailure> {
    trace.require(SignInRule::UserEnabled, user.enabled, Evidence::Nothing)?;
    trace.require(SignInRule::UserConfirmed, user.status != UserStatus::Unconfirmed, Evidence::Nothing)?;
    trace.require(SignInRule::PasswordNotReset, user.status != UserStatus::ResetRequired, Evidence::Nothing)?;
    Ok(())
}

/// Nobody is a refusal, unless the client hides who exists.
pub(super) fn admit(
    view: &ClientView,
    name: &str,
    found: Option<&User>,
    trace: &mut Steps,
) -> Result<(), SignInFailure> {
    const HIDDEN: &str = "nobody has this name; the client hides it, so the sign-in fails as with a wrong password";
    match found {
        Some(user) => trace.grant(SignInRule::UserExists, evidence(user)),
        None if hides_users(view) => trace.note(SignInRule::UserExists, Evidence::Remark(HIDDEN)),
        None => {
            let value = Cut::guarded(name, Cut::LIMIT);
            trace.require(SignInRule::UserExists, false, Evidence::Presented { parameter: "USERNAME", value })?;
        }
    }
    Ok(())
}

/// Who it is, for the trace.
pub(super) fn evidence(user: &User) -> Evidence {
    Evidence::User { sub: user.sub.clone(), username: Cut::new(&user.username) }
}
