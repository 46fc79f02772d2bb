//! `RevokeToken`.

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::{AwsError, ErrorCode};
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::domain::secret::Secret;
use crate::domain::trace::Trace;
use crate::registry::Caller;
use crate::tokens::{AssociatedSessions, TokenFailure};

use super::proven_client;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html>
#[derive(Debug)]
pub(super) struct RevokeToken;

/// A refresh token, the client that it is from, and whether the browser is signed out as well.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    token: String,
    client_id: String,
    client_secret: Option<Secret>,
    #[serde(default)]
    revoke_associated_sessions: AssociatedSessions,
}

impl Operation for RevokeToken {
    const NAME: &'static str = "RevokeToken";
    const INPUT: &'static [Member] = model::REVOKE_TOKEN;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, _caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        let client = (input.client_id.as_str(), input.client_secret.as_ref());
        let view = proven_client(control, client, &mut Trace::new()).await.map_err(|failure| match failure {
            // COGNITO: neither NotAuthorizedException nor ResourceNotFoundException is declared here.
            TokenFailure::Refused(_) => {
                AwsError::new(ErrorCode::UnauthorizedException, format!("Invalid client {}.", input.client_id))
            }
            failure => failure.into(),
        })?;
        control.sign_ins.tokens.revoke(&view, &input.token, input.revoke_associated_sessions).await?;
        Ok(Empty {})
    }
}
