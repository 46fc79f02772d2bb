//! `ListUserPoolClients`.

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::control::page::{List, Page};
use crate::domain::client::AppClient;
use crate::domain::id::{ClientId, UserPoolId};
use crate::registry::{Caller, clients};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPoolClients.html>
#[derive(Debug)]
pub(super) struct ListUserPoolClients;

/// Which page, and which clients.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    #[serde(default = "fullest_page")]
    max_results: u32,
    next_token: Option<String>,
    client_type: Option<ClientType>,
}

/// How a client came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum ClientType {
    Regular,
    /// By dynamic client registration, which no pool has here.
    Dcr,
}

/// Clients by id.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    user_pool_clients: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `UserPoolClientDescription`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    client_id: ClientId,
    user_pool_id: UserPoolId,
    client_name: String,
}

impl From<AppClient> for Item {
    fn from(client: AppClient) -> Self {
        Self { client_id: client.id, user_pool_id: client.pool, client_name: client.name }
    }
}

fn fullest_page() -> u32 {
    60
}

impl Operation for ListUserPoolClients {
    const NAME: &'static str = "ListUserPoolClients";
    const INPUT: &'static [Member] = model::LIST_USER_POOL_CLIENTS;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let list = List { operation: Self::NAME, of: input.user_pool_id.as_str() };
        let page = Page::new(list, input.max_results, input.next_token.as_deref())?;
        let registered = input.client_type == Some(ClientType::Dcr);
        let to_read = if registered { 0 } else { page.to_read() };
        let pool = &input.user_pool_id;
        let read =
            control.database.transact(async |tx| clients::list(tx, caller, pool, page.after(), to_read).await).await?;
        let (shown, next_token) = page.cut(read, |client| client.id.as_str());
        Ok(Output { user_pool_clients: shown.into_iter().map(Item::from).collect(), next_token })
    }
}
