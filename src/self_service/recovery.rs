//! Forgotten passwords: a code to a verified address, and a new password for the code.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html>

use crate::domain::account::{AttemptKind, CodePurpose, Contact, Medium};
use crate::domain::id::Subject;
use crate::domain::pool::UserPool;
use crate::domain::user::{Credential, Factor, User, UserStatus};
use crate::hooks::HookFailure;
use crate::registry::users::{self, UserError, passwords};
use crate::store::transaction::Transaction;

use super::codes::{self, Checked};
use super::migration::Moving;
use super::outbox::{self, Purpose};
use super::triggers::{Call, TriggerFailure};
use super::{AccountError, Asking, Delivery, SelfService, attempts, nobody};

/// What the function after a confirmation is told.
const CONFIRMED: &str = "PostConfirmation_ConfirmForgotPassword";
/// COGNITO: a pool that says nothing prefers SMS.
const UNSAID: [Medium; 2] = [Medium::Sms, Medium::Email];

impl SelfService {
    /// Sends a code to set a new password with.
    pub async fn forgot_password(&self, asking: &Asking<'_>) -> Result<Delivery, AccountError> {
        let (pool, now) = (&*asking.view.owner, self.effects.clock.now());
        let ways = ways(pool)?;
        let counted = async |tx: &mut Transaction<'_>| {
            let user = users::find_evenly(tx, pool, asking.username).await?;
            let room = attempts::take(tx, &asking.name(user.as_ref()), AttemptKind::ForgotPassword, now).await?;
            Ok::<_, AccountError>((user, room))
        };
        let (user, room) = self.database.transact(counted).await?;
        if !room {
            return Err(AccountError::TooManyAttempts);
        }
        let user = match user {
            None => self.moved_in(asking).await?,
            found => found,
        };
        let Some(user) = asking.visible(user)? else { return self.pretend(asking, &ways).await };
        if user.status == UserStatus::ForceChangePassword {
            return Err(AccountError::NotResettable);
        }
        match contact(pool, &ways, &user) {
            Some(contact) => {
                self.deliver(asking, &user, contact, (CodePurpose::ForgotPassword, Purpose::ForgotPassword)).await
            }
            None if asking.hides_users() => self.pretend(asking, &ways).await,
            None => Err(AccountError::NoVerifiedContact),
        }
    }

    /// Whoever the pool's function knows by this name.
    async fn moved_in(&self, asking: &Asking<'_>) -> Result<Option<User>, AccountError> {
        let Asking { view, username, metadata } = *asking;
        let moving = Moving { view, username, password: None, metadata };
        match self.ask_elsewhere(&moving).await {
            Ok(Some(said)) => Ok(Some(self.move_in::<AccountError>(&moving, said).await?)),
            // COGNITO: whoever the function does not know is nobody here.
            Ok(None) | Err(TriggerFailure { failure: HookFailure::Failed(_), .. }) => Ok(None),
            Err(failed) => Err(failed.into()),
        }
    }

    /// Does for nobody what would be done for a user, as far as anybody can tell: a code is waited for that nobody gets.
    async fn pretend(&self, asking: &Asking<'_>, ways: &[Medium]) -> Result<Delivery, AccountError> {
        let pool = &*asking.view.owner;
        let mut attributes: Vec<_> = ways.iter().map(|medium| medium.attribute().to_owned()).collect();
        // What the pool verifies is what its users have; any other kind would tell that there is nobody.
        let verified = pool.settings.auto_verified_attributes.as_deref().unwrap_or_default();
        attributes.sort_by_key(|name| !verified.contains(name));
        let contact = pretended(pool, asking.username, &attributes);
        self.send_to_nobody(pool, asking.username, (CodePurpose::ForgotPassword, contact.clone())).await?;
        Ok(Delivery::of(&contact))
    }

    /// Sets a new password for a code.
    pub async fn confirm_forgot_password(
        &self,
        asking: &Asking<'_>,
        code: &str,
        password: &str,
    ) -> Result<(), AccountError> {
        let pool = &*asking.view.owner;
        // Before the code, so that a bad password does not cost it, and for everybody alike.
        passwords::check_policy(pool, password).map_err(UserError::from)?;
        let user = self.database.transact(async |tx| self.admit(tx, asking, code).await).await??;
        if passwords::is_reused(pool, &user, password).await? {
            return Err(UserError::PasswordReused.into());
        }
        let credential = passwords::derive(&self.effects, &pool.id, &user.username, password, false).await?;
        let set = async |tx: &mut Transaction<'_>| self.set(tx, asking, (&user, code), credential.clone()).await;
        let user = self.database.transact(set).await??;
        let call = Call::about(pool, Some(&asking.view.client), &user, asking.metadata);
        Ok(call.post_confirmation(&self.hooks, CONFIRMED).await?)
    }

    /// The user whose code this is. The code is not spent yet.
    async fn admit(
        &self,
        tx: &mut Transaction<'_>,
        asking: &Asking<'_>,
        code: &str,
    ) -> Result<Result<User, AccountError>, AccountError> {
        let (pool, now) = (&*asking.view.owner, self.effects.clock.now());
        let user = users::find_evenly(tx, pool, asking.username).await?;
        if !attempts::take(tx, &asking.name(user.as_ref()), AttemptKind::ConfirmForgotPassword, now).await? {
            return Ok(Err(AccountError::TooManyAttempts));
        }
        let found = match asking.visible(user) {
            Ok(found) => found,
            Err(error) => return Ok(Err(error)),
        };
        // Users without a verified address are pretended to as well. The same is read for a user and for nobody.
        let own = found.as_ref().map_or_else(|| Subject::from("nobody"), |user| user.sub.clone());
        let subs = [nobody(asking.username), own];
        let mut told = Checked::Expired;
        for sub in &subs {
            let checked = codes::check(tx, &pool.id, (CodePurpose::ForgotPassword, sub), code, now).await?;
            told = match (checked, &found) {
                (Checked::Right(right), Some(user)) if user.sub == *sub => Checked::Right(right),
                (Checked::Expired, _) => told,
                _ => Checked::Mismatch,
            };
        }
        Ok(match (told, found) {
            (Checked::Right(_), Some(user)) => Ok(user),
            (Checked::Expired, _) => Err(AccountError::CodeExpired),
            _ => Err(AccountError::CodeMismatch),
        })
    }

    /// Spends the code and sets the password.
    async fn set(
        &self,
        tx: &mut Transaction<'_>,
        asking: &Asking<'_>,
        (admitted, code): (&User, &str),
        credential: Credential,
    ) -> Result<Result<User, AccountError>, AccountError> {
        let (pool, now) = (&*asking.view.owner, self.effects.clock.now());
        let purpose = (CodePurpose::ForgotPassword, &admitted.sub);
        let Checked::Right(_) = codes::check(tx, &pool.id, purpose, code, now).await? else {
            return Ok(Err(AccountError::CodeExpired));
        };
        codes::forget(tx, &pool.id, CodePurpose::ForgotPassword, &admitted.sub);
        let before = super::still(tx, pool, admitted).await?;
        let mut after = User { status: UserStatus::Confirmed, modified: now, ..before.clone() };
        passwords::replace(&mut after, credential, passwords::history(pool));
        users::save(tx, pool, &before, after.clone()).await?;
        attempts::forgive(tx, &asking.name(Some(&after)));
        Ok(Ok(after))
    }
}

/// The kinds of addresses that a code may go to, the first choice first.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AccountRecoverySettingType.html>
fn ways(pool: &UserPool) -> Result<Vec<Medium>, AccountError> {
    let setting = pool.settings.account_recovery_setting.as_ref();
    let Some(mut mechanisms) = setting.and_then(|setting| setting.recovery_mechanisms.clone()) else {
        return Ok(UNSAID.to_vec());
    };
    mechanisms.sort_by_key(|mechanism| mechanism.priority);
    let medium = |name: &str| Medium::of_attribute(name.strip_prefix("verified_")?);
    let ways: Vec<_> = mechanisms.iter().filter_map(|mechanism| medium(&mechanism.name)).collect();
    if ways.is_empty() { Err(AccountError::ContactAdministrator) } else { Ok(ways) }
}

/// Where a code goes that an administrator has sent, who may do so even where users cannot help themselves.
pub(super) fn contact_for_reset(pool: &UserPool, user: &User) -> Option<Contact> {
    contact(pool, &ways(pool).unwrap_or(UNSAID.to_vec()), user)
}

/// The verified address of the user that comes first.
fn contact(pool: &UserPool, ways: &[Medium], user: &User) -> Option<Contact> {
    // COGNITO: where a pool says how accounts are recovered, what is the second factor cannot be the way back in, too.
    let chosen = pool.settings.account_recovery_setting.is_some();
    let factor = |medium: Medium| match medium {
        Medium::Email => Factor::Email,
        Medium::Sms => Factor::Sms,
    };
    let usable = |medium: &&Medium| {
        user.is_verified(medium.attribute()) && !(chosen && user.factors.enabled.contains(&factor(**medium)))
    };
    let address = |medium: &Medium| {
        let address = user.attribute(medium.attribute())?.to_owned();
        Some(Contact { medium: *medium, address })
    };
    ways.iter().filter(usable).find_map(address)
}

/// Used where a contact of nobody is shown.
pub(super) fn pretended(pool: &UserPool, username: &str, attributes: &[String]) -> Contact {
    let looks = |medium: &Medium| match medium {
        Medium::Email => username.contains('@'),
        Medium::Sms => username.starts_with('+'),
    };
    let listed: Vec<_> = attributes.iter().filter_map(|name| Medium::of_attribute(name)).collect();
    let medium = listed.iter().copied().find(|medium| looks(medium)).or(listed.first().copied());
    outbox::simulated(&pool.id, username, medium.unwrap_or(Medium::Email))
}
