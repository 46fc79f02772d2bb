//! The new password that a user with a temporary one must choose.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html>

use crate::domain::auth_session::Waiting;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::trace::Evidence;
use crate::domain::user::{User, UserStatus};
use crate::registry::users::attributes::{self, Writer};
use crate::registry::users::{self, UserError, passwords};

use super::answer::Answer;
use super::factors::named;
use super::sessions::{self, Open};
use super::{Challenge, Next, Parameter, Progress, SignInFailure, SignIns, Steps};

/// What attributes are called in the answer.
const PREFIX: &str = "userAttributes.";

impl SignIns {
    /// Asks for a new password, and for the required attributes that the user has not.
    pub(super) async fn ask_new_password(
        &self,
        progress: &Progress<'_>,
        user: &User,
    ) -> Result<Challenge, SignInFailure> {
        let missing = attributes::missing_required(&progress.view.owner, &user.attributes);
        let missing: Vec<String> = missing.iter().map(|name| format!("{PREFIX}{name}")).collect();
        let json = "invariant: texts can be written as JSON";
        let parameters = named([
            ("USER_ID_FOR_SRP", user.username.clone()),
            ("requiredAttributes", serde_json::to_string(&missing).expect(json)),
            ("userAttributes", serde_json::to_string(&user.attributes).expect(json)),
        ]);
        self.ask(progress, Some(user), Waiting::NewPassword, parameters).await
    }

    /// Sets the new password; one that cannot be leaves the session for another.
    pub(super) async fn answer_new_password(
        &self,
        answer: &Answer<'_>,
        (open, mut progress): (&Open, Progress<'_>),
        user: User,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        let (pool, password) = (&answer.view.owner, answer.required("NEW_PASSWORD")?);
        trace.require(SignInRule::UserEnabled, user.enabled, Evidence::Nothing)?;
        let waits = user.status == UserStatus::ForceChangePassword;
        trace.require_or(SignInRule::SessionUnused, waits, Evidence::Remark("the password was changed meanwhile"))?;
        passwords::check_policy(pool, password).map_err(UserError::from)?;
        let after = changed(answer, &user)?;
        if passwords::is_reused(pool, &user, password).await? {
            return Err(UserError::PasswordReused.into());
        }
        let credential = passwords::derive(&self.tokens.effects, &pool.id, &user.username, password, false).await?;
        let now = self.now();
        let mut after = User { status: UserStatus::Confirmed, modified: now, ..after };
        passwords::replace(&mut after, credential, passwords::history(pool));
        let work = self.tokens.views.database().transact(async |tx| {
            if !sessions::spend(tx, open).await? {
                return Ok(None);
            }
            // The user as of now must be the one whose changes were judged.
            let key = users::key_of(pool, &user.username);
            match users::get(tx, pool, &key).await? {
                Some(present) if present.sub == user.sub && present.modified == user.modified => {
                    users::save(tx, pool, &present, after.clone()).await?;
                    Ok::<_, SignInFailure>(Some(after.clone()))
                }
                _ => Ok(None),
            }
        });
        let saved = work.await?;
        trace.require(SignInRule::SessionUnused, saved.is_some(), Evidence::Nothing)?;
        trace.grant(SignInRule::ChallengeAnswered, Evidence::Remark("NEW_PASSWORD_REQUIRED"));
        progress.new_password = true;
        let user = saved.unwrap_or(user);
        self.after_first_factor(&progress, user, trace).await
    }
}

/// The user with the attributes that came with the password.
fn changed(answer: &Answer<'_>, user: &User) -> Result<User, SignInFailure> {
    let pool = &answer.view.owner;
    let written: Vec<(String, String)> = answer.responses.iter().filter_map(attribute).collect();
    let required = pool.fixed.schema_in_force().into_iter().filter(|attribute| attribute.required == Some(true));
    let required: Vec<String> = required.filter_map(|attribute| attribute.name).collect();
    let provided = |(name, value): &(String, String)| {
        required.contains(name) && user.attribute(name).is_some_and(|present| present != value)
    };
    if let Some((name, _)) = written.iter().find(|written| provided(written)) {
        return Err(Parameter::Provided(name.clone()).into());
    }
    let changes = attributes::check_write(pool, Writer::Client(&answer.view.settings), &written);
    let mut after = user.clone();
    attributes::apply(pool, &mut after, changes.map_err(UserError::from)?);
    attributes::check_required(pool, &after.attributes).map_err(UserError::from)?;
    Ok(after)
}

fn attribute((name, value): (&String, &String)) -> Option<(String, String)> {
    Some((name.strip_prefix(PREFIX)?.to_owned(), value.clone()))
}
