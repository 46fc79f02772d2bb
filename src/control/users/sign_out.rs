//! `AdminUserGlobalSignOut`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::registry::Caller;

use super::NamedUser;

/// Revokes every token of every sign-in up to now.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html>
pub(super) struct AdminUserGlobalSignOut;

impl Operation for AdminUserGlobalSignOut {
    const NAME: &'static str = "AdminUserGlobalSignOut";
    const INPUT: &'static [Member] = model::ADMIN_USER_GLOBAL_SIGN_OUT;
    type Input = NamedUser;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: NamedUser) -> Result<Empty, AwsError> {
        let sign_out = input.change(control, caller, |_, user, now| {
            user.signed_out = Some(now);
            Ok(())
        });
        sign_out.await?;
        Ok(Empty {})
    }
}
