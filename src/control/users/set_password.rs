//! `AdminSetUserPassword`

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::domain::id::UserPoolId;
use crate::domain::secret::Secret;
use crate::domain::user::{User, UserStatus};
use crate::registry::Caller;
use crate::registry::users::{self, UserError, passwords};

use super::NamedUser;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html>
pub(super) struct AdminSetUserPassword;

/// A password that is temporary unless it is said to be permanent.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    username: String,
    password: Secret,
    #[serde(default)]
    permanent: bool,
}

impl Operation for AdminSetUserPassword {
    const NAME: &'static str = "AdminSetUserPassword";
    const INPUT: &'static [Member] = model::ADMIN_SET_USER_PASSWORD;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        let Input { user_pool_id, username, password, permanent } = input;
        let (pool, user) = NamedUser { user_pool_id, username }.read(control, caller).await?;
        passwords::check_policy(&pool, password.reveal())?;
        if permanent && passwords::is_reused(&pool, &user, password.reveal()).await? {
            return Err(UserError::PasswordReused.into());
        }
        let (name, text) = (&user.username, password.reveal());
        let credential = passwords::derive(&control.effects, &pool.id, name, text, !permanent).await?;
        let (key, now) = (users::key_of(&pool, name), control.effects.clock.now());
        let changed = control.database.transact(async |tx| {
            // The credential was made for this user; who came in the meantime under the same name is another.
            let before = users::get(tx, &pool, &key).await?.filter(|found| found.sub == user.sub);
            let before = before.ok_or(UserError::NotFound)?;
            let mut after = User { modified: now, ..before.clone() };
            passwords::replace(&mut after, credential.clone(), passwords::history(&pool));
            after.status = if permanent { UserStatus::Confirmed } else { UserStatus::ForceChangePassword };
            users::save(tx, &pool, &before, after).await
        });
        changed.await?;
        Ok(Empty {})
    }
}
