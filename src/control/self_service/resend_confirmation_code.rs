//! `ResendConfirmationCode`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::Caller;

use super::{CodeSent, Named};

/// Sends another code to confirm a sign-up with.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html>
pub(super) struct ResendConfirmationCode;

impl Operation for ResendConfirmationCode {
    const NAME: &'static str = "ResendConfirmationCode";
    const INPUT: &'static [Member] = model::RESEND_CONFIRMATION_CODE;
    const SIGNED: bool = false;
    type Input = Named;
    type Output = CodeSent;

    async fn call(control: &Control, _caller: &Caller, named: Named) -> Result<CodeSent, AwsError> {
        let view = named.admit(control).await?;
        Ok(control.sign_ins.self_service.resend(&named.asking(&view)).await?.into())
    }
}
