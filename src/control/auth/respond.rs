//! `RespondToAuthChallenge` and `AdminRespondToAuthChallenge`.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::id::UserPoolId;
use crate::registry::Caller;
use crate::sign_in::Named;

use super::AuthAnswer;
use super::decide::{Asked, Kind};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>
#[derive(Debug)]
pub(super) struct RespondToAuthChallenge;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRespondToAuthChallenge.html>
#[derive(Debug)]
pub(super) struct AdminRespondToAuthChallenge;

/// An answer. Analytics and context are of no use here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    client_id: String,
    challenge_name: String,
    session: Option<String>,
    #[serde(default)]
    challenge_responses: Named,
    #[serde(default)]
    client_metadata: Named,
    #[serde(default, rename = "AnalyticsMetadata")]
    _analytics: IgnoredAny,
    #[serde(default, rename = "UserContextData")]
    _context: IgnoredAny,
}

/// The same, by an administrator.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AdminInput {
    user_pool_id: UserPoolId,
    client_id: String,
    challenge_name: String,
    session: Option<String>,
    #[serde(default)]
    challenge_responses: Named,
    #[serde(default)]
    client_metadata: Named,
    #[serde(default, rename = "AnalyticsMetadata")]
    _analytics: IgnoredAny,
    #[serde(default, rename = "ContextData")]
    _context: IgnoredAny,
}

impl Operation for RespondToAuthChallenge {
    const NAME: &'static str = "RespondToAuthChallenge";
    const INPUT: &'static [Member] = model::RESPOND_TO_AUTH_CHALLENGE;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = AuthAnswer;

    async fn call(control: &Control, _: &Caller, input: Input) -> Result<AuthAnswer, AwsError> {
        let asked = Asked {
            name: &input.challenge_name,
            client: &input.client_id,
            admin: None,
            parameters: &input.challenge_responses,
            metadata: &input.client_metadata,
            kind: Kind::Answers { session: input.session.as_deref() },
        };
        asked.decide(control).await
    }
}

impl Operation for AdminRespondToAuthChallenge {
    const NAME: &'static str = "AdminRespondToAuthChallenge";
    const INPUT: &'static [Member] = model::ADMIN_RESPOND_TO_AUTH_CHALLENGE;
    type Input = AdminInput;
    type Output = AuthAnswer;

    async fn call(control: &Control, caller: &Caller, input: AdminInput) -> Result<AuthAnswer, AwsError> {
        let asked = Asked {
            name: &input.challenge_name,
            client: &input.client_id,
            admin: Some((caller, &input.user_pool_id)),
            parameters: &input.challenge_responses,
            metadata: &input.client_metadata,
            kind: Kind::Answers { session: input.session.as_deref() },
        };
        asked.decide(control).await
    }
}
