//! Signing up: from a name and a password to a user who has yet to prove an address.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html>

use std::collections::BTreeMap;

use crate::domain::account::{CodePurpose, Contact, Medium};
use crate::domain::id::Subject;
use crate::domain::pool::UserPool;
use crate::domain::user::{User, UserStatus};
use crate::effects::random;
use crate::registry::RegistryError;
use crate::registry::users::attributes::{self, AttributeError, Writer};
use crate::registry::users::{self, Creation, NewUser, UserError, passwords};

use super::outbox::Purpose;
use super::triggers::{Call, PreSignUp};
use super::{AccountError, Asking, Delivery, SelfService};

/// What the function before a sign-up is told of users who sign up by themselves.
const SOURCE: &str = "PreSignUp_SignUp";
/// What the function after a confirmation is told.
pub(super) const CONFIRMED: &str = "PostConfirmation_ConfirmSignUp";

/// What somebody who signs up says.
#[derive(Clone, Copy)]
pub struct Wishes<'a> {
    /// The password; none where users can sign in without.
    pub password: Option<&'a str>,
    /// Names and values, as a request lists them.
    pub attributes: &'a [(String, String)],
    /// What is for the function before a sign-up alone.
    pub validation_data: &'a BTreeMap<String, String>,
}

/// A user who signed up.
#[derive(Clone)]
pub struct SignedUp {
    /// Whether the user needs no confirmation.
    pub confirmed: bool,
    /// The user.
    pub user: User,
    /// Where a code went, if one did.
    pub delivery: Option<Delivery>,
}

impl SelfService {
    /// Makes a user who signs up, and sends a code if the pool verifies an address that the user has.
    pub async fn sign_up(&self, asking: &Asking<'_>, wishes: &Wishes<'_>) -> Result<SignedUp, AccountError> {
        let mut new = self.named(asking, wishes)?;
        let decided = self.ask_before(asking, wishes, &new).await?;
        decide(&mut new, decided)?;
        if let Some(password) = wishes.password {
            let pool = &asking.view.pool;
            new.credential = Some(passwords::derive(&self.effects, pool, &new.username, password, false).await?);
        }
        let user = self.make(asking, new, decided).await?;
        let confirmed = user.status == UserStatus::Confirmed;
        let delivery = if confirmed {
            Call::about(&asking.view.owner, Some(&asking.view.client), &user, asking.metadata)
                .post_confirmation(&self.hooks, CONFIRMED)
                .await?;
            None
        } else {
            match contact_to_verify(&asking.view.owner, &user) {
                Some(contact) => {
                    Some(self.deliver(asking, &user, contact, (CodePurpose::SignUp, Purpose::SignUp)).await?)
                }
                None => None,
            }
        };
        Ok(SignedUp { confirmed, user, delivery })
    }

    /// The user as the wishes describe one, if the pool and the client allow it.
    fn named(&self, asking: &Asking<'_>, wishes: &Wishes<'_>) -> Result<NewUser, AccountError> {
        let pool = &asking.view.owner;
        let config = pool.settings.admin_create_user_config.as_ref();
        if config.and_then(|config| config.allow_admin_create_user_only) == Some(true) {
            return Err(AccountError::SignUpNotPermitted);
        }
        let writer = Writer::Client(&asking.view.settings);
        let values = attributes::check_sign_up(pool, writer, wishes.attributes)?;
        let sub = Subject::from(random::uuid(&*self.effects.random));
        let new = NewUser::named(pool, asking.username, sub, values)?;
        attributes::check_required(pool, &new.attributes)?;
        match wishes.password {
            Some(password) => passwords::check_policy(pool, password).map_err(UserError::from)?,
            None if pool.settings.first_factors().iter().any(|factor| factor != "PASSWORD") => {}
            None => return Err(UserError::NoPassword.into()),
        }
        Ok(new)
    }

    /// Asks the function before a sign-up about a name that is free.
    async fn ask_before(
        &self,
        asking: &Asking<'_>,
        wishes: &Wishes<'_>,
        new: &NewUser,
    ) -> Result<PreSignUp, AccountError> {
        let pool = &asking.view.owner;
        let taken = self.database.transact(async |tx| users::find(tx, pool, asking.username).await).await?;
        if let Some(holder) = taken {
            return Err(taken_by(asking, &holder));
        }
        let call = Call {
            pool,
            client: Some(&asking.view.client),
            username: &new.username,
            attributes: new.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
            metadata: asking.metadata,
        };
        Ok(call.pre_sign_up(&self.hooks, SOURCE, wishes.validation_data).await?)
    }

    async fn make(&self, asking: &Asking<'_>, new: NewUser, decided: PreSignUp) -> Result<User, AccountError> {
        let pool = &asking.view.owner;
        // COGNITO: an address that the function vouches for is taken over from whoever has it as an alias.
        let takes_aliases = decided.verify_email || decided.verify_phone;
        let creation = Creation { now: self.effects.clock.now(), quotas: &self.quotas, takes_aliases };
        let made = self.database.transact(async |tx| users::create(tx, pool, new.clone(), creation).await).await;
        made.map_err(|error| match error {
            RegistryError::User(UserError::Exists) => AccountError::UsernameExists,
            error => error.into(),
        })
    }
}

/// The refusal of a name that leads to somebody: as the user name, or as the address that stands for it.
fn taken_by(asking: &Asking<'_>, holder: &User) -> AccountError {
    let fixed = &asking.view.owner.fixed;
    let address = [Medium::Email, Medium::Sms].map(Medium::attribute).into_iter().find(|attribute| {
        let value = holder.attribute(attribute).unwrap_or_default();
        fixed.signs_in_with(attribute) && value.to_lowercase() == asking.username.to_lowercase()
    });
    address.map_or(AccountError::UsernameExists, |attribute| UserError::AddressExists(attribute.to_owned()).into())
}

/// Gives the new user what the function decided. It can only vouch for addresses that there are.
fn decide(new: &mut NewUser, decided: PreSignUp) -> Result<(), AccountError> {
    if decided.confirm {
        new.status = UserStatus::Confirmed;
    }
    for (medium, verified) in [(Medium::Email, decided.verify_email), (Medium::Sms, decided.verify_phone)] {
        if verified {
            let attribute = medium.attribute();
            if !new.attributes.contains_key(attribute) {
                return Err(AttributeError::Required(vec![attribute.to_owned()]).into());
            }
            new.attributes.insert(format!("{attribute}_verified"), "true".to_owned());
        }
    }
    Ok(())
}

/// The address of the user that the pool verifies at sign-up. COGNITO: with both at hand, the telephone number.
pub(super) fn contact_to_verify(pool: &UserPool, user: &User) -> Option<Contact> {
    let listed = pool.settings.auto_verified_attributes.as_deref().unwrap_or_default();
    let verifies = |medium: Medium| listed.iter().any(|name| name == medium.attribute());
    let contact = |medium: Medium| {
        let address = user.attribute(medium.attribute()).filter(|_| !user.is_verified(medium.attribute()))?;
        Some(Contact { medium, address: address.to_owned() })
    };
    [Medium::Sms, Medium::Email].into_iter().filter(|medium| verifies(*medium)).find_map(contact)
}
