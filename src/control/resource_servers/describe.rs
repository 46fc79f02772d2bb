//! `DescribeResourceServer`.

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::{Caller, resource_servers};

use super::{NamedServer, OneServer, ResourceServerShape};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeResourceServer.html>
#[derive(Debug)]
pub(super) struct DescribeResourceServer;

impl Operation for DescribeResourceServer {
    const NAME: &'static str = "DescribeResourceServer";
    const INPUT: &'static [Member] = model::DESCRIBE_RESOURCE_SERVER;
    type Input = NamedServer;
    type Output = OneServer;

    async fn call(control: &Control, caller: &Caller, input: NamedServer) -> Result<OneServer, AwsError> {
        let NamedServer { user_pool_id: pool, identifier } = input;
        let server = control
            .database
            .transact(async |tx| resource_servers::describe(tx, caller, &pool, &identifier).await)
            .await?;
        Ok(OneServer { resource_server: ResourceServerShape::of(&pool, server) })
    }
}
