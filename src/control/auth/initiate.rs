//! `InitiateAuth` and `AdminInitiateAuth`.

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

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
#[derive(Debug)]
pub(super) struct InitiateAuth;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html>
#[derive(Debug)]
pub(super) struct AdminInitiateAuth;

/// How a sign-in begins. Analytics and context are of no use here, nor is the session, which no flow continues.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    auth_flow: String,
    #[serde(default)]
    auth_parameters: Named,
    #[serde(default)]
    client_metadata: Named,
    client_id: String,
    #[serde(default, rename = "AnalyticsMetadata")]
    _analytics: IgnoredAny,
    #[serde(default, rename = "UserContextData")]
    _context: IgnoredAny,
    #[serde(default, rename = "Session")]
    _session: IgnoredAny,
}

/// The same, by an administrator.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AdminInput {
    user_pool_id: UserPoolId,
    auth_flow: String,
    #[serde(default)]
    auth_parameters: Named,
    #[serde(default)]
    client_metadata: Named,
    client_id: String,
    #[serde(default, rename = "AnalyticsMetadata")]
    _analytics: IgnoredAny,
    #[serde(default, rename = "ContextData")]
    _context: IgnoredAny,
    #[serde(default, rename = "Session")]
    _session: IgnoredAny,
}

impl Operation for InitiateAuth {
    const NAME: &'static str = "InitiateAuth";
    const INPUT: &'static [Member] = model::INITIATE_AUTH;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = AuthAnswer;

    async fn call(control: &Control, _: &Caller, input: Input) -> Result<AuthAnswer, AwsError> {
        let asked = Asked {
            name: &input.auth_flow,
            client: &input.client_id,
            admin: None,
            parameters: &input.auth_parameters,
            metadata: &input.client_metadata,
            kind: Kind::Begins,
        };
        asked.decide(control).await
    }
}

impl Operation for AdminInitiateAuth {
    const NAME: &'static str = "AdminInitiateAuth";
    const INPUT: &'static [Member] = model::ADMIN_INITIATE_AUTH;
    type Input = AdminInput;
    type Output = AuthAnswer;

    async fn call(control: &Control, caller: &Caller, input: AdminInput) -> Result<AuthAnswer, AwsError> {
        let asked = Asked {
            name: &input.auth_flow,
            client: &input.client_id,
            admin: Some((caller, &input.user_pool_id)),
            parameters: &input.auth_parameters,
            metadata: &input.client_metadata,
            kind: Kind::Begins,
        };
        asked.decide(control).await
    }
}
