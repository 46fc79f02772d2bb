//! `CreateResourceServer`.

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::{Caller, resource_servers};

use super::{OneServer, ResourceServerShape, WholeServer};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateResourceServer.html>
#[derive(Debug)]
pub(super) struct CreateResourceServer;

impl Operation for CreateResourceServer {
    const NAME: &'static str = "CreateResourceServer";
    const INPUT: &'static [Member] = model::CREATE_RESOURCE_SERVER;
    type Input = WholeServer;
    type Output = OneServer;

    async fn call(control: &Control, caller: &Caller, input: WholeServer) -> Result<OneServer, AwsError> {
        let (pool, server) = input.into_parts();
        let limit = control.settings.quotas.resource_servers;
        control.database.transact(async |tx| resource_servers::create(tx, caller, &pool, &server, limit).await).await?;
        Ok(OneServer { resource_server: ResourceServerShape::of(&pool, server) })
    }
}
