//! Users who are moved in from elsewhere when they first sign in.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::id::Subject;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::trace::Evidence;
use crate::domain::user::{User, UserStatus};
use crate::effects::random;
use crate::hooks::HookFailure;
use crate::registry::users::{self, Creation, NewUser, UserError, passwords};

use super::triggers::{Call, unless_empty};
use super::{Attempt, Named, SignInFailure, SignIns, Steps, accounts};

const TRIGGER: &str = "UserMigration";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    password: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_data: Option<&'a Named>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Response {
    user_attributes: Option<BTreeMap<String, String>>,
    final_user_status: Option<String>,
    message_action: Option<String>,
    force_alias_creation: Option<bool>,
}

impl SignIns {
    /// The user who was found, or else the one whom the pool's function knows with this password.
    pub(super) async fn known_or_moved_in(
        &self,
        attempt: &Attempt<'_>,
        found: Option<User>,
        password: &str,
        trace: &mut Steps,
    ) -> Result<Option<User>, SignInFailure> {
        let functions = attempt.view.owner.settings.lambda_config.as_ref();
        let function = functions.and_then(|functions| functions.user_migration.as_deref());
        let found = match (found, function) {
            (None, Some(arn)) => self.move_in(attempt, arn, password, trace).await?,
            (found, _) => found,
        };
        accounts::admit(attempt.view, attempt.username, found.as_ref(), trace)?;
        Ok(found)
    }

    async fn move_in(
        &self,
        attempt: &Attempt<'_>,
        arn: &str,
        password: &str,
        trace: &mut Steps,
    ) -> Result<Option<User>, SignInFailure> {
        let call = Call {
            trigger: TRIGGER,
            arn,
            source: "UserMigration_Authentication",
            view: attempt.view,
            user_name: attempt.username,
        };
        let request = Request { password, validation_data: unless_empty(attempt.metadata) };
        let said = self.call::<_, _, Response>(call, request, Response::default(), trace).await;
        let said = match said {
            Ok(said) => said.unwrap_or_default(),
            // COGNITO: whoever the function does not know is nobody here.
            Err(SignInFailure::Trigger(_, HookFailure::Failed(_))) => return Ok(None),
            Err(failure) => return Err(failure),
        };
        let Some(attributes) = said.user_attributes.clone() else { return Ok(None) };
        let user = self.make(attempt, attributes, &said, password).await?;
        trace.note(SignInRule::UserExists, Evidence::Remark("moved in by the UserMigration trigger"));
        Ok(Some(user))
    }

    async fn make(
        &self,
        attempt: &Attempt<'_>,
        mut attributes: BTreeMap<String, String>,
        said: &Response,
        password: &str,
    ) -> Result<User, SignInFailure> {
        let pool = &attempt.view.owner;
        let effects = &self.tokens.effects;
        attributes.retain(|name, _| name != "sub" && name != "username" && !name.starts_with("cognito:"));
        let unfit =
            |problem: String| SignInFailure::Trigger(TRIGGER, HookFailure::Unreadable(TRIGGER.to_owned(), problem));
        let written: Vec<_> = attributes.into_iter().collect();
        let writer = users::attributes::Writer::Administrator;
        let values =
            users::attributes::check_sign_up(pool, writer, &written).map_err(|error| unfit(error.to_string()))?;
        let sub = Subject::from(random::uuid(&*effects.random));
        let mut new = NewUser::named(pool, attempt.username, sub, values).map_err(|error| unfit(error.to_string()))?;
        let confirmed = said.final_user_status.as_deref() == Some("CONFIRMED");
        new.status = if confirmed { UserStatus::Confirmed } else { UserStatus::ResetRequired };
        new.credential = Some(passwords::derive(effects, &pool.id, &new.username, password, false).await?);
        let creation = Creation {
            now: self.now(),
            quotas: &self.self_service.quotas,
            takes_aliases: said.force_alias_creation == Some(true),
        };
        let database = self.tokens.views.database();
        let made = database.transact(async |tx| users::create(tx, pool, new.clone(), creation).await).await;
        match made {
            // Someone was faster; whoever it is has the name now.
            Err(crate::registry::RegistryError::User(UserError::Exists)) => {
                let found = self.look_up(attempt.view, attempt.username).await?;
                found.ok_or(SignInFailure::Refused(SignInRule::UserExists.into()))
            }
            made => Ok(made?),
        }
    }
}
