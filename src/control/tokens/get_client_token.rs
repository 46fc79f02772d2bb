//! `GetClientToken`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::asked::Decided;
use crate::control::error::AwsError;
use crate::control::error::tokens::{recorded_machine, refusal};
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::scope::Scope;
use crate::domain::secret::Secret;
use crate::domain::trace::Trace;
use crate::registry::Caller;
use crate::tokens::{ClientView, Issuing, Occasion, TokenFailure, TokenSet, decide_client_token_scopes};

use super::proven_client;

/// COGNITO: the page calls it unsigned and the model does not: both are accepted (docs/fidelity.md).
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetClientToken.html>
#[derive(Debug)]
pub(super) struct GetClientToken;

/// A client, its secret, and what it asks for; all of its list if it names nothing.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    client_id: String,
    secret: Secret,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    client_metadata: BTreeMap<String, String>,
}

/// The token.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    client_authentication_result: ClientAuthenticationResult,
}

/// `ClientAuthenticationResultType`
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ClientAuthenticationResult {
    access_token: String,
    expires_in: u64,
    token_type: &'static str,
}

impl Operation for GetClientToken {
    const NAME: &'static str = "GetClientToken";
    const INPUT: &'static [Member] = model::GET_CLIENT_TOKEN;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, _caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let (mut trace, mut view) = (Trace::new(), None);
        let result = issue(control, &input, &mut view, &mut trace).await;
        let result = result.map_err(|failure| (refusal(&failure, &input.client_id), failure));
        let answer = recorded_machine(&result);
        let decided = Decided { name: Self::NAME, client: &input.client_id, view: view.as_deref(), answer, trace };
        control.record(decided);
        let (TokenSet { access_token, expires_in }, _) = result.map_err(|(error, _)| error)?;
        let client_authentication_result =
            ClientAuthenticationResult { access_token, expires_in, token_type: "Bearer" };
        Ok(Output { client_authentication_result })
    }
}

async fn issue(
    control: &Control,
    input: &Input,
    found: &mut Option<Arc<ClientView>>,
    trace: &mut Trace<IssueRule>,
) -> Result<(TokenSet, Vec<Scope>), TokenFailure> {
    let view = proven_client(control, (&input.client_id, Some(&input.secret)), trace).await?;
    let view: &ClientView = found.insert(view);
    let tokens = &control.sign_ins.tokens;
    let asked = (!input.scopes.is_empty()).then(|| input.scopes.join(" "));
    let scopes = decide_client_token_scopes(&tokens.views, view, asked.as_deref(), trace).await?;
    let (issuer, metadata) = (control.issuer(view), &input.client_metadata);
    let issuing = Issuing { view, issuer: &issuer, occasion: Occasion::ClientCredentials, metadata };
    tokens.machine_token(&issuing, scopes, trace).await
}
