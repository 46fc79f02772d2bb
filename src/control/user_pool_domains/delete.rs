//! `DeleteUserPoolDomain`

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::domain::id::UserPoolId;
use crate::registry::{Caller, RegistryError, domains, pools};

use super::unknown_with_its_pool;

/// Takes a domain from its pool.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolDomain.html>
pub(super) struct DeleteUserPoolDomain;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    domain: String,
    user_pool_id: UserPoolId,
}

impl Operation for DeleteUserPoolDomain {
    const NAME: &'static str = "DeleteUserPoolDomain";
    const INPUT: &'static [Member] = model::DELETE_USER_POOL_DOMAIN;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        control
            .database
            .transact(async |tx| {
                let pool = pools::require(tx, caller, &input.user_pool_id).await.map_err(unknown_with_its_pool)?;
                domains::delete(tx, pool, &input.domain).await?;
                Ok::<_, RegistryError>(Empty {})
            })
            .await
            .map_err(Into::into)
    }
}
