//! Users who are moved in from elsewhere when they first sign in, or forget their password before they do.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::id::Subject;
use crate::domain::user::{User, UserStatus};
use crate::effects::random;
use crate::hooks::HookFailure;
use crate::registry::RegistryError;
use crate::registry::users::{self, Creation, NewUser, UserError, attributes, passwords};
use crate::store::StoreError;
use crate::tokens::ClientView;

use super::SelfService;
use super::triggers::{Call, Elsewhere, TriggerFailure};

const TRIGGER: &str = "UserMigration";

/// Somebody whom nobody here knows.
#[derive(Clone, Copy)]
pub struct Moving<'a> {
    /// The client.
    pub view: &'a Arc<ClientView>,
    /// The name as it was given.
    pub username: &'a str,
    /// The password, of those who have not forgotten it.
    pub password: Option<&'a str>,
    /// What the caller hands to the function.
    pub metadata: &'a BTreeMap<String, String>,
}

impl SelfService {
    /// Asks the pool's function whether it knows somebody; without a function nobody does.
    pub async fn ask_elsewhere(&self, moving: &Moving<'_>) -> Result<Option<Elsewhere>, TriggerFailure> {
        let call = Call {
            pool: &moving.view.owner,
            client: Some(&moving.view.client),
            username: moving.username,
            attributes: BTreeMap::<&str, &str>::new().into_iter().collect(),
            metadata: moving.metadata,
        };
        Ok(call.user_migration(&self.hooks, moving.password).await?.filter(|said| said.user_attributes.is_some()))
    }

    /// Makes the user whom the function knows.
    pub async fn move_in<E>(&self, moving: &Moving<'_>, said: Elsewhere) -> Result<User, E>
    where
        E: From<TriggerFailure> + From<RegistryError> + From<StoreError>,
    {
        let pool = &moving.view.owner;
        let mut new = self.named_by(moving, &said)?;
        if let Some(password) = moving.password {
            let kept = passwords::derive(&self.effects, &pool.id, &new.username, password, false).await?;
            new.credential = Some(kept);
        }
        let creation = Creation {
            now: self.effects.clock.now(),
            quotas: &self.quotas,
            takes_aliases: said.force_alias_creation == Some(true),
        };
        let made = self.database.transact(async |tx| users::create(tx, pool, new.clone(), creation).await).await;
        match made {
            // Someone was faster; whoever it is has the name now.
            Err(RegistryError::User(UserError::Exists)) => {
                let name = moving.username;
                Ok(self.database.transact(async |tx| users::require(tx, pool, name).await).await?)
            }
            made => Ok(made?),
        }
    }

    fn named_by(&self, moving: &Moving<'_>, said: &Elsewhere) -> Result<NewUser, TriggerFailure> {
        let pool = &moving.view.owner;
        let mut written = said.user_attributes.clone().unwrap_or_default();
        written.retain(|name, _| name != "sub" && name != "username" && !name.starts_with("cognito:"));
        let written: Vec<_> = written.into_iter().collect();
        let values = attributes::check_sign_up(pool, attributes::Writer::Administrator, &written);
        let values = values.map_err(|error| unfit(error.to_string()))?;
        let sub = Subject::from(random::uuid(&*self.effects.random));
        let new = NewUser::named(pool, moving.username, sub, values).map_err(|error| unfit(error.to_string()))?;
        let confirmed = said.final_user_status.as_deref() == Some("CONFIRMED");
        let status = if confirmed { UserStatus::Confirmed } else { UserStatus::ResetRequired };
        Ok(NewUser { status, ..new })
    }
}

fn unfit(problem: String) -> TriggerFailure {
    TriggerFailure { trigger: TRIGGER, failure: HookFailure::Unreadable(TRIGGER.to_owned(), problem) }
}
