//! `DeleteGroup`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{NoBody, Operation};
use crate::registry::{Caller, groups, pools};

use super::NamedGroup;

/// Deletes a group; its members are in it no longer.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteGroup.html>
pub(super) struct DeleteGroup;

impl Operation for DeleteGroup {
    const NAME: &'static str = "DeleteGroup";
    const INPUT: &'static [Member] = model::DELETE_GROUP;
    type Input = NamedGroup;
    type Output = NoBody;

    async fn call(control: &Control, caller: &Caller, input: NamedGroup) -> Result<NoBody, AwsError> {
        let NamedGroup { group_name, user_pool_id: id } = input;
        let now = control.effects.clock.now();
        loop {
            let step = control.database.transact(async |tx| {
                let pool = pools::require(tx, caller, &id).await?;
                groups::delete(tx, &pool, &group_name, now).await
            });
            if step.await? {
                return Ok(NoBody);
            }
        }
    }
}
