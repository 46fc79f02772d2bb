//! `DescribeUserPool`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Operation, PoolInput};
use crate::registry::{Caller, RegistryError, pools, users};

use super::{OnePool, UserPoolType};

/// Answers a pool with everything that holds in it.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html>
pub(super) struct DescribeUserPool;

impl Operation for DescribeUserPool {
    const NAME: &'static str = "DescribeUserPool";
    const INPUT: &'static [Member] = model::DESCRIBE_USER_POOL;
    type Input = PoolInput;
    type Output = OnePool;

    async fn call(control: &Control, caller: &Caller, input: PoolInput) -> Result<OnePool, AwsError> {
        let read = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &input.user_pool_id).await?;
            let users = users::count(tx, &pool.id).await?;
            Ok::<_, RegistryError>((pool, users))
        });
        let (pool, estimated_number_of_users) = read.await?;
        Ok(OnePool { user_pool: UserPoolType { estimated_number_of_users, ..pool.into() } })
    }
}
