//! `DeleteResourceServer`.

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{NoBody, Operation};
use crate::registry::{Caller, resource_servers};

use super::NamedServer;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteResourceServer.html>
#[derive(Debug)]
pub(super) struct DeleteResourceServer;

impl Operation for DeleteResourceServer {
    const NAME: &'static str = "DeleteResourceServer";
    const INPUT: &'static [Member] = model::DELETE_RESOURCE_SERVER;
    type Input = NamedServer;
    type Output = NoBody;

    async fn call(control: &Control, caller: &Caller, input: NamedServer) -> Result<NoBody, AwsError> {
        let NamedServer { user_pool_id: pool, identifier } = input;
        control.database.transact(async |tx| resource_servers::delete(tx, caller, &pool, &identifier).await).await?;
        Ok(NoBody)
    }
}
