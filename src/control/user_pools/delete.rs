//! `DeleteUserPool`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{NoBody, Operation, PoolInput};
use crate::registry::{Caller, RegistryError, pools};

/// Deletes a pool with everything it owns, unless it is protected or has a domain.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPool.html>
pub(super) struct DeleteUserPool;

impl Operation for DeleteUserPool {
    const NAME: &'static str = "DeleteUserPool";
    const INPUT: &'static [Member] = model::DELETE_USER_POOL;
    type Input = PoolInput;
    type Output = NoBody;

    async fn call(control: &Control, caller: &Caller, input: PoolInput) -> Result<NoBody, AwsError> {
        control
            .database
            .transact(async |tx| {
                let pool = pools::require(tx, caller, &input.user_pool_id).await?;
                pools::delete(tx, &pool).await?;
                Ok::<_, RegistryError>(NoBody)
            })
            .await
            .map_err(Into::into)
    }
}
