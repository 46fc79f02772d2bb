//! `InitiateAuth` and `AdminInitiateAuth`.

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::Caller;

use super::AuthAnswer;
use super::decide::{Kind, Request};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
#[derive(Debug)]
pub(super) struct InitiateAuth;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html>
#[derive(Debug)]
pub(super) struct AdminInitiateAuth;

impl Operation for InitiateAuth {
    const NAME: &'static str = "InitiateAuth";
    const INPUT: &'static [Member] = model::INITIATE_AUTH;
    const SIGNED: bool = false;
    type Input = Request;
    type Output = AuthAnswer;

    async fn call(control: &Control, caller: &Caller, input: Request) -> Result<AuthAnswer, AwsError> {
        input.decide(control, caller, Kind::Begins).await
    }
}

impl Operation for AdminInitiateAuth {
    const NAME: &'static str = "AdminInitiateAuth";
    const INPUT: &'static [Member] = model::ADMIN_INITIATE_AUTH;
    type Input = Request;
    type Output = AuthAnswer;

    async fn call(control: &Control, caller: &Caller, input: Request) -> Result<AuthAnswer, AwsError> {
        input.decide(control, caller, Kind::Begins).await
    }
}
