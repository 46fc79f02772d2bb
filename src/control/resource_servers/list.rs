//! `ListResourceServers`.

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::control::page::{List, Page};
use crate::domain::id::UserPoolId;
use crate::registry::{Caller, resource_servers};

use super::ResourceServerShape;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListResourceServers.html>
#[derive(Debug)]
pub(super) struct ListResourceServers;

/// Which page.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    #[serde(default = "fullest_page")]
    max_results: u32,
    next_token: Option<String>,
}

/// Servers with all their scopes, by identifier.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    resource_servers: Vec<ResourceServerShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// COGNITO: 50, where all other lists have 60.
fn fullest_page() -> u32 {
    50
}

impl Operation for ListResourceServers {
    const NAME: &'static str = "ListResourceServers";
    const INPUT: &'static [Member] = model::LIST_RESOURCE_SERVERS;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let pool = input.user_pool_id;
        let list = List { operation: Self::NAME, of: pool.as_str() };
        let page = Page::new(list, input.max_results, input.next_token.as_deref())?;
        let read = control
            .database
            .transact(async |tx| resource_servers::list(tx, caller, &pool, page.after(), page.to_read()).await)
            .await?;
        let (servers, next_token) = page.cut(read, |server| &server.identifier);
        let resource_servers = servers.into_iter().map(|server| ResourceServerShape::of(&pool, server)).collect();
        Ok(Output { resource_servers, next_token })
    }
}
