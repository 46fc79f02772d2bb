//! The first sign-in: sessions lead from a sign-up over its confirmation to tokens, and nothing is asked for twice.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>

use crate::domain::account::Medium;
use crate::domain::auth_session::Waiting;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::sign_in::Origin;
use crate::domain::trace::Evidence;
use crate::domain::user::User;
use crate::self_service::{Asking, Confirmed, SignedUp};
use crate::tokens::ClientView;

use super::choice::{EMAIL_OTP, SMS_OTP, choices};
use super::sessions::{Open, Presented};
use super::start::may_choose;
use super::{Attempt, Named, Next, SignInFailure, SignIns, Steps, accounts};

/// A sign-up that was found to be the one of a session.
pub struct SigningUp(Open);

impl SignIns {
    /// The session of a sign-up that is to be confirmed, for clients that let users choose how to sign in.
    pub async fn signed_up(&self, asking: &Asking<'_>, signed_up: &SignedUp) -> Result<Option<String>, SignInFailure> {
        if signed_up.confirmed {
            return Ok(None);
        }
        let waiting = Waiting::Confirmation { password: password_of(&signed_up.user) };
        self.offer(asking, &signed_up.user, waiting).await
    }

    /// The sign-up of this session, if it is the one that is to be confirmed.
    pub async fn signing_up(
        &self,
        asking: &Asking<'_>,
        session: &str,
        trace: &mut Steps,
    ) -> Result<SigningUp, SignInFailure> {
        let challenge = Some(Waiting::CONFIRMATION);
        let presented = Presented { view: asking.view, door: Origin::Api, session, challenge };
        let open = self.open(presented, trace).await?;
        let user = self.look_up(asking.view, asking.username).await?;
        belongs(&open, user.as_ref(), trace)?;
        Ok(SigningUp(open))
    }

    /// The session of a user who is confirmed now: with that of the sign-up it stands for the password too.
    pub async fn confirmed(
        &self,
        asking: &Asking<'_>,
        signing_up: Option<SigningUp>,
        Confirmed { user, contact }: &Confirmed,
        trace: &mut Steps,
    ) -> Result<Option<String>, SignInFailure> {
        let mut chosen = None;
        if let Some(SigningUp(open)) = signing_up.filter(|SigningUp(open)| open.session.is_of(user)) {
            self.spend_now(&open, trace).await?;
            if let Waiting::Confirmation { password } = open.session.waiting {
                chosen = password;
            }
        }
        self.offer(asking, user, Waiting::FirstSignIn { password: chosen, contact: contact.clone() }).await
    }

    async fn offer(&self, asking: &Asking<'_>, user: &User, waiting: Waiting) -> Result<Option<String>, SignInFailure> {
        let Asking { view, username, metadata } = *asking;
        if !may_choose(view) {
            return Ok(None);
        }
        let attempt = Attempt { view, username, metadata, door: Origin::Api, admin: false };
        Ok(Some(self.wait(&attempt.progress(metadata), Some(user), waiting).await?.session))
    }

    /// Signs in a user who has just confirmed the sign-up. What was proven then counts as the first factor, if it can be
    /// one; else the user chooses one.
    pub async fn first_sign_in(
        &self,
        attempt: &Attempt<'_>,
        session: &str,
        parameters: &Named,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        let user = self.find(attempt.view, attempt.username, trace).await?;
        self.check_lock(attempt, user.as_ref(), trace).await?;
        let challenge = Some(Waiting::FIRST_SIGN_IN);
        let open = self.open(Presented { view: attempt.view, door: attempt.door, session, challenge }, trace).await?;
        belongs(&open, user.as_ref(), trace)?;
        let Some(user) = user else { return Err(SignInFailure::Refused(SignInRule::SessionKnown.into())) };
        self.pre_authentication(attempt, Some(&user), trace).await?;
        accounts::check_account(&user, trace)?;
        self.spend_now(&open, trace).await?;
        let Some(proven) = proven(attempt.view, &user, &open.session.waiting) else {
            return self.choose(attempt, Some(user), parameters, trace).await;
        };
        trace.grant(SignInRule::ChallengeAnswered, Evidence::Remark(proven));
        let none = Named::new();
        self.after_first_factor(&attempt.progress(&none), user, trace).await
    }
}

/// What the sign-up has proven that is a first factor of the user now.
fn proven(view: &ClientView, user: &User, waiting: &Waiting) -> Option<&'static str> {
    let Waiting::FirstSignIn { password, contact } = waiting else { return None };
    // Of a password or an address that was set meanwhile, nothing is proven.
    if password.is_some() && *password == password_of(user) {
        return Some("by the sign-up's password and code");
    }
    let factor = if contact.medium == Medium::Email { EMAIL_OTP } else { SMS_OTP };
    let same = user.attribute(contact.medium.attribute()) == Some(contact.address.as_str());
    let proven = same && choices(view, Some(user)).iter().any(|choice| choice == factor);
    proven.then_some("by the code that confirmed the sign-up")
}

fn password_of(user: &User) -> Option<String> {
    user.credential.as_ref().map(|credential| credential.salt.clone())
}

/// Refuses a session that was made for another user.
fn belongs(open: &Open, user: Option<&User>, trace: &mut Steps) -> Result<(), SignInFailure> {
    const FOREIGN: Evidence = Evidence::Remark("the session was made for another user");
    let own = user.is_some_and(|user| open.session.is_of(user));
    Ok(trace.require_or(SignInRule::SessionKnown, own, FOREIGN)?)
}
