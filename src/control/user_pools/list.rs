//! `ListUserPools`

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::control::page::{List, Page};
use crate::registry::{Caller, pools};

use super::UserPoolDescription;

/// Lists the caller's pools in the order of their ids.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPools.html>
pub(super) struct ListUserPools;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    next_token: Option<String>,
    max_results: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    user_pools: Vec<UserPoolDescription>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListUserPools {
    const NAME: &'static str = "ListUserPools";
    const INPUT: &'static [Member] = model::LIST_USER_POOLS;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let of = format!("{}/{}", caller.account, caller.region);
        let list = List { operation: Self::NAME, of: &of };
        let page = Page::new(list, input.max_results, input.next_token.as_deref())?;
        let found = control.database.transact(async |tx| pools::list(tx, caller, page.after(), page.to_read()).await);
        let (shown, next_token) = page.cut(found.await?, |pool| pool.id.as_str());
        Ok(Output { user_pools: shown.into_iter().map(Into::into).collect(), next_token })
    }
}
