//! `RespondToAuthChallenge` and `AdminRespondToAuthChallenge`.

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::Caller;

use super::AuthAnswer;
use super::decide::{Kind, Request};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>
#[derive(Debug)]
pub(super) struct RespondToAuthChallenge;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRespondToAuthChallenge.html>
#[derive(Debug)]
pub(super) struct AdminRespondToAuthChallenge;

impl Operation for RespondToAuthChallenge {
    const NAME: &'static str = "RespondToAuthChallenge";
    const INPUT: &'static [Member] = model::RESPOND_TO_AUTH_CHALLENGE;
    const SIGNED: bool = false;
    type Input = Request;
    type Output = AuthAnswer;

    async fn call(control: &Control, caller: &Caller, input: Request) -> Result<AuthAnswer, AwsError> {
        input.decide(control, caller, Kind::Answers).await
    }
}

impl Operation for AdminRespondToAuthChallenge {
    const NAME: &'static str = "AdminRespondToAuthChallenge";
    const INPUT: &'static [Member] = model::ADMIN_RESPOND_TO_AUTH_CHALLENGE;
    type Input = Request;
    type Output = AuthAnswer;

    async fn call(control: &Control, caller: &Caller, input: Request) -> Result<AuthAnswer, AwsError> {
        input.decide(control, caller, Kind::Answers).await
    }
}
