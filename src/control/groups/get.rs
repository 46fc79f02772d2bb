//! `GetGroup`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::{Caller, groups, pools};

use super::{GroupType, NamedGroup, OneGroup};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetGroup.html>
pub(super) struct GetGroup;

impl Operation for GetGroup {
    const NAME: &'static str = "GetGroup";
    const INPUT: &'static [Member] = model::GET_GROUP;
    type Input = NamedGroup;
    type Output = OneGroup;

    async fn call(control: &Control, caller: &Caller, input: NamedGroup) -> Result<OneGroup, AwsError> {
        let NamedGroup { group_name, user_pool_id: id } = input;
        let read = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &id).await?;
            groups::require(tx, &pool, &group_name).await
        });
        Ok(OneGroup { group: GroupType::of(&id, read.await?) })
    }
}
