//! `ForgotPassword`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::Caller;

use super::{CodeSent, Named};

/// Sends a code to set a new password with.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html>
pub(super) struct ForgotPassword;

impl Operation for ForgotPassword {
    const NAME: &'static str = "ForgotPassword";
    const INPUT: &'static [Member] = model::FORGOT_PASSWORD;
    const SIGNED: bool = false;
    type Input = Named;
    type Output = CodeSent;

    async fn call(control: &Control, _caller: &Caller, named: Named) -> Result<CodeSent, AwsError> {
        let view = named.admit(control).await?;
        Ok(control.sign_ins.self_service.forgot_password(&named.asking(&view)).await?.into())
    }
}
