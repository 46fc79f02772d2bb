//! `DescribeUserPoolClient`.

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::{Caller, clients};

use super::{NamedClient, OneClient};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolClient.html>
#[derive(Debug)]
pub(super) struct DescribeUserPoolClient;

impl Operation for DescribeUserPoolClient {
    const NAME: &'static str = "DescribeUserPoolClient";
    const INPUT: &'static [Member] = model::DESCRIBE_USER_POOL_CLIENT;
    type Input = NamedClient;
    type Output = OneClient;

    async fn call(control: &Control, caller: &Caller, input: NamedClient) -> Result<OneClient, AwsError> {
        let NamedClient { user_pool_id: pool, client_id: id } = input;
        let client = control.database.transact(async |tx| clients::describe(tx, caller, &pool, &id).await).await?;
        Ok(client.into())
    }
}
