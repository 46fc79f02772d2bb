//! Challenges whose answer is a code that was sent: as a second factor, or as the first.

use crate::domain::account::{AttemptKind, CodePurpose, Contact, Medium};
use crate::domain::auth_session::{CodeChallenge, Waiting};
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::secret::Secret;
use crate::domain::trace::Evidence;
use crate::domain::user::User;
use crate::effects::random;
use crate::self_service::attempts::{self, Name};
use crate::self_service::codes::{DIGITS, EMAIL_OTP_DIGITS};
use crate::self_service::outbox::{self, Letter, Purpose};
use crate::store::StoreError;

use super::answer::Answer;
use super::factors::named;
use super::sessions::{self, Open};
use super::{Challenge, Named, Progress, SignInFailure, SignIns, Steps};

/// How many wrong codes end a session.
const MOST_WRONG: u32 = 6;

/// What became of a code.
enum Judged {
    Right,
    Wrong,
    Spent,
}

impl SignIns {
    /// Sends a code and asks for it.
    pub(super) async fn ask_code(
        &self,
        progress: &Progress<'_>,
        user: &User,
        asked: CodeChallenge,
    ) -> Result<Challenge, SignInFailure> {
        // The same work as for nobody.
        self.nobody(progress.view, progress.username).await?;
        let medium = medium(asked);
        let address = user.attribute(medium.attribute()).unwrap_or_default().to_owned();
        let (contact, code) = (Contact { medium, address }, self.new_code(asked));
        let letter = Letter {
            pool: &progress.view.owner,
            client: Some(&progress.view.client),
            user,
            contact: &contact,
            purpose: Purpose::Authentication,
            code: code.reveal(),
            metadata: progress.metadata,
        };
        self.self_service.send::<SignInFailure>(&letter).await?;
        let parameters = delivery(&contact, user.username.clone());
        self.ask(progress, Some(user), Waiting::Code { asked, code }, parameters).await
    }

    /// Asks for a code that was sent to nobody, since nobody has the name and none shall learn it.
    pub(super) async fn ask_code_of_nobody(
        &self,
        progress: &Progress<'_>,
        asked: CodeChallenge,
    ) -> Result<Challenge, SignInFailure> {
        let shown = self.nobody(progress.view, progress.username).await?;
        let contact = outbox::simulated(&progress.view.pool, progress.username, medium(asked));
        let purpose = (CodePurpose::verify(contact.medium), contact.clone());
        self.self_service.send_to_nobody(&progress.view.owner, progress.username, purpose).await?;
        let waiting = Waiting::Code { asked, code: self.new_code(asked) };
        self.ask(progress, None, waiting, delivery(&contact, shown.user_id)).await
    }

    /// Spends the session if the code is right. A wrong one leaves it for a few more.
    pub(super) async fn check_code(
        &self,
        answer: &Answer<'_>,
        open: &Open,
        user: Option<&User>,
        trace: &mut Steps,
    ) -> Result<(), SignInFailure> {
        let Waiting::Code { asked, .. } = &open.session.waiting else {
            return Err(SignInFailure::Refused(SignInRule::SessionKnown.into()));
        };
        let presented = answer.required(asked.response())?;
        let (now, name) = (self.now(), Name::of(&answer.view.owner, &open.session.username, user));
        let database = self.tokens.views.database();
        let room = attempts::take_now(database, &name, AttemptKind::Challenge, now).await?;
        trace.require(SignInRule::AttemptsLeft, room, Evidence::Nothing)?;
        let judged = database.transact(async |tx| {
            let Some(mut found) = tx.get(&open.key).await? else { return Ok::<_, StoreError>(Judged::Spent) };
            let Waiting::Code { code, .. } = &found.value.waiting else { return Ok(Judged::Spent) };
            if found.value.used {
                return Ok(Judged::Spent);
            }
            let right = code.matches(presented.as_bytes()) && found.value.user.is_some();
            if !right {
                found.value.wrong_codes += 1;
            }
            found.value.used = right || found.value.wrong_codes >= MOST_WRONG;
            tx.put(&open.key, &sessions::brief(found.value))?;
            Ok(if right { Judged::Right } else { Judged::Wrong })
        });
        let judged = judged.await?;
        trace.require(SignInRule::SessionUnused, !matches!(judged, Judged::Spent), Evidence::Nothing)?;
        let right = matches!(judged, Judged::Right);
        Ok(trace.require(SignInRule::ChallengeAnswered, right, Evidence::Remark(asked.name()))?)
    }

    fn new_code(&self, asked: CodeChallenge) -> Secret {
        let digits = if asked == CodeChallenge::EmailOtp { EMAIL_OTP_DIGITS } else { DIGITS };
        random::digits(&*self.tokens.effects.random, digits)
    }
}

fn medium(asked: CodeChallenge) -> Medium {
    if asked == CodeChallenge::EmailOtp { Medium::Email } else { Medium::Sms }
}

fn delivery(contact: &Contact, user_id: String) -> Named {
    named([
        ("CODE_DELIVERY_DELIVERY_MEDIUM", contact.medium.name().to_owned()),
        ("CODE_DELIVERY_DESTINATION", outbox::masked(contact)),
        ("USER_ID_FOR_SRP", user_id),
    ])
}
