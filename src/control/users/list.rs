//! `ListUsers`

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::control::page::{List, Page, fullest_unless};
use crate::domain::id::UserPoolId;
use crate::registry::users::search::{self, Filter, Part};
use crate::registry::{Caller, RegistryError, pools};

use super::UserType;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html>
pub(super) struct ListUsers;

/// Who, what of them, and which page.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    attributes_to_get: Option<Vec<String>>,
    #[serde(default)]
    limit: u32,
    pagination_token: Option<String>,
    #[serde(default)]
    filter: String,
}

/// Users; a page may be short, or empty, and still have a token.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    users: Vec<UserType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination_token: Option<String>,
}

impl Operation for ListUsers {
    const NAME: &'static str = "ListUsers";
    const INPUT: &'static [Member] = model::LIST_USERS;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let Input { user_pool_id, attributes_to_get, limit, pagination_token, filter } = input;
        let of = format!("{user_pool_id}\n{filter}");
        let list = List { operation: Self::NAME, of: &of };
        let page = Page::new(list, fullest_unless(limit), pagination_token.as_deref())?;
        let read = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &user_pool_id).await?;
            let filter = Filter::parse(&filter)?;
            let after = page.after().map(str::to_owned);
            Ok::<_, RegistryError>(search::list(tx, &pool, filter.as_ref(), after, page.size()).await?)
        });
        let Part { users, next } = read.await?;
        let mut users: Vec<UserType> = users.into_iter().map(Into::into).collect();
        if let Some(wanted) = attributes_to_get.filter(|names| !names.is_empty()) {
            for user in &mut users {
                user.attributes.retain(|attribute| wanted.contains(&attribute.name));
            }
        }
        Ok(Output { users, pagination_token: next.map(|position| page.token(&position)) })
    }
}
