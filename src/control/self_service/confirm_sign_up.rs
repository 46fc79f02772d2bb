//! `ConfirmSignUp`

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::Caller;
use crate::sign_in::Steps;

use super::{Named, told};

/// Confirms a sign-up with the code that was sent.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>
pub(super) struct ConfirmSignUp;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(flatten)]
    named: Named,
    confirmation_code: String,
    #[serde(default)]
    force_alias_creation: bool,
    session: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

impl Operation for ConfirmSignUp {
    const NAME: &'static str = "ConfirmSignUp";
    const INPUT: &'static [Member] = model::CONFIRM_SIGN_UP;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, _caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let Input { named, confirmation_code, force_alias_creation, session } = input;
        let view = named.admit(control).await?;
        let (asking, sign_ins, mut trace) = (named.asking(&view), &control.sign_ins, Steps::new());
        let signing_up = match &session {
            Some(session) => Some(sign_ins.signing_up(&asking, session, &mut trace).await.map_err(told)?),
            None => None,
        };
        let confirmed = sign_ins.self_service.confirm_sign_up(&asking, &confirmation_code, force_alias_creation);
        let confirmed = confirmed.await?;
        let session = sign_ins.confirmed(&asking, signing_up, &confirmed, &mut trace);
        Ok(Output { session: session.await.map_err(told)? })
    }
}
