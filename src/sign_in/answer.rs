//! Answers to challenges.

use std::sync::Arc;

use crate::domain::auth_session::{AuthSession, Waiting};
use crate::domain::pool::UserPool;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::sign_in::Origin;
use crate::domain::trace::{Cut, Evidence};
use crate::domain::user::{Factor, User};
use crate::tokens::ClientView;

use super::sessions::{Open, Presented};
use super::{Attempt, Named, Next, Parameter, Progress, SignInFailure, SignIns, Steps, accounts, srp};

/// An answer to a challenge.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The client.
    pub view: &'a Arc<ClientView>,
    /// The challenge that is answered.
    pub challenge: &'a str,
    /// The session that came with the challenge.
    pub session: Option<&'a str>,
    /// What was answered.
    pub responses: &'a Named,
    /// `ClientMetadata`, for the pool's triggers.
    pub metadata: &'a Named,
    /// The door it comes through.
    pub door: Origin,
    /// Whether an administrator's credentials vouch for the application.
    pub admin: bool,
}

impl<'a> Answer<'a> {
    /// A response that must be there.
    pub(super) fn required(&self, name: &'static str) -> Result<&'a str, SignInFailure> {
        self.responses.get(name).map(String::as_str).ok_or(Parameter::Missing(name).into())
    }

    /// The sign-in that the answer belongs to, as if it began now.
    pub(super) fn attempt(&self, username: &'a str) -> Attempt<'a> {
        Attempt { view: self.view, username, metadata: self.metadata, door: self.door, admin: self.admin }
    }

    fn progress(&self, session: &'a AuthSession) -> Progress<'a> {
        Progress {
            view: self.view,
            door: self.door,
            username: &session.username,
            metadata: self.metadata,
            new_password: session.new_password,
            rounds: session.rounds.clone(),
        }
    }
}

impl SignIns {
    /// Takes the answer to a challenge.
    pub async fn answer(&self, answer: &Answer<'_>, trace: &mut Steps) -> Result<Next, SignInFailure> {
        let presented = answer.required("USERNAME")?;
        let session = handle(answer)?;
        let open = self.open(
            Presented { view: answer.view, door: answer.door, session: &session, challenge: Some(answer.challenge) },
            trace,
        );
        let open = open.await?;
        let user = self.user_of(answer.view, &open.session, trace).await?;
        let named = match &user {
            Some(user) => is_named(user, &answer.view.owner, presented),
            // Nobody has the names that the simulated challenge said, and no others: as a user would.
            None => same_name(&self.nobody(answer.view, &open.session.username).await?.user_id, presented),
        };
        check_name(presented, named || same_name(&open.session.username, presented), trace)?;
        let progress = answer.progress(&open.session);
        match (&open.session.waiting, user) {
            (Waiting::PasswordVerifier { .. }, user) => self.answer_proof(answer, (&open, progress), user, trace).await,
            (Waiting::SelectChallenge { .. }, user) => self.answer_choice(answer, (&open, progress), user, trace).await,
            (Waiting::Custom { .. }, user) => self.answer_custom(answer, (&open, progress), user, trace).await,
            (Waiting::Password, user) => self.answer_password(answer, (&open, progress), user, trace).await,
            (Waiting::PasswordSrp, user) => self.answer_srp(answer, (&open, progress), user, trace).await,
            (Waiting::Code { .. }, user) => self.answer_code(answer, (&open, progress), user, trace).await,
            // Of the rest, nobody's sign-in waits for anything; and a sign-up is no challenge.
            (_, None) | (Waiting::Confirmation { .. } | Waiting::FirstSignIn { .. }, _) => {
                Err(SignInFailure::Refused(SignInRule::SessionKnown.into()))
            }
            (Waiting::NewPassword, Some(user)) => {
                self.answer_new_password(answer, (&open, progress), user, trace).await
            }
            (Waiting::SoftwareToken, Some(user)) => {
                let user = self.check_software_token(answer, &open, user, trace).await?;
                self.second_factor_done(progress, user, "SOFTWARE_TOKEN_MFA", trace).await
            }
            (Waiting::MfaSetup { .. }, Some(user)) => self.answer_set_up(answer, (&open, progress), user, trace).await,
            (Waiting::SelectMfaType { factors }, Some(user)) => {
                let wanted = Factor::of_name(answer.required("ANSWER")?).filter(|wanted| factors.contains(wanted));
                let factor = wanted.ok_or(Parameter::Answer)?;
                self.spend_now(&open, trace).await?;
                self.ask_factor(&progress, &user, factor).await.map(Next::Challenge)
            }
        }
    }

    async fn answer_proof(
        &self,
        answer: &Answer<'_>,
        (open, progress): (&Open, Progress<'_>),
        user: Option<User>,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        for name in ["PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP"] {
            answer.required(name)?;
        }
        // One exchange, one guess.
        self.spend_now(open, trace).await?;
        let user = self.check_proof(answer, &open.session, user, trace).await?;
        if progress.rounds.is_some() {
            return self.next_round(progress, Some(user), ("PASSWORD_VERIFIER", true, None), trace).await;
        }
        self.after_password(&progress, user, trace).await
    }

    async fn answer_code(
        &self,
        answer: &Answer<'_>,
        (open, progress): (&Open, Progress<'_>),
        user: Option<User>,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        self.check_code(answer, open, user.as_ref(), trace).await?;
        let Some(user) = user else { return Err(SignInFailure::Refused(SignInRule::ChallengeAnswered.into())) };
        accounts::check_account(&user, trace)?;
        self.second_factor_done(progress, user, open.session.waiting.challenge(), trace).await
    }

    async fn second_factor_done(
        &self,
        progress: Progress<'_>,
        user: User,
        challenge: &'static str,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        if progress.rounds.is_some() {
            return self.next_round(progress, Some(user), (challenge, true, None), trace).await;
        }
        self.finish(&progress, user, trace).await
    }
}

/// The session: the one sent, or the one that the secret block stands for. Where there are both, they are the same.
fn handle(answer: &Answer<'_>) -> Result<String, SignInFailure> {
    if answer.challenge != "PASSWORD_VERIFIER" {
        return answer.session.map(str::to_owned).ok_or(Parameter::Missing("Session").into());
    }
    let of_block = srp::session_of_proof(answer.responses)?;
    match answer.session {
        Some(session) if session != of_block => Err(SignInFailure::Refused(SignInRule::SessionKnown.into())),
        _ => Ok(of_block),
    }
}

/// Whether this is the user's name or an alias that the pool's users sign in with.
fn is_named(user: &User, pool: &UserPool, presented: &str) -> bool {
    let aliases = pool.fixed.sign_in_attributes().iter().filter_map(|alias| user.attribute(alias));
    aliases.chain([user.username.as_str(), user.sub.as_str()]).any(|name| same_name(name, presented))
}

fn same_name(name: &str, presented: &str) -> bool {
    name.to_lowercase() == presented.to_lowercase()
}

/// The answer names the user of the session.
fn check_name(presented: &str, same: bool, trace: &mut Steps) -> Result<(), SignInFailure> {
    let value = Cut::guarded(presented, Cut::LIMIT);
    let evidence = Evidence::Presented { parameter: "USERNAME", value };
    Ok(trace.require(SignInRule::SessionKnown, same, evidence)?)
}
