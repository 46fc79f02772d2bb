//! `ListGroups`

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::control::page::{List, Page, fullest_unless};
use crate::domain::id::UserPoolId;
use crate::registry::{Caller, groups, pools};

use super::{GroupType, SomeGroups};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListGroups.html>
pub(super) struct ListGroups;

/// Which page.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    #[serde(default)]
    limit: u32,
    next_token: Option<String>,
}

impl Operation for ListGroups {
    const NAME: &'static str = "ListGroups";
    const INPUT: &'static [Member] = model::LIST_GROUPS;
    type Input = Input;
    type Output = SomeGroups;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<SomeGroups, AwsError> {
        let id = input.user_pool_id;
        let list = List { operation: Self::NAME, of: id.as_str() };
        let page = Page::new(list, fullest_unless(input.limit), input.next_token.as_deref())?;
        let read = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &id).await?;
            groups::list(tx, &pool, page.after(), page.to_read()).await
        });
        let (groups, next_token) = page.cut(read.await?, |group| &group.name);
        Ok(SomeGroups { groups: groups.into_iter().map(|group| GroupType::of(&id, group)).collect(), next_token })
    }
}
