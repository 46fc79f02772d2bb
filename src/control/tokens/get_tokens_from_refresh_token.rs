//! `GetTokensFromRefreshToken`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::asked::Decided;
use crate::control::error::AwsError;
use crate::control::error::tokens::{recorded, refusal};
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::secret::Secret;
use crate::domain::trace::Trace;
use crate::registry::Caller;
use crate::tokens::{ClientView, Issuing, Occasion, PersonTokens, RefreshWay, TokenFailure};

use super::{AuthenticationResult, proven_client};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html>
#[derive(Debug)]
pub(super) struct GetTokensFromRefreshToken;

/// A refresh token and the client that it is from. Devices are not remembered here, so none is looked at.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    refresh_token: String,
    client_id: String,
    client_secret: Option<Secret>,
    #[serde(rename = "DeviceKey")]
    _device_key: Option<String>,
    #[serde(default)]
    client_metadata: BTreeMap<String, String>,
}

/// New tokens; a refresh token among them only where they rotate.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    authentication_result: AuthenticationResult,
}

impl Operation for GetTokensFromRefreshToken {
    const NAME: &'static str = "GetTokensFromRefreshToken";
    const INPUT: &'static [Member] = model::GET_TOKENS_FROM_REFRESH_TOKEN;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, _caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let (mut trace, mut view) = (Trace::new(), None);
        let result = refresh(control, &input, &mut view, &mut trace).await;
        let result = result.map_err(|failure| (refusal(&failure, &input.client_id), failure));
        let answer = recorded(&result);
        let decided = Decided { name: Self::NAME, client: &input.client_id, view: view.as_deref(), answer, trace };
        control.record(decided);
        let tokens = result.map_err(|(error, _)| error)?;
        Ok(Output { authentication_result: tokens.into() })
    }
}

async fn refresh(
    control: &Control,
    input: &Input,
    found: &mut Option<Arc<ClientView>>,
    trace: &mut Trace<IssueRule>,
) -> Result<PersonTokens, TokenFailure> {
    let view = proven_client(control, (&input.client_id, input.client_secret.as_ref()), trace).await?;
    let view: &ClientView = found.insert(view);
    let (issuer, metadata) = (control.issuer(view), &input.client_metadata);
    let issuing = Issuing { view, issuer: &issuer, occasion: Occasion::RefreshTokens, metadata };
    control.sign_ins.tokens.refresh(&issuing, &input.refresh_token, RefreshWay::GetTokens, trace).await
}
