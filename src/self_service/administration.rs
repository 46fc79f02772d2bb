//! What administrators do for users where messages or functions take part: invitations, resets, confirmations.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-create-user-accounts.html>

use std::collections::BTreeMap;

use crate::domain::account::{CodePurpose, Contact, Medium, Message};
use crate::domain::id::Subject;
use crate::domain::pool::UserPool;
use crate::domain::secret::Secret;
use crate::domain::user::{User, UserStatus};
use crate::effects::random;
use crate::registry::RegistryError;
use crate::registry::users::attributes::{self, Writer};
use crate::registry::users::{self, Creation, NewUser, UserError, passwords};

use super::outbox::{self, Letter, Purpose};
use super::own_attributes::to_be_proven;
use super::recovery::contact_for_reset;
use super::triggers::Call;
use super::{AccountError, SelfService, Writing, codes, still};

/// Whom an administrator invites, and how.
#[derive(Clone, Copy)]
pub struct Invitation<'a> {
    /// A user name, or an address where these are the user names.
    pub username: &'a str,
    /// The attributes, as sent.
    pub written: &'a [(String, String)],
    /// The first password; without one, it is generated where one is needed.
    pub temporary_password: Option<&'a Secret>,
    /// Whether nothing is sent.
    pub quiet: bool,
    /// How it should be sent.
    pub mediums: &'a [Medium],
    /// Whether aliases of others go over to the new user.
    pub takes_aliases: bool,
    /// What the caller hands to the function before the sign-up alone.
    pub validation_data: &'a BTreeMap<String, String>,
    /// What the caller hands to the functions.
    pub metadata: &'a BTreeMap<String, String>,
}

impl SelfService {
    /// Makes a user, who gets a temporary password, or none where a code can take its place.
    pub async fn invite(&self, pool: &UserPool, invitation: Invitation<'_>) -> Result<User, AccountError> {
        let Invitation { username, written, metadata, .. } = invitation;
        let values = attributes::check_sign_up(pool, Writer::Administrator, written)?;
        let sub = Subject::from(random::uuid(&*self.effects.random));
        let mut new = NewUser::named(pool, username, sub, values)?;
        let password = self.first_password(pool, invitation, &new)?;
        let namesake = self.database.transact(async |tx| users::find(tx, pool, &new.username).await).await?;
        if namesake.is_some() {
            return Err(UserError::Exists.into());
        }
        new.status = if password.is_some() { UserStatus::ForceChangePassword } else { UserStatus::Confirmed };
        let now = self.effects.clock.now();
        let draft = new.clone().into_user(now);
        let call = Call::about(pool, None, &draft, metadata);
        // What it decides is for those who sign up by themselves; here it can only refuse.
        call.pre_sign_up(&self.hooks, "PreSignUp_AdminCreateUser", invitation.validation_data).await?;
        if let Some(password) = &password {
            let (name, text) = (&new.username, password.reveal());
            new.credential = Some(passwords::derive(&self.effects, &pool.id, name, text, true).await?);
        }
        let messages = self.invitations(pool, &draft, password.as_ref(), invitation).await?;
        let creation = Creation { now, quotas: &self.quotas, takes_aliases: invitation.takes_aliases };
        let made = self.database.transact(async |tx| {
            let user = users::create(tx, pool, new.clone(), creation).await?;
            for message in &messages {
                outbox::post(tx, &pool.id, message)?;
            }
            Ok::<_, RegistryError>(user)
        });
        let user = made.await?;
        for message in &messages {
            outbox::announce(&pool.id, message);
        }
        Ok(user)
    }

    /// Repeats an invitation that was not answered yet, with another temporary password.
    pub async fn invite_again(&self, pool: &UserPool, invitation: Invitation<'_>) -> Result<User, AccountError> {
        let user = self.database.transact(async |tx| users::require(tx, pool, invitation.username).await).await?;
        if user.status != UserStatus::ForceChangePassword {
            return Err(UserError::NotInvited(user.username).into());
        }
        let password = match invitation.temporary_password {
            Some(password) => {
                conforming(pool, password)?;
                password.clone()
            }
            None => passwords::generate(&self.effects, pool),
        };
        let (name, text) = (&user.username, password.reveal());
        let credential = passwords::derive(&self.effects, &pool.id, name, text, true).await?;
        let messages = self.invitations(pool, &user, Some(&password), invitation).await?;
        let now = self.effects.clock.now();
        let changed = self.database.transact(async |tx| {
            let before = still(tx, pool, &user).await?;
            let mut after = User { modified: now, ..before.clone() };
            passwords::replace(&mut after, credential.clone(), passwords::history(pool));
            users::save(tx, pool, &before, after.clone()).await?;
            for message in &messages {
                outbox::post(tx, &pool.id, message)?;
            }
            Ok::<_, AccountError>(after)
        });
        let after = changed.await?;
        for message in &messages {
            outbox::announce(&pool.id, message);
        }
        Ok(after)
    }

    /// The password of a new user: the one that was given, a generated one, or none for those who can sign in with a
    /// code to an address that the administrator vouches for.
    fn first_password(
        &self,
        pool: &UserPool,
        invitation: Invitation<'_>,
        new: &NewUser,
    ) -> Result<Option<Secret>, AccountError> {
        if let Some(password) = invitation.temporary_password {
            conforming(pool, password)?;
            return Ok(Some(password.clone()));
        }
        let factors = pool.settings.first_factors();
        let vouched = |address: &str| {
            let flag = new.attributes.get(&format!("{address}_verified"));
            new.attributes.contains_key(address) && flag.is_some_and(|value| value == "true")
        };
        let by_code = |factor: &String| match factor.as_str() {
            "EMAIL_OTP" => vouched("email"),
            "SMS_OTP" => vouched("phone_number"),
            _ => false,
        };
        if factors.iter().any(by_code) {
            return Ok(None);
        }
        // COGNITO: without a message nobody would learn a generated password; refused only where others are possible.
        if invitation.quiet && factors.iter().any(|factor| factor != "PASSWORD") {
            return Err(UserError::NoPassword.into());
        }
        Ok(Some(passwords::generate(&self.effects, pool)))
    }

    async fn invitations(
        &self,
        pool: &UserPool,
        user: &User,
        password: Option<&Secret>,
        invitation: Invitation<'_>,
    ) -> Result<Vec<Message>, AccountError> {
        let mut messages = Vec::new();
        let Some(password) = password.filter(|_| !invitation.quiet) else { return Ok(messages) };
        for contact in wanted(user, invitation.mediums) {
            let letter = Letter {
                pool,
                client: None,
                user,
                contact: &contact,
                purpose: Purpose::AdminCreateUser,
                code: password.reveal(),
                metadata: invitation.metadata,
            };
            messages.push(self.write(&letter).await?);
        }
        Ok(messages)
    }

    /// Confirms a sign-up without a code.
    pub async fn admin_confirm(
        &self,
        pool: &UserPool,
        name: &str,
        metadata: &BTreeMap<String, String>,
    ) -> Result<(), AccountError> {
        let now = self.effects.clock.now();
        let confirmed = self.database.transact(async |tx| {
            let before = users::require(tx, pool, name).await?;
            if before.status != UserStatus::Unconfirmed {
                return Err(AccountError::NotConfirmable(before.status));
            }
            let after = User { modified: now, status: UserStatus::Confirmed, ..before.clone() };
            users::save(tx, pool, &before, after.clone()).await?;
            codes::forget(tx, &pool.id, CodePurpose::SignUp, &after.sub);
            Ok(after)
        });
        let user = confirmed.await?;
        let call = Call::about(pool, None, &user, metadata);
        Ok(call.post_confirmation(&self.hooks, "PostConfirmation_ConfirmSignUp").await?)
    }

    /// Lets nobody in with the user's password any more, and sends a code to set another one with.
    pub async fn admin_reset_password(
        &self,
        pool: &UserPool,
        name: &str,
        metadata: &BTreeMap<String, String>,
    ) -> Result<(), AccountError> {
        let user = self.database.transact(async |tx| users::require(tx, pool, name).await).await?;
        if !user.enabled {
            return Err(AccountError::Disabled);
        }
        if !matches!(user.status, UserStatus::Confirmed | UserStatus::ResetRequired) {
            return Err(AccountError::NotResettable);
        }
        let contact = contact_for_reset(pool, &user).ok_or(AccountError::NoVerifiedContact)?;
        let purpose = (CodePurpose::ForgotPassword, Purpose::ForgotPassword);
        self.send_code(&Writing { pool, client: None, metadata }, &user, contact, purpose).await?;
        let now = self.effects.clock.now();
        let reset = self.database.transact(async |tx| {
            let before = still(tx, pool, &user).await?;
            let after = User { modified: now, status: UserStatus::ResetRequired, ..before.clone() };
            Ok::<_, AccountError>(users::save(tx, pool, &before, after).await?)
        });
        reset.await
    }

    /// Changes attributes. An address that the administrator does not vouch for gets a code.
    pub async fn admin_update(
        &self,
        pool: &UserPool,
        name: &str,
        written: &[(String, String)],
        metadata: &BTreeMap<String, String>,
    ) -> Result<(), AccountError> {
        let now = self.effects.clock.now();
        let changed = self.database.transact(async |tx| {
            let before = users::require(tx, pool, name).await?;
            let mut after = User { modified: now, ..before.clone() };
            let changes = attributes::check_write(pool, Writer::Administrator, written).map_err(UserError::from)?;
            let to_verify = attributes::apply(pool, &mut after, changes);
            users::save(tx, pool, &before, after.clone()).await?;
            Ok::<_, RegistryError>((after, to_verify))
        });
        let (user, to_verify) = changed.await?;
        for contact in to_verify.into_iter().filter_map(|attribute| to_be_proven(&user, attribute)) {
            let purpose = (CodePurpose::verify(contact.medium), Purpose::UpdateUserAttribute);
            self.send_code(&Writing { pool, client: None, metadata }, &user, contact, purpose).await?;
        }
        Ok(())
    }
}

fn conforming(pool: &UserPool, password: &Secret) -> Result<(), UserError> {
    Ok(passwords::check_policy(pool, password.reveal())?)
}

/// Where an invitation goes: by SMS unless it is said otherwise, and elsewhere if the user has no such address.
fn wanted(user: &User, mediums: &[Medium]) -> Vec<Contact> {
    let mediums = if mediums.is_empty() { &[Medium::Sms] } else { mediums };
    let contact = |medium: &Medium| {
        let address = user.attribute(medium.attribute())?.to_owned();
        Some(Contact { medium: *medium, address })
    };
    let contacts: Vec<_> = [Medium::Email, Medium::Sms].iter().filter_map(contact).collect();
    let asked: Vec<_> = contacts.iter().filter(|contact| mediums.contains(&contact.medium)).cloned().collect();
    if asked.is_empty() { contacts } else { asked }
}
