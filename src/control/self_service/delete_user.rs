//! `DeleteUser`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{NoBody, Operation};
use crate::registry::Caller;

use super::SignedIn;

/// Deletes the account of a signed-in user.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html>
pub(super) struct DeleteUser;

impl Operation for DeleteUser {
    const NAME: &'static str = "DeleteUser";
    const INPUT: &'static [Member] = model::DELETE_USER;
    const SIGNED: bool = false;
    type Input = SignedIn;
    type Output = NoBody;

    async fn call(control: &Control, _caller: &Caller, input: SignedIn) -> Result<NoBody, AwsError> {
        let access = control.sign_ins.tokens.access_to_api(&input.access_token).await?;
        control.sign_ins.self_service.delete_user(&access).await?;
        Ok(NoBody)
    }
}
