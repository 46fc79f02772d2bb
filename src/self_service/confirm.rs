//! Confirming a sign-up with the code that was sent, or asking for another one.

use crate::domain::account::{AttemptKind, CodePurpose, Contact};
use crate::domain::pool::UserPool;
use crate::domain::user::{User, UserStatus};
use crate::registry::users;
use crate::store::transaction::Transaction;

use super::codes::{self, Checked};
use super::outbox::Purpose;
use super::sign_up::{CONFIRMED, contact_to_verify};
use super::triggers::Call;
use super::{AccountError, Asking, Delivery, SelfService, attempts, nobody};

/// What becomes of a request once its transaction is committed: attempts count in every case.
type Settled<T> = Result<Result<T, AccountError>, AccountError>;

/// A user who confirmed the sign-up.
pub struct Confirmed {
    /// The user as of now.
    pub user: User,
    /// Where the code had gone.
    pub contact: Contact,
}

impl SelfService {
    /// Confirms a sign-up, and with it the address that the code was sent to.
    pub async fn confirm_sign_up(
        &self,
        asking: &Asking<'_>,
        code: &str,
        force_alias: bool,
    ) -> Result<Confirmed, AccountError> {
        let confirm = async |tx: &mut Transaction<'_>| self.confirm(tx, asking, (code, force_alias)).await;
        let confirmed = self.database.transact(confirm).await??;
        let call = Call::about(&asking.view.owner, Some(&asking.view.client), &confirmed.user, asking.metadata);
        call.post_confirmation(&self.hooks, CONFIRMED).await?;
        Ok(confirmed)
    }

    async fn confirm(
        &self,
        tx: &mut Transaction<'_>,
        asking: &Asking<'_>,
        (code, force_alias): (&str, bool),
    ) -> Settled<Confirmed> {
        let (pool, now) = (&*asking.view.owner, self.effects.clock.now());
        let user = users::find_evenly(tx, pool, asking.username).await?;
        if !attempts::take(tx, &asking.name(user.as_ref()), AttemptKind::ConfirmSignUp, now).await? {
            return Ok(Err(AccountError::TooManyAttempts));
        }
        // The same is read for a user and for nobody.
        let sub = user.as_ref().map_or_else(|| nobody(asking.username), |user| user.sub.clone());
        let checked = codes::check(tx, &pool.id, (CodePurpose::SignUp, &sub), code, now).await?;
        let user = match asking.visible(user) {
            Ok(Some(user)) => user,
            Ok(None) => return Ok(Err(AccountError::CodeExpired)),
            Err(error) => return Ok(Err(error)),
        };
        if user.status != UserStatus::Unconfirmed {
            return Ok(Err(AccountError::NotConfirmable(user.status)));
        }
        let confirmation = match checked {
            Checked::Right(confirmation) => confirmation,
            Checked::Mismatch => return Ok(Err(AccountError::CodeMismatch)),
            Checked::Expired => return Ok(Err(AccountError::CodeExpired)),
        };
        codes::forget(tx, &pool.id, CodePurpose::SignUp, &sub);
        let mut after = User { status: UserStatus::Confirmed, modified: now, ..user.clone() };
        prove(&mut after, &confirmation.contact);
        if force_alias {
            users::take_aliases(tx, pool, &after, now).await?;
        }
        // A clash undoes everything: the code is good for another try with `ForceAliasCreation`.
        users::save(tx, pool, &user, after.clone()).await?;
        Ok(Ok(Confirmed { user: after, contact: confirmation.contact }))
    }

    /// Sends another code.
    pub async fn resend(&self, asking: &Asking<'_>) -> Result<Delivery, AccountError> {
        let (pool, now) = (&*asking.view.owner, self.effects.clock.now());
        let counted = async |tx: &mut Transaction<'_>| {
            let user = users::find_evenly(tx, pool, asking.username).await?;
            let room = attempts::take(tx, &asking.name(user.as_ref()), AttemptKind::Resend, now).await?;
            Ok::<_, AccountError>((user, room))
        };
        let (user, room) = self.database.transact(counted).await?;
        if !room {
            return Err(AccountError::TooManyAttempts);
        }
        let Some(user) = asking.visible(user)? else {
            let contact = simulated_contact(pool, asking.username);
            self.send_to_nobody(pool, asking.username, (CodePurpose::SignUp, contact.clone())).await?;
            return Ok(Delivery::of(&contact));
        };
        if user.status != UserStatus::Unconfirmed {
            return Err(AccountError::AlreadyConfirmed);
        }
        let contact = contact_to_verify(pool, &user).ok_or(AccountError::NothingToVerify)?;
        self.deliver(asking, &user, contact, (CodePurpose::SignUp, Purpose::ResendCode)).await
    }
}

/// The address is the user's, if it still is the one that the user gave.
pub(super) fn prove(user: &mut User, contact: &Contact) {
    let attribute = contact.medium.attribute();
    if user.attribute(attribute) == Some(contact.address.as_str()) {
        user.attributes.insert(format!("{attribute}_verified"), "true".to_owned());
    }
}

/// Where a code for nobody seems to go: to the kind of address that the pool verifies.
fn simulated_contact(pool: &UserPool, username: &str) -> Contact {
    let listed = pool.settings.auto_verified_attributes.as_deref().unwrap_or_default();
    super::recovery::pretended(pool, username, listed)
}
