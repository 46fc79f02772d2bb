//! `UpdateResourceServer`.

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::{Caller, resource_servers};

use super::{OneServer, ResourceServerShape, WholeServer};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateResourceServer.html>
#[derive(Debug)]
pub(super) struct UpdateResourceServer;

impl Operation for UpdateResourceServer {
    const NAME: &'static str = "UpdateResourceServer";
    const INPUT: &'static [Member] = model::UPDATE_RESOURCE_SERVER;
    type Input = WholeServer;
    type Output = OneServer;

    async fn call(control: &Control, caller: &Caller, input: WholeServer) -> Result<OneServer, AwsError> {
        let (pool, server) = input.into_parts();
        control.database.transact(async |tx| resource_servers::update(tx, caller, &pool, &server).await).await?;
        Ok(OneServer { resource_server: ResourceServerShape::of(&pool, server) })
    }
}
