//! `AdminEnableUser` and `AdminDisableUser`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::registry::Caller;

use super::NamedUser;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminEnableUser.html>
pub(super) struct AdminEnableUser;

impl Operation for AdminEnableUser {
    const NAME: &'static str = "AdminEnableUser";
    const INPUT: &'static [Member] = model::ADMIN_ENABLE_USER;
    type Input = NamedUser;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: NamedUser) -> Result<Empty, AwsError> {
        let enable = input.change(control, caller, |_, user, _| {
            user.enabled = true;
            Ok(())
        });
        enable.await?;
        Ok(Empty {})
    }
}

/// Nobody signs in as the user any more, and all tokens are revoked; the status stays.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDisableUser.html>
pub(super) struct AdminDisableUser;

impl Operation for AdminDisableUser {
    const NAME: &'static str = "AdminDisableUser";
    const INPUT: &'static [Member] = model::ADMIN_DISABLE_USER;
    type Input = NamedUser;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: NamedUser) -> Result<Empty, AwsError> {
        let disable = input.change(control, caller, |_, user, now| {
            user.enabled = false;
            user.signed_out = Some(now);
            Ok(())
        });
        disable.await?;
        Ok(Empty {})
    }
}
