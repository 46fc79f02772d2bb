//! The first sign-in: sessions lead from a sign-up over its confirmation to tokens, and nothing is asked for twice.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>

use crate::domain::auth_session::Waiting;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::sign_in::Origin;
use crate::domain::trace::Evidence;
use crate::domain::user::{User, UserStatus};
use crate::self_service::{Asking, SignedUp};

use super::sessions::{Open, Presented};
use super::start::may_choose;
use super::{Attempt, Named, Next, SignInFailure, SignIns, Steps, accounts};

/// A sign-up that was found to be the one of a session.
pub struct SigningUp(Open);

impl SignIns {
    /// The session of a sign-up that is to be confirmed, for clients that let users choose how to sign in.
    pub async fn signed_up(&self, asking: &Asking<'_>, signed_up: &SignedUp) -> Result<Option<String>, SignInFailure> {
        if signed_up.confirmed || !may_choose(asking.view) {
            return Ok(None);
        }
        let Asking { view, username, metadata } = *asking;
        let attempt = Attempt { view, username, metadata, door: Origin::Api, admin: false };
        let progress = attempt.progress(metadata);
        Ok(Some(self.wait(&progress, Some(&signed_up.user), Waiting::Confirmation).await?.session))
    }

    /// The sign-up of this session, if it is the one that is to be confirmed.
    pub async fn signing_up(
        &self,
        asking: &Asking<'_>,
        session: &str,
        trace: &mut Steps,
    ) -> Result<SigningUp, SignInFailure> {
        let challenge = Some(Waiting::Confirmation.challenge());
        let presented = Presented { view: asking.view, door: Origin::Api, session, challenge };
        let open = self.open(presented, trace).await?;
        let user = self.look_up(asking.view, asking.username).await?;
        belongs(&open, user.as_ref(), trace)?;
        Ok(SigningUp(open))
    }

    /// The session that signs in the user who is confirmed now. Whoever knows no more than the code gets none.
    pub async fn confirmed(
        &self,
        asking: &Asking<'_>,
        (SigningUp(open), user): (SigningUp, &User),
        trace: &mut Steps,
    ) -> Result<Option<String>, SignInFailure> {
        if !open.session.is_of(user) || !may_choose(asking.view) {
            return Ok(None);
        }
        self.go_on(asking.view, &open, Waiting::FirstSignIn, trace).await.map(Some)
    }

    /// Signs in a user who has just confirmed the sign-up: the code that did it is the first factor.
    pub async fn first_sign_in(
        &self,
        attempt: &Attempt<'_>,
        session: &str,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        const CHANGED: Evidence = Evidence::Remark("the account has changed since the sign-up was confirmed");
        let user = self.find(attempt.view, attempt.username, trace).await?;
        self.check_lock(attempt, user.as_ref(), trace).await?;
        let challenge = Some(Waiting::FirstSignIn.challenge());
        let open = self.open(Presented { view: attempt.view, door: attempt.door, session, challenge }, trace).await?;
        belongs(&open, user.as_ref(), trace)?;
        let Some(user) = user else { return Err(SignInFailure::Refused(SignInRule::SessionKnown.into())) };
        self.pre_authentication(attempt, Some(&user), trace).await?;
        accounts::check_account(&user, trace)?;
        // A password that was set meanwhile is for the user to know, not for the session to skip.
        let confirmed = user.status == UserStatus::Confirmed;
        trace.require(SignInRule::SessionKnown, confirmed, if confirmed { Evidence::Nothing } else { CHANGED })?;
        self.spend_now(&open, trace).await?;
        trace.grant(SignInRule::ChallengeAnswered, Evidence::Remark("by the code that confirmed the sign-up"));
        let none = Named::new();
        self.after_first_factor(&attempt.progress(&none), user, trace).await
    }
}

/// Refuses a session that was made for another user.
fn belongs(open: &Open, user: Option<&User>, trace: &mut Steps) -> Result<(), SignInFailure> {
    const FOREIGN: Evidence = Evidence::Remark("the session was made for another user");
    let own = user.is_some_and(|user| open.session.is_of(user));
    Ok(trace.require(SignInRule::SessionKnown, own, if own { Evidence::Nothing } else { FOREIGN })?)
}
