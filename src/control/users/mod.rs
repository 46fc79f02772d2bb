//! Users as an administrator keeps them.

mod account;
mod attributes;
mod create;
mod delete;
mod enable;
mod get;
mod list;
mod set_password;
mod sign_out;

use serde::{Deserialize, Serialize};

use crate::domain::id::UserPoolId;
use crate::domain::pool::UserPool;
use crate::domain::time::{Timestamp, epoch_seconds};
use crate::domain::user::User;
use crate::registry::users::{self, UserError};
use crate::registry::{Caller, RegistryError, pools};

use super::Control;
use super::error::AwsError;
use super::operation::Entry;

/// The operations of this folder.
pub(super) const OPERATIONS: &[Entry] = &[
    Entry::of::<create::AdminCreateUser>(),
    Entry::of::<get::AdminGetUser>(),
    Entry::of::<account::AdminConfirmSignUp>(),
    Entry::of::<account::AdminResetUserPassword>(),
    Entry::of::<set_password::AdminSetUserPassword>(),
    Entry::of::<attributes::AdminUpdateUserAttributes>(),
    Entry::of::<attributes::AdminDeleteUserAttributes>(),
    Entry::of::<delete::AdminDeleteUser>(),
    Entry::of::<enable::AdminEnableUser>(),
    Entry::of::<enable::AdminDisableUser>(),
    Entry::of::<sign_out::AdminUserGlobalSignOut>(),
    Entry::of::<list::ListUsers>(),
];

/// `AttributeType`: a name and a value; a missing value is an empty one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AttributeType {
    pub(super) name: String,
    #[serde(default)]
    pub(super) value: String,
}

impl AttributeType {
    /// Everything that a user is shown to have, by name.
    pub(super) fn all_of(user: &User) -> Vec<Self> {
        let sub = ("sub", user.sub.as_str());
        let others = user.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut attributes: Vec<_> = others.chain([sub]).collect();
        attributes.sort_unstable();
        attributes.into_iter().map(|(name, value)| Self { name: name.to_owned(), value: value.to_owned() }).collect()
    }

    /// Names and values as the registry takes them.
    pub(super) fn written(sent: Vec<Self>) -> Vec<(String, String)> {
        sent.into_iter().map(|Self { name, value }| (name, value)).collect()
    }
}

/// `UserType`: a user in a list.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UserType {
    username: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<AttributeType>,
    #[serde(with = "epoch_seconds")]
    user_create_date: Timestamp,
    #[serde(with = "epoch_seconds")]
    user_last_modified_date: Timestamp,
    enabled: bool,
    user_status: &'static str,
}

impl From<User> for UserType {
    fn from(user: User) -> Self {
        Self {
            attributes: AttributeType::all_of(&user),
            username: user.username,
            user_create_date: user.created,
            user_last_modified_date: user.modified,
            enabled: user.enabled,
            user_status: user.status.name(),
        }
    }
}

/// The request of the operations that only name a user: by user name, `sub` or alias.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct NamedUser {
    user_pool_id: UserPoolId,
    username: String,
}

impl NamedUser {
    /// The user and its pool, as of now.
    async fn read(&self, control: &Control, caller: &Caller) -> Result<(UserPool, User), RegistryError> {
        control
            .database
            .transact(async |tx| {
                let pool = pools::require(tx, caller, &self.user_pool_id).await?;
                let user = users::require(tx, &pool, &self.username).await?;
                Ok((pool, user))
            })
            .await
    }

    /// Changes the user.
    async fn change(
        &self,
        control: &Control,
        caller: &Caller,
        change: impl Fn(&UserPool, &mut User, Timestamp) -> Result<(), UserError>,
    ) -> Result<(), AwsError> {
        let now = control.effects.clock.now();
        let changed = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &self.user_pool_id).await?;
            let before = users::require(tx, &pool, &self.username).await?;
            let mut after = User { modified: now, ..before.clone() };
            change(&pool, &mut after, now)?;
            users::save(tx, &pool, &before, after).await
        });
        Ok(changed.await?)
    }
}
