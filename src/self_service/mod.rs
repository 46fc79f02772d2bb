//! Use-cases of users on themselves: sign-up, confirmation, recovery, their attributes, and the messages they get.
//!
//! What enters: who asks, through which client, and what for. What leaves: where a code went, or an [`AccountError`].
//! With `PreventUserExistenceErrors` a name that nobody has is treated like one that somebody has: it is counted, a code
//! is waited for, and the answer shows an address of nobody.

pub mod administration;
pub mod attempts;
pub mod codes;
mod confirm;
mod error;
pub mod migration;
pub mod outbox;
mod own_account;
mod own_attributes;
mod recovery;
pub mod secret_hash;
mod sign_up;
pub mod triggers;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::account::{CodePurpose, Confirmation, Contact, Medium};
use crate::domain::id::{ClientId, Subject};
use crate::domain::pool::UserPool;
use crate::domain::quotas::Quotas;
use crate::domain::user::User;
use crate::effects::Effects;
use crate::hooks::Hooks;
use crate::registry::users;
use crate::store::StoreError;
use crate::store::database::Database;
use crate::store::transaction::Transaction;
use crate::tokens::{ClientView, Issuers};

pub use confirm::Confirmed;
pub use error::AccountError;
pub use own_attributes::Owner;
pub use sign_up::{SignedUp, Wishes};

/// What the use-cases work with; cloning shares it.
#[derive(Clone)]
pub struct SelfService {
    /// Who exists.
    pub database: Database,
    /// The clock and the randomness.
    pub effects: Effects,
    /// The functions that have a say.
    pub hooks: Hooks,
    /// Where links in messages lead.
    pub issuers: Issuers,
    /// How much of everything there may be.
    pub quotas: Quotas,
}

/// Somebody who is not signed in and names a user.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// The client.
    pub view: &'a Arc<ClientView>,
    /// The name as it was given: a user name or an alias.
    pub username: &'a str,
    /// What the caller hands to the functions.
    pub metadata: &'a BTreeMap<String, String>,
}

/// On whose behalf a message is written.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    /// The pool.
    pub pool: &'a UserPool,
    /// The client, unless an administrator acts.
    pub client: Option<&'a ClientId>,
    /// What the caller hands to the functions.
    pub metadata: &'a BTreeMap<String, String>,
}

/// Where a code went, as answers show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The masked address.
    pub destination: String,
    /// How it travelled.
    pub medium: Medium,
}

impl Delivery {
    fn of(contact: &Contact) -> Self {
        Self { destination: outbox::masked(contact), medium: contact.medium }
    }
}

impl<'a> Asking<'a> {
    /// Whether the client hides which names exist.
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html>
    fn hides_users(&self) -> bool {
        self.view.settings.prevent_user_existence_errors.as_deref() == Some("ENABLED")
    }

    /// The name that attempts count under.
    fn name(&self, user: Option<&User>) -> attempts::Name {
        attempts::Name::of(&self.view.owner, self.username, user)
    }

    /// The user, `None` if nobody may know that there is none, or that it is disabled.
    fn visible(&self, user: Option<User>) -> Result<Option<User>, AccountError> {
        match user {
            Some(user) if user.enabled => Ok(Some(user)),
            _ if self.hides_users() => Ok(None),
            Some(_) => Err(AccountError::Disabled),
            None => Err(AccountError::UserNotFound),
        }
    }

    fn writing(&self) -> Writing<'a> {
        Writing { pool: &self.view.owner, client: Some(&self.view.client), metadata: self.metadata }
    }
}

impl SelfService {
    /// Sends a code for somebody who is not signed in.
    async fn deliver(
        &self,
        asking: &Asking<'_>,
        user: &User,
        contact: Contact,
        purpose: (CodePurpose, outbox::Purpose),
    ) -> Result<Delivery, AccountError> {
        self.send_code(&asking.writing(), user, contact, purpose).await
    }

    /// Does the work of sending a code under a name that nobody has: it is waited for, and nobody gets it.
    pub async fn send_to_nobody(
        &self,
        pool: &UserPool,
        username: &str,
        (purpose, contact): (CodePurpose, Contact),
    ) -> Result<(), StoreError> {
        let code = codes::new(&self.effects, codes::DIGITS);
        let confirmation = Confirmation { purpose, sub: nobody(username), contact, code, failures: 0 };
        let now = self.effects.clock.now();
        self.database.transact(async |tx| codes::expect(tx, &pool.id, confirmation.clone(), now)).await
    }

    /// Sends a code and waits for it from now on.
    async fn send_code(
        &self,
        writing: &Writing<'_>,
        user: &User,
        contact: Contact,
        (good_for, purpose): (CodePurpose, outbox::Purpose),
    ) -> Result<Delivery, AccountError> {
        let Writing { pool, client, metadata } = *writing;
        let code = codes::new(&self.effects, codes::DIGITS);
        let letter = outbox::Letter { pool, client, user, contact: &contact, purpose, code: code.reveal(), metadata };
        let message = self.write(&letter).await?;
        let confirmation = codes::for_user(user, good_for, contact.clone(), code.clone());
        let now = self.effects.clock.now();
        let keep = async |tx: &mut Transaction<'_>| {
            codes::expect(tx, &pool.id, confirmation.clone(), now)?;
            outbox::post(tx, &pool.id, &message)
        };
        self.database.transact(keep).await?;
        outbox::announce(&pool.id, &message);
        Ok(Delivery::of(&contact))
    }
}

/// Whose codes are waited for under a name that nobody has; never the `sub` of a user.
fn nobody(username: &str) -> Subject {
    Subject::from(format!("nobody called {}", username.to_lowercase()))
}

/// The user as of now, who must still be the same.
async fn still(tx: &mut Transaction<'_>, pool: &UserPool, known: &User) -> Result<User, AccountError> {
    let now = users::get(tx, pool, &users::key_of(pool, &known.username)).await?;
    now.filter(|user| user.sub == known.sub).ok_or(users::UserError::NotFound.into())
}
