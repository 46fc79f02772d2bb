//! `DescribeUserPool`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Operation, PoolInput};
use crate::registry::{Caller, pools};

use super::OnePool;

/// Answers a pool with everything that holds in it.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html>
pub(super) struct DescribeUserPool;

impl Operation for DescribeUserPool {
    const NAME: &'static str = "DescribeUserPool";
    const INPUT: &'static [Member] = model::DESCRIBE_USER_POOL;
    type Input = PoolInput;
    type Output = OnePool;

    async fn call(control: &Control, caller: &Caller, input: PoolInput) -> Result<OnePool, AwsError> {
        let pool = control.database.transact(async |tx| pools::require(tx, caller, &input.user_pool_id).await).await?;
        Ok(OnePool { user_pool: pool.into() })
    }
}
