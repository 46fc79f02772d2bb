//! `DeleteUserPoolClientSecret`.

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::domain::id::{ClientId, ClientSecretId, UserPoolId};
use crate::registry::Caller;
use crate::registry::clients::secrets;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolClientSecret.html>
#[derive(Debug)]
pub(super) struct DeleteUserPoolClientSecret;

/// Which secret of which client.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    client_id: ClientId,
    #[serde(rename = "ClientSecretId")]
    secret: ClientSecretId,
}

impl Operation for DeleteUserPoolClientSecret {
    const NAME: &'static str = "DeleteUserPoolClientSecret";
    const INPUT: &'static [Member] = model::DELETE_USER_POOL_CLIENT_SECRET;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        let Input { user_pool_id: pool, client_id: client, secret: id } = input;
        control.database.transact(async |tx| secrets::delete(tx, caller, &pool, &client, &id).await).await?;
        Ok(Empty {})
    }
}
