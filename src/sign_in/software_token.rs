//! Authenticator apps: their codes as a second factor, and their set-up.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html>

use std::sync::Arc;

use crate::domain::account::AttemptKind;
use crate::domain::auth_session::{AuthSession, Waiting};
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::secret::Secret;
use crate::domain::sign_in::{Brief, Origin};
use crate::domain::time::Timestamp;
use crate::domain::totp::{self, Code};
use crate::domain::trace::Evidence;
use crate::domain::user::{Factor, SoftwareToken, User};
use crate::registry::users;
use crate::self_service::attempts::{self, Name};
use crate::store::documents;
use crate::store::transaction::Transaction;
use crate::tokens::{ClientView, digest};

use super::answer::Answer;
use super::sessions::{self, Open, Presented};
use super::{Named, Next, Parameter, Progress, SignInFailure, SignIns, Steps};

/// How many wrong codes end a session.
const MOST_WRONG: u32 = 6;
/// How long a secret waits for its first code.
const WAITS_MILLIS: i64 = 3_600_000;

/// Who sets up an app.
#[derive(Debug, Clone, Copy)]
pub enum Holder<'a> {
    /// A user who is signed in.
    AccessToken(&'a str),
    /// A user who is signing in through the API, at the challenge `MFA_SETUP`.
    Session(&'a str),
    /// The same on the hosted pages.
    PageSession(&'a str),
}

/// A secret for an app.
pub struct Associated {
    /// The secret, base32.
    pub secret: Secret,
    /// The session to go on with, if it began with one.
    pub session: Option<String>,
}

/// An app that proved to have the secret.
pub struct Verified {
    /// The session to go on with, if it began with one.
    pub session: Option<String>,
}

impl SignIns {
    /// Spends the session if the code of the user's app is right, and the code with it.
    pub(super) async fn check_software_token(
        &self,
        answer: &Answer<'_>,
        open: &Open,
        user: User,
        trace: &mut Steps,
    ) -> Result<User, SignInFailure> {
        let presented = answer.required("SOFTWARE_TOKEN_MFA_CODE")?;
        let (pool, now) = (&answer.view.owner, self.now());
        self.count_guess(answer.view, &user, trace).await?;
        let database = self.tokens.views.database();
        let key = users::key_of(pool, &user.username);
        let judged = database.transact(async |tx| {
            let user = users::get(tx, pool, &key).await?.filter(|found| found.sub == user.sub);
            let Some(before) = user else { return Ok::<_, SignInFailure>((Code::Wrong, None)) };
            let token = before.factors.software_token.as_ref().filter(|token| token.verified);
            let code = token.map_or(Code::Wrong, |token| totp::check(&token.secret, presented, now, token.last_step));
            let Code::Right(step) = code else {
                let open = code == Code::Used || miss(tx, open).await?;
                return Ok((code, open.then_some(before)));
            };
            if !sessions::spend(tx, open).await? {
                return Ok((code, None));
            }
            let mut after = before.clone();
            if let Some(token) = &mut after.factors.software_token {
                token.last_step = Some(step);
            }
            users::save(tx, pool, &before, after.clone()).await?;
            Ok((code, Some(after)))
        });
        let (code, user) = judged.await?;
        trace.require(SignInRule::SessionUnused, user.is_some(), Evidence::Nothing)?;
        trace.require(SignInRule::OneTimePasswordUnused, code != Code::Used, Evidence::Nothing)?;
        let right = matches!(code, Code::Right(_));
        trace.require(SignInRule::ChallengeAnswered, right, Evidence::Remark("SOFTWARE_TOKEN_MFA"))?;
        user.ok_or(SignInFailure::Refused(SignInRule::SessionUnused.into()))
    }

    /// Makes a secret for an app. The app that the user may have works until the new one has proven itself.
    pub async fn associate(&self, holder: Holder<'_>, trace: &mut Steps) -> Result<Associated, SignInFailure> {
        let secret = totp::secret(self.random());
        match holder {
            Holder::AccessToken(token) => {
                let access = self.tokens.access_to_api(token).await?;
                offers(&access.view)?;
                let key = documents::authenticator(&access.view.pool, &digest(access.user.sub.as_str()));
                let expires = Timestamp::from_millis(self.now().millis() + WAITS_MILLIS);
                let document = Brief { expires, value: secret.clone() };
                self.tokens.views.database().transact(async |tx| tx.put(&key, &document)).await?;
                Ok(Associated { secret, session: None })
            }
            Holder::Session(session) | Holder::PageSession(session) => {
                let door = if matches!(holder, Holder::PageSession(_)) { Origin::Code } else { Origin::Api };
                let (view, open) = self.open_set_up((session, door), trace).await?;
                let Waiting::MfaSetup { factors, .. } = &open.session.waiting else {
                    return Err(SignInFailure::Refused(SignInRule::SessionKnown.into()));
                };
                if !factors.contains(&Factor::SoftwareToken) {
                    return Err(Parameter::SoftwareTokenOff.into());
                }
                let waiting =
                    Waiting::MfaSetup { factors: factors.clone(), secret: Some(secret.clone()), verified: false };
                let session = self.go_on(&view, &open, waiting, trace).await?;
                Ok(Associated { secret, session: Some(session) })
            }
        }
    }

    /// Takes the first code of an app.
    pub async fn verify(
        &self,
        holder: Holder<'_>,
        (code, name): (&str, Option<&str>),
        trace: &mut Steps,
    ) -> Result<Verified, SignInFailure> {
        match holder {
            Holder::AccessToken(token) => {
                let access = self.tokens.access_to_api(token).await?;
                self.count_guess(&access.view, &access.user, trace).await?;
                let key = documents::authenticator(&access.view.pool, &digest(access.user.sub.as_str()));
                let pending = self.tokens.views.database().get(&key).await?.and_then(|brief| brief.alive(self.now()));
                let secret = pending.ok_or(Parameter::NotAssociated)?;
                self.take_app(&access.view, &access.user, (secret, code, name)).await?;
                self.tokens
                    .views
                    .database()
                    .transact(async |tx| {
                        tx.delete(&key);
                        Ok::<_, crate::store::StoreError>(())
                    })
                    .await?;
                Ok(Verified { session: None })
            }
            Holder::Session(session) | Holder::PageSession(session) => {
                let door = if matches!(holder, Holder::PageSession(_)) { Origin::Code } else { Origin::Api };
                let (view, open) = self.open_set_up((session, door), trace).await?;
                let Waiting::MfaSetup { factors, secret, .. } = &open.session.waiting else {
                    return Err(SignInFailure::Refused(SignInRule::SessionKnown.into()));
                };
                let secret = secret.clone().ok_or(Parameter::NotAssociated)?;
                let user = self.user_of(&view, &open.session, trace).await?.ok_or(Parameter::Nobody)?;
                self.count_guess(&view, &user, trace).await?;
                self.take_app(&view, &user, (secret.clone(), code, name)).await?;
                let waiting = Waiting::MfaSetup { factors: factors.clone(), secret: Some(secret), verified: true };
                let session = self.go_on(&view, &open, waiting, trace).await?;
                Ok(Verified { session: Some(session) })
            }
        }
    }

    /// Takes the answer to `MFA_SETUP`: the app that was verified on the way is asked for from now on.
    pub(super) async fn answer_set_up(
        &self,
        answer: &Answer<'_>,
        (open, progress): (&Open, Progress<'_>),
        user: User,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        let verified = matches!(open.session.waiting, Waiting::MfaSetup { verified: true, .. });
        let remark = if verified { "MFA_SETUP" } else { "MFA_SETUP: no app was verified" };
        trace.require(SignInRule::ChallengeAnswered, verified, Evidence::Remark(remark))?;
        self.spend_now(open, trace).await?;
        let (pool, now) = (&answer.view.owner, self.now());
        let key = users::key_of(pool, &user.username);
        let saved = self.tokens.views.database().transact(async |tx| {
            let user = users::get(tx, pool, &key).await?.filter(|found| found.sub == user.sub);
            let before = user.ok_or(users::UserError::NotFound)?;
            let mut after = User { modified: now, ..before.clone() };
            if !after.factors.enabled.contains(&Factor::SoftwareToken) {
                after.factors.enabled.push(Factor::SoftwareToken);
            }
            users::save(tx, pool, &before, after.clone()).await?;
            Ok::<_, SignInFailure>(after)
        });
        let user = saved.await?;
        self.finish(&progress, user, trace).await
    }

    async fn take_app(
        &self,
        view: &ClientView,
        user: &User,
        (secret, code, name): (Secret, &str, Option<&str>),
    ) -> Result<(), SignInFailure> {
        let now = self.now();
        let Code::Right(step) = totp::check(&secret, code, now, None) else {
            return Err(Parameter::WrongFirstCode.into());
        };
        let (pool, key) = (&view.owner, users::key_of(&view.owner, &user.username));
        let taken = self.tokens.views.database().transact(async |tx| {
            let found = users::get(tx, pool, &key).await?.filter(|found| found.sub == user.sub);
            let before = found.ok_or(users::UserError::NotFound)?;
            let mut after = User { modified: now, ..before.clone() };
            let (secret, name) = (secret.clone(), name.map(str::to_owned));
            after.factors.software_token = Some(SoftwareToken { secret, name, verified: true, last_step: Some(step) });
            Ok::<_, SignInFailure>(users::save(tx, pool, &before, after).await?)
        });
        taken.await
    }

    /// Finds the client of the session and, with it, the session.
    async fn open_set_up(
        &self,
        (session, door): (&str, Origin),
        trace: &mut Steps,
    ) -> Result<(Arc<ClientView>, Open), SignInFailure> {
        let unknown = SignInFailure::Refused(SignInRule::SessionKnown.into());
        let Some(client) = sessions::client_of(session) else { return Err(unknown) };
        let Some(view) = self.tokens.views.find(&client).await? else { return Err(unknown) };
        let presented = Presented { view: &view, door, session, challenge: Some("MFA_SETUP") };
        let open = self.open(presented, trace).await?;
        Ok((view, open))
    }

    /// Replaces the session by one that waits for something else.
    async fn go_on(
        &self,
        view: &Arc<ClientView>,
        open: &Open,
        waiting: Waiting,
        trace: &mut Steps,
    ) -> Result<String, SignInFailure> {
        let AuthSession { username, new_password, rounds, door, .. } = &open.session;
        let user = self.user_of(view, &open.session, trace).await?;
        self.spend_now(open, trace).await?;
        let metadata = Named::new();
        let progress = Progress {
            view,
            door: *door,
            username,
            metadata: &metadata,
            new_password: *new_password,
            rounds: rounds.clone(),
        };
        Ok(self.wait(&progress, user.as_ref(), waiting).await?.session)
    }

    async fn count_guess(&self, view: &ClientView, user: &User, trace: &mut Steps) -> Result<(), SignInFailure> {
        let name = Name::of(&view.owner, &user.username, Some(user));
        let database = self.tokens.views.database();
        let room = attempts::take_now(database, &name, AttemptKind::Challenge, self.now()).await?;
        Ok(trace.require(SignInRule::AttemptsLeft, room, Evidence::Nothing)?)
    }
}

/// Counts a wrong code against its session; `false` if the session cannot be answered any more.
async fn miss(tx: &mut Transaction<'_>, open: &Open) -> Result<bool, SignInFailure> {
    let Some(mut found) = tx.get(&open.key).await? else { return Ok(false) };
    if found.value.used {
        return Ok(false);
    }
    found.value.wrong_codes += 1;
    found.value.used = found.value.wrong_codes >= MOST_WRONG;
    tx.put(&open.key, &found)?;
    Ok(true)
}

fn offers(view: &ClientView) -> Result<(), SignInFailure> {
    if view.owner.mfa.software_token() { Ok(()) } else { Err(Parameter::SoftwareTokenOff.into()) }
}
