//! Sessions: made with a challenge, answered once, and told apart when they cannot be.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::domain::auth_session::{AuthSession, Waiting};
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::sign_in::{Brief, Origin};
use crate::domain::time::Timestamp;
use crate::domain::trace::{Cut, Evidence};
use crate::domain::user::User;
use crate::registry::users;
use crate::store::documents::{self, Key};
use crate::store::transaction::Transaction;
use crate::tokens::{ClientView, digest};

use super::accounts::evidence;
use super::{Challenge, Named, Progress, SignInFailure, SignIns, Steps, session_user};

/// What real sessions begin with: the text `AYAB`.
const BEGINNING: [u8; 3] = [1, 0x80, 1];
/// How many random bytes follow.
const RANDOM: usize = 60;
/// How long an ended session is remembered as such.
const REMEMBERED_MILLIS: i64 = 15 * 60_000;
/// How long a client's sessions last unless set.
const MINUTES: u32 = 3;

/// The text of a session, and the same in the alphabet of `SECRET_BLOCK`.
pub(super) struct Handle {
    pub(super) session: String,
    pub(super) secret_block: String,
}

impl Handle {
    /// The session that a secret block stands for; `None` if it is no base64.
    pub(super) fn session_of_block(block: &str) -> Option<String> {
        STANDARD.decode(block).ok().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// The client that a session says it was made for. Whether it was is another question.
pub(super) fn client_of(session: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(session).ok()?;
    let client = bytes.get(BEGINNING.len() + RANDOM..)?;
    str::from_utf8(client).ok().map(str::to_owned)
}

/// A session that was found to be good, and where it lies.
pub(super) struct Open {
    pub(super) key: Key<Brief<AuthSession>>,
    pub(super) session: AuthSession,
}

/// By whom and for what a session is presented.
#[derive(Clone, Copy)]
pub(super) struct Presented<'a> {
    pub(super) view: &'a ClientView,
    pub(super) door: Origin,
    pub(super) session: &'a str,
    /// The challenge it must wait for; any, where it is not answered.
    pub(super) challenge: Option<&'a str>,
}

impl SignIns {
    /// Keeps the sign-in until the answer comes.
    pub(super) async fn wait(
        &self,
        progress: &Progress<'_>,
        user: Option<&User>,
        waiting: Waiting,
    ) -> Result<Handle, SignInFailure> {
        let mut bytes = BEGINNING.to_vec();
        bytes.extend(self.random::<RANDOM>());
        // Some operations take a session and name no client: it must lead to its own.
        bytes.extend(progress.view.client.as_str().bytes());
        let handle = Handle { session: URL_SAFE_NO_PAD.encode(&bytes), secret_block: STANDARD.encode(&bytes) };
        let minutes = progress.view.settings.auth_session_validity.unwrap_or(MINUTES);
        let ends = Timestamp::from_millis(self.now().millis() + i64::from(minutes) * 60_000);
        let session = AuthSession {
            client: progress.view.client.clone(),
            door: progress.door,
            username: progress.username.to_owned(),
            user: user.map(|user| session_user(progress.view, user)),
            ends,
            used: false,
            wrong_codes: 0,
            new_password: progress.new_password,
            rounds: progress.rounds.clone(),
            waiting,
        };
        let key = documents::auth_session(&progress.view.pool, &digest(&handle.session));
        let document = brief(session);
        self.tokens.views.database().transact(async |tx| tx.put(&key, &document)).await?;
        Ok(handle)
    }

    /// The same, as a challenge with a session and these parameters.
    pub(super) async fn ask(
        &self,
        progress: &Progress<'_>,
        user: Option<&User>,
        waiting: Waiting,
        parameters: Named,
    ) -> Result<Challenge, SignInFailure> {
        let name = waiting.challenge();
        let handle = self.wait(progress, user, waiting).await?;
        Ok(Challenge { name, session: Some(handle.session), parameters, available: Vec::new() })
    }

    /// The session, if it can be answered now. It is not spent yet: see [`spend`].
    pub(super) async fn open(&self, presented: Presented<'_>, trace: &mut Steps) -> Result<Open, SignInFailure> {
        let key = documents::auth_session(&presented.view.pool, &digest(presented.session));
        let found = self.tokens.views.database().get(&key).await?.map(|brief| brief.value);
        let session = judge(found, presented, self.now(), trace)?;
        Ok(Open { key, session })
    }

    /// Spends the session; only one of several answers can.
    pub(super) async fn spend_now(&self, open: &Open, trace: &mut Steps) -> Result<(), SignInFailure> {
        let first = self.tokens.views.database().transact(async |tx| spend(tx, open).await).await?;
        Ok(trace.require(SignInRule::SessionUnused, first, Evidence::Nothing)?)
    }

    /// The user of a session, if it has one and it still is the same.
    pub(super) async fn user_of(
        &self,
        view: &ClientView,
        session: &AuthSession,
        trace: &mut Steps,
    ) -> Result<Option<User>, SignInFailure> {
        let database = self.tokens.views.database();
        let Some(owner) = &session.user else { return Ok(None) };
        let user = database.transact(async |tx| users::get(tx, &view.owner, &owner.key).await).await?;
        let user = user.filter(|user| user.sub == owner.sub);
        let gone = || Evidence::User { sub: owner.sub.clone(), username: Cut::guarded(&session.username, Cut::LIMIT) };
        let evidence = user.as_ref().map_or_else(gone, evidence);
        trace.require(SignInRule::UserExists, user.is_some(), evidence)?;
        Ok(user)
    }
}

/// Spends the session in this transaction; `false` if another answer was faster.
pub(super) async fn spend(tx: &mut Transaction<'_>, open: &Open) -> Result<bool, crate::store::StoreError> {
    let Some(mut found) = tx.get(&open.key).await? else { return Ok(false) };
    if found.value.used {
        return Ok(false);
    }
    found.value.used = true;
    tx.put(&open.key, &found)?;
    Ok(true)
}

/// The document of a session.
pub(super) fn brief(session: AuthSession) -> Brief<AuthSession> {
    Brief { expires: Timestamp::from_millis(session.ends.millis() + REMEMBERED_MILLIS), value: session }
}

fn judge(
    found: Option<AuthSession>,
    presented: Presented<'_>,
    now: Timestamp,
    trace: &mut Steps,
) -> Result<AuthSession, SignInFailure> {
    const FOREIGN: Evidence = Evidence::Remark("the session was made for another client or another door");
    const UNKNOWN: Evidence = Evidence::Remark("no such session was made, or it ended long ago");
    let Some(session) = found else {
        trace.require(SignInRule::SessionKnown, false, UNKNOWN)?;
        return Err(SignInFailure::Refused(SignInRule::SessionKnown.into()));
    };
    let own = session.client == presented.view.client && session.door == presented.door;
    trace.require_or(SignInRule::SessionKnown, own, FOREIGN)?;
    trace.require(SignInRule::SessionUnused, !session.used, Evidence::Nothing)?;
    trace.require(SignInRule::SessionAlive, now < session.ends, Evidence::Nothing)?;
    if let Some(challenge) = presented.challenge {
        let right = challenge == session.waiting.challenge();
        let expected = Cut::new(session.waiting.challenge());
        let evidence =
            Evidence::Differs { parameter: "ChallengeName", presented: Cut::new(challenge), expected, common: 0 };
        trace.require(SignInRule::SessionKnown, right, evidence)?;
    }
    Ok(session)
}
