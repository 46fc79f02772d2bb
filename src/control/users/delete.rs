//! `AdminDeleteUser`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{NoBody, Operation};
use crate::registry::{Caller, pools, users};

use super::NamedUser;

/// Deletes a user, enabled or not.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html>
pub(super) struct AdminDeleteUser;

impl Operation for AdminDeleteUser {
    const NAME: &'static str = "AdminDeleteUser";
    const INPUT: &'static [Member] = model::ADMIN_DELETE_USER;
    type Input = NamedUser;
    type Output = NoBody;

    async fn call(control: &Control, caller: &Caller, input: NamedUser) -> Result<NoBody, AwsError> {
        let deleted = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &input.user_pool_id).await?;
            let user = users::require(tx, &pool, &input.username).await?;
            users::delete(tx, &pool, &user).await
        });
        deleted.await?;
        Ok(NoBody)
    }
}
