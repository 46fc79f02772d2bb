//! `AdminListGroupsForUser`

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::control::page::{List, Page, fullest_unless};
use crate::domain::id::UserPoolId;
use crate::registry::{Caller, groups, pools, users};

use super::{GroupType, SomeGroups};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListGroupsForUser.html>
pub(super) struct AdminListGroupsForUser;

/// Whose groups, and which page.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    username: String,
    user_pool_id: UserPoolId,
    #[serde(default)]
    limit: u32,
    next_token: Option<String>,
}

impl Operation for AdminListGroupsForUser {
    const NAME: &'static str = "AdminListGroupsForUser";
    const INPUT: &'static [Member] = model::ADMIN_LIST_GROUPS_FOR_USER;
    type Input = Input;
    type Output = SomeGroups;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<SomeGroups, AwsError> {
        let Input { username, user_pool_id: id, limit, next_token } = input;
        let of = format!("{id}\n{username}");
        let list = List { operation: Self::NAME, of: &of };
        let page = Page::new(list, fullest_unless(limit), next_token.as_deref())?;
        let read = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &id).await?;
            let user = users::require(tx, &pool, &username).await?;
            groups::of_user(tx, &pool, &user).await
        });
        let mut groups = read.await?;
        groups.retain(|group| page.after().is_none_or(|after| group.name.as_str() > after));
        let (groups, next_token) = page.cut(groups, |group| &group.name);
        Ok(SomeGroups { groups: groups.into_iter().map(|group| GroupType::of(&id, group)).collect(), next_token })
    }
}
