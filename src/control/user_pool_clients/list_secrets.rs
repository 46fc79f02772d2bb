//! `ListUserPoolClientSecrets`.

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::id::{ClientId, UserPoolId};
use crate::registry::{Caller, clients};

use super::SecretShape;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPoolClientSecrets.html>
#[derive(Debug)]
pub(super) struct ListUserPoolClientSecrets;

/// Which client. The few secrets there may be always fit one page, so no token is ever given out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    client_id: ClientId,
    next_token: Option<String>,
}

/// The live secrets, oldest first, without their values.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    client_secrets: Vec<SecretShape>,
}

impl Operation for ListUserPoolClientSecrets {
    const NAME: &'static str = "ListUserPoolClientSecrets";
    const INPUT: &'static [Member] = model::LIST_USER_POOL_CLIENT_SECRETS;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let Input { user_pool_id: pool, client_id: id, next_token } = input;
        let client = control.database.transact(async |tx| clients::describe(tx, caller, &pool, &id).await).await?;
        if next_token.is_some() {
            return Err(AwsError::invalid("Invalid pagination token"));
        }
        Ok(Output { client_secrets: client.secrets.into_iter().map(SecretShape::listed).collect() })
    }
}
