//! `ListUsersInGroup`

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::control::page::{List, Page, fullest_unless};
use crate::control::users::UserType;
use crate::domain::id::UserPoolId;
use crate::domain::user::User;
use crate::registry::{Caller, RegistryError, groups, pools, users};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsersInGroup.html>
pub(super) struct ListUsersInGroup;

/// Which page.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    group_name: String,
    #[serde(default)]
    limit: u32,
    next_token: Option<String>,
}

/// The members.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    users: Vec<UserType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListUsersInGroup {
    const NAME: &'static str = "ListUsersInGroup";
    const INPUT: &'static [Member] = model::LIST_USERS_IN_GROUP;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let Input { user_pool_id: id, group_name, limit, next_token } = input;
        let of = format!("{id}\n{group_name}");
        let list = List { operation: Self::NAME, of: &of };
        let page = Page::new(list, fullest_unless(limit), next_token.as_deref())?;
        let read = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &id).await?;
            let members = groups::members(tx, &pool, &group_name, page.after(), page.to_read()).await?;
            let keyed = |user: User| (users::key_of(&pool, &user.username), user);
            Ok::<Vec<_>, RegistryError>(members.into_iter().map(keyed).collect())
        });
        let (members, next_token) = page.cut(read.await?, |(key, _)| key.as_str());
        Ok(Output { users: members.into_iter().map(|(_, user)| user.into()).collect(), next_token })
    }
}
