//! What signed-in users do with their attributes, and how they prove new addresses.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html>

use std::collections::BTreeMap;

use crate::domain::account::{AttemptKind, CodePurpose, Contact, Medium};
use crate::domain::user::User;
use crate::registry::users;
use crate::registry::users::attributes::{self, Writer};
use crate::store::transaction::Transaction;
use crate::tokens::Access;

use super::attempts::{self, Name};
use super::codes::{self, Checked};
use super::outbox::Purpose;
use super::{AccountError, Delivery, SelfService, Writing};

/// A signed-in user at their attributes.
#[derive(Clone, Copy)]
pub struct Owner<'a> {
    /// Who, and through which client.
    pub access: &'a Access,
    /// What the caller hands to the functions.
    pub metadata: &'a BTreeMap<String, String>,
}

impl<'a> Owner<'a> {
    fn writing(&self) -> Writing<'a> {
        let view = &self.access.view;
        Writing { pool: &view.owner, client: Some(&view.client), metadata: self.metadata }
    }

    fn name(&self) -> Name {
        let user = &self.access.user;
        Name::of(&self.access.view.owner, &user.username, Some(user))
    }
}

impl SelfService {
    /// Writes attributes; answers where codes for new addresses went.
    pub async fn update_attributes(
        &self,
        owner: &Owner<'_>,
        written: &[(String, String)],
    ) -> Result<Vec<Delivery>, AccountError> {
        let (pool, writer) = (&owner.access.view.owner, Writer::Client(&owner.access.view.settings));
        let changes = attributes::check_write(pool, writer, written)?;
        let (user, to_verify) = self.apply(owner, &changes).await?;
        let mut deliveries = Vec::new();
        for attribute in to_verify {
            if let Some(contact) = to_be_proven(&user, attribute) {
                let purpose = (CodePurpose::verify(contact.medium), Purpose::UpdateUserAttribute);
                deliveries.push(self.send_code(&owner.writing(), &user, contact, purpose).await?);
            }
        }
        Ok(deliveries)
    }

    /// Takes attributes away.
    pub async fn delete_attributes(&self, owner: &Owner<'_>, names: &[String]) -> Result<(), AccountError> {
        let (pool, writer) = (&owner.access.view.owner, Writer::Client(&owner.access.view.settings));
        let changes = attributes::check_delete(pool, writer, names)?;
        self.apply(owner, &changes).await.map(drop)
    }

    async fn apply(
        &self,
        owner: &Owner<'_>,
        changes: &BTreeMap<String, String>,
    ) -> Result<(User, Vec<&'static str>), AccountError> {
        let (pool, now) = (&*owner.access.view.owner, self.effects.clock.now());
        let apply = async |tx: &mut Transaction<'_>| {
            let before = super::still(tx, pool, &owner.access.user).await?;
            let mut after = User { modified: now, ..before.clone() };
            let to_verify = attributes::apply(pool, &mut after, changes.clone());
            users::save(tx, pool, &before, after.clone()).await?;
            Ok((after, to_verify))
        };
        self.database.transact(apply).await
    }

    /// Sends a code to prove an address with: the new one that waits, or the present one.
    pub async fn send_attribute_code(&self, owner: &Owner<'_>, attribute: &str) -> Result<Delivery, AccountError> {
        let medium = medium_of(attribute)?;
        let now = self.effects.clock.now();
        if !attempts::take_now(&self.database, &owner.name(), AttemptKind::AttributeCode, now).await? {
            return Err(AccountError::TooManyAttempts);
        }
        let user = &owner.access.user;
        let contact = to_be_proven(user, attribute).ok_or(AccountError::NoSuchContact(medium.attribute()))?;
        let purpose = (CodePurpose::verify(medium), Purpose::VerifyUserAttribute);
        self.send_code(&owner.writing(), user, contact, purpose).await
    }

    /// Proves an address with a code. A new one that waited takes its place now.
    pub async fn verify_attribute(&self, owner: &Owner<'_>, attribute: &str, code: &str) -> Result<(), AccountError> {
        let medium = medium_of(attribute)?;
        let verify = async |tx: &mut Transaction<'_>| self.verify(tx, owner, medium, code).await;
        self.database.transact(verify).await?
    }

    async fn verify(
        &self,
        tx: &mut Transaction<'_>,
        owner: &Owner<'_>,
        medium: Medium,
        code: &str,
    ) -> Result<Result<(), AccountError>, AccountError> {
        let (pool, now) = (&*owner.access.view.owner, self.effects.clock.now());
        if !attempts::take(tx, &owner.name(), AttemptKind::VerifyAttribute, now).await? {
            return Ok(Err(AccountError::TooManyAttempts));
        }
        let before = super::still(tx, pool, &owner.access.user).await?;
        let purpose = CodePurpose::verify(medium);
        let confirmation = match codes::check(tx, &pool.id, (purpose, &before.sub), code, now).await? {
            Checked::Right(confirmation) => confirmation,
            Checked::Mismatch => return Ok(Err(AccountError::CodeMismatch)),
            Checked::Expired => return Ok(Err(AccountError::CodeExpired)),
        };
        codes::forget(tx, &pool.id, purpose, &before.sub);
        // The code proves the address that it went to, and no other.
        if to_be_proven(&before, medium.attribute()).as_ref() != Some(&confirmation.contact) {
            return Ok(Err(AccountError::CodeExpired));
        }
        let mut after = User { modified: now, ..before.clone() };
        let attribute = medium.attribute();
        after.pending.remove(attribute);
        after.attributes.insert(attribute.to_owned(), confirmation.contact.address);
        after.attributes.insert(format!("{attribute}_verified"), "true".to_owned());
        users::save(tx, pool, &before, after).await?;
        Ok(Ok(()))
    }
}

fn medium_of(attribute: &str) -> Result<Medium, AccountError> {
    Medium::of_attribute(attribute).ok_or_else(|| AccountError::NotVerifiable(attribute.to_owned()))
}

/// The new address that waits for its verification, or else the present one.
pub(super) fn to_be_proven(user: &User, attribute: &str) -> Option<Contact> {
    let medium = Medium::of_attribute(attribute)?;
    let address = user.pending.get(attribute).map(String::as_str).or_else(|| user.attribute(attribute))?;
    Some(Contact { medium, address: address.to_owned() })
}
