//! `AdminAddUserToGroup` and `AdminRemoveUserFromGroup`

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{NoBody, Operation};
use crate::domain::id::UserPoolId;
use crate::registry::{Caller, groups, pools, users};

/// Who, and which group.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    username: String,
    group_name: String,
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminAddUserToGroup.html>
pub(super) struct AdminAddUserToGroup;

impl Operation for AdminAddUserToGroup {
    const NAME: &'static str = "AdminAddUserToGroup";
    const INPUT: &'static [Member] = model::ADMIN_ADD_USER_TO_GROUP;
    type Input = Input;
    type Output = NoBody;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<NoBody, AwsError> {
        let (now, limit) = (control.effects.clock.now(), control.settings.quotas.groups_per_user);
        let added = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &input.user_pool_id).await?;
            let user = users::require(tx, &pool, &input.username).await?;
            groups::add(tx, &pool, &user, &input.group_name, (now, limit)).await
        });
        added.await?;
        Ok(NoBody)
    }
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRemoveUserFromGroup.html>
pub(super) struct AdminRemoveUserFromGroup;

impl Operation for AdminRemoveUserFromGroup {
    const NAME: &'static str = "AdminRemoveUserFromGroup";
    const INPUT: &'static [Member] = model::ADMIN_REMOVE_USER_FROM_GROUP;
    type Input = Input;
    type Output = NoBody;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<NoBody, AwsError> {
        let now = control.effects.clock.now();
        let removed = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &input.user_pool_id).await?;
            let user = users::require(tx, &pool, &input.username).await?;
            groups::remove(tx, &pool, &user, &input.group_name, now).await
        });
        removed.await?;
        Ok(NoBody)
    }
}
