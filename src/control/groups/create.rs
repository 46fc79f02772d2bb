//! `CreateGroup`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::{Caller, groups, pools};

use super::{GroupType, OneGroup, WholeGroup};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html>
pub(super) struct CreateGroup;

impl Operation for CreateGroup {
    const NAME: &'static str = "CreateGroup";
    const INPUT: &'static [Member] = model::CREATE_GROUP;
    type Input = WholeGroup;
    type Output = OneGroup;

    async fn call(control: &Control, caller: &Caller, input: WholeGroup) -> Result<OneGroup, AwsError> {
        let (id, group) = input.into_parts(control.effects.clock.now());
        let limit = control.settings.quotas.groups;
        let made = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &id).await?;
            groups::create(tx, &pool, &group, limit).await
        });
        made.await?;
        Ok(OneGroup { group: GroupType::of(&id, group) })
    }
}
