//! `UpdateGroup`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::{Caller, groups, pools};

use super::{GroupType, OneGroup, WholeGroup};

/// Replaces a group: what is left out is gone, as in every other update.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateGroup.html>
pub(super) struct UpdateGroup;

impl Operation for UpdateGroup {
    const NAME: &'static str = "UpdateGroup";
    const INPUT: &'static [Member] = model::UPDATE_GROUP;
    type Input = WholeGroup;
    type Output = OneGroup;

    async fn call(control: &Control, caller: &Caller, input: WholeGroup) -> Result<OneGroup, AwsError> {
        let (id, group) = input.into_parts(control.effects.clock.now());
        let updated = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &id).await?;
            groups::update(tx, &pool, group.clone()).await
        });
        Ok(OneGroup { group: GroupType::of(&id, updated.await?) })
    }
}
