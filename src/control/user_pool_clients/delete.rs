//! `DeleteUserPoolClient`.

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{NoBody, Operation};
use crate::registry::{Caller, clients};

use super::NamedClient;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolClient.html>
#[derive(Debug)]
pub(super) struct DeleteUserPoolClient;

impl Operation for DeleteUserPoolClient {
    const NAME: &'static str = "DeleteUserPoolClient";
    const INPUT: &'static [Member] = model::DELETE_USER_POOL_CLIENT;
    type Input = NamedClient;
    type Output = NoBody;

    async fn call(control: &Control, caller: &Caller, input: NamedClient) -> Result<NoBody, AwsError> {
        let NamedClient { user_pool_id: pool, client_id: id } = input;
        control.database.transact(async |tx| clients::delete(tx, caller, &pool, &id).await).await?;
        Ok(NoBody)
    }
}
