//! Sign-in with a password that is proven: the secret block stands for the exchange, so that no session is needed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDateTime;

use crate::domain::auth_session::{AuthSession, Waiting};
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::secret::Secret;
use crate::domain::srp::{Claim, ClientPublic, Exchange};
use crate::domain::time::Timestamp;
use crate::domain::trace::Evidence;
use crate::domain::user::User;
use crate::tokens::ClientView;

use super::answer::Answer;
use super::password::off_the_loop;
use super::sessions::Handle;
use super::{Attempt, Challenge, Named, Parameter, Progress, SignInFailure, SignIns, Steps};

/// How a client writes the moment of its proof; the day has no leading zero.
const FORMAT: &str = "%a %b %-d %H:%M:%S UTC %Y";
/// How far that moment may be from ours.
const TOLERANCE_MILLIS: i64 = 5 * 60_000;

impl SignIns {
    /// The first step: the client's number for ours.
    pub(super) async fn begin_srp(
        &self,
        attempt: &Attempt<'_>,
        progress: &Progress<'_>,
        user: Option<&User>,
        a: &str,
    ) -> Result<Challenge, SignInFailure> {
        let Some(public) = ClientPublic::of_hex(a) else { return Err(Parameter::SrpA.into()) };
        drop(public);
        let shown = self.nobody(attempt.view, attempt.username).await?;
        let credential = user.and_then(|user| user.credential.clone());
        let user_id = user.map_or(shown.user_id, |user| user.username.clone());
        let (salt, verifier) =
            credential.map_or((shown.salt, shown.verifier), |credential| (credential.salt, credential.verifier));
        let b: [u8; 32] = self.random();
        let exchange = off_the_loop(move || Exchange::new(&verifier, b).map(|exchange| exchange.public())).await?;
        let srp_b = exchange.ok_or(Parameter::SrpA)?;
        let (a, b) = (a.to_owned(), Secret::new(STANDARD.encode(b)));
        let waiting = Waiting::PasswordVerifier { a, b, public: srp_b.clone() };
        let handle = self.wait(progress, user, waiting).await?;
        let parameters = [
            ("SALT", salt),
            ("SECRET_BLOCK", handle.secret_block),
            ("SRP_B", srp_b),
            ("USERNAME", user_id.clone()),
            ("USER_ID_FOR_SRP", user_id),
        ];
        Ok(Challenge {
            name: "PASSWORD_VERIFIER",
            // COGNITO: plain SRP sign-in has no session beside the secret block; clients send none back.
            session: Some(handle.session),
            parameters: parameters.map(|(name, value)| (name.to_owned(), value)).into(),
            available: Vec::new(),
        })
    }

    /// The second step: the proof. Answers the user if the proof is right and the account may sign in.
    pub(super) async fn check_proof(
        &self,
        answer: &Answer<'_>,
        session: &AuthSession,
        user: Option<User>,
        trace: &mut Steps,
    ) -> Result<User, SignInFailure> {
        let attempt = answer.attempt(&session.username);
        let name = self.check_lock(&attempt, user.as_ref(), trace).await?;
        let right = self.is_proven(answer, session, user.as_ref()).await?;
        self.settle(&name, right, trace).await?;
        let Some(user) = user else {
            return Err(SignInFailure::Refused(SignInRule::PasswordMatches.into()));
        };
        self.check_state(answer.view, &user, trace)?;
        trace.grant(SignInRule::PasswordMatches, Evidence::Remark("proven by SRP"));
        Ok(user)
    }

    async fn is_proven(
        &self,
        answer: &Answer<'_>,
        session: &AuthSession,
        user: Option<&User>,
    ) -> Result<bool, SignInFailure> {
        let Waiting::PasswordVerifier { a, b, public } = &session.waiting else { return Ok(false) };
        let timestamp = answer.required("TIMESTAMP")?.to_owned();
        let fresh = is_fresh(&timestamp, self.now());
        let signature = STANDARD.decode(answer.required("PASSWORD_CLAIM_SIGNATURE")?).unwrap_or_default();
        let secret_block = STANDARD.decode(answer.required("PASSWORD_CLAIM_SECRET_BLOCK")?).unwrap_or_default();
        let proof = Proof {
            view: std::sync::Arc::clone(answer.view),
            a: a.clone(),
            b: STANDARD.decode(b.reveal()).unwrap_or_default(),
            public: public.clone(),
            timestamp,
            signature,
            secret_block,
        };
        let shown = self.nobody(answer.view, &session.username).await?;
        let credential = user.and_then(|user| user.credential.clone());
        let exists = credential.is_some();
        let user_id = user.map_or(shown.user_id, |user| user.username.clone());
        let verifier = credential.map_or(shown.verifier, |credential| credential.verifier);
        let right = off_the_loop(move || proof.holds(&verifier, &user_id)).await?;
        Ok(right && exists && fresh)
    }
}

/// Everything that an answer proves with, on its way to another thread.
struct Proof {
    view: std::sync::Arc<ClientView>,
    a: String,
    b: Vec<u8>,
    public: String,
    timestamp: String,
    signature: Vec<u8>,
    secret_block: Vec<u8>,
}

impl Proof {
    fn holds(&self, verifier: &Secret, user_id: &str) -> bool {
        let Ok(b) = <[u8; 32]>::try_from(self.b.as_slice()) else { return false };
        let (Some(exchange), Some(client)) = (Exchange::kept(verifier, b, &self.public), ClientPublic::of_hex(&self.a))
        else {
            return false;
        };
        let claim = Claim {
            pool: &self.view.pool,
            user_id,
            secret_block: &self.secret_block,
            timestamp: &self.timestamp,
            signature: &self.signature,
        };
        exchange.proves(&client, &claim)
    }
}

/// Whether the moment is written as it must be and not far from now.
fn is_fresh(timestamp: &str, now: Timestamp) -> bool {
    let Ok(moment) = NaiveDateTime::parse_from_str(timestamp, FORMAT) else { return false };
    // Parsing takes leading zeros and blanks that the format has not.
    let exact = moment.format(FORMAT).to_string() == timestamp;
    exact && (moment.and_utc().timestamp_millis() - now.millis()).abs() <= TOLERANCE_MILLIS
}

/// The session that an answer to `PASSWORD_VERIFIER` is about: the one of its secret block, and no other.
pub(super) fn session_of_proof(responses: &Named) -> Result<String, SignInFailure> {
    let name = "PASSWORD_CLAIM_SECRET_BLOCK";
    let block = responses.get(name).ok_or(Parameter::Missing(name))?;
    Handle::session_of_block(block).ok_or(SignInFailure::Refused(SignInRule::SessionKnown.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_written_exactly_so_and_fresh() {
        let now = Timestamp::from_millis(1_767_690_307_000);
        assert!(is_fresh("Tue Jan 6 09:05:07 UTC 2026", now));
        assert!(is_fresh("Tue Jan 6 09:10:07 UTC 2026", now));
        let refused = [
            "Tue Jan 06 09:05:07 UTC 2026",
            "Tue Jan  6 09:05:07 UTC 2026",
            "Wed Jan 6 09:05:07 UTC 2026",
            "Tue Jan 6 9:05:07 UTC 2026",
            "Tue Jan 6 09:05:07 GMT 2026",
            "Tue Jan 6 09:10:08 UTC 2026",
            "Tue Jan 6 09:00:06 UTC 2026",
            "",
        ];
        for timestamp in refused {
            assert!(!is_fresh(timestamp, now), "{timestamp}");
        }
    }
}
