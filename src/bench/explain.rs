//! `POST /_poolpass/explain`: what a client would get, decided by the very functions of the token endpoint.
//!
//! No token is issued, no decision is recorded, and no secret is asked for.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use crate::domain::client::OAuthFlow;
use crate::domain::id::{RequestId, UserPoolId};
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::trace::{Evidence, Trace};
use crate::explain::{Answer, Explanation, Record};
use crate::guard::body;
use crate::tokens::{TokenFailure, check_domain, decide_scopes, find_client};

use super::{Bench, MAX_BODY, answer};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DryRun {
    /// Who would ask.
    pub client_id: String,
    /// What for, as in the form, decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// By which grant, where `code`, `implicit` and `token` are some too; unless said, by the client's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_type: Option<String>,
}

pub(super) async fn handle(bench: Data<Bench>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let body = match body::read(&request, payload, MAX_BODY, body::PATIENCE).await {
        Ok(body) => body,
        Err(unread) => return answer::unread(unread),
    };
    let asked: DryRun = match serde_json::from_slice(&body) {
        Ok(asked) => asked,
        Err(error) => {
            return answer::bad_request(&format!(
                "the body is {{\"client_id\", \"scope\"?, \"grant_type\"?}}: {error}"
            ));
        }
    };
    match bench.explain(&asked).await {
        Ok(explanation) => answer::ok(&explanation),
        Err(failure) => answer::internal(&failure),
    }
}

impl Bench {
    /// Decides without a request; an error only if poolpass itself fails.
    pub async fn explain(&self, asked: &DryRun) -> Result<Explanation, TokenFailure> {
        let grant_type = match &asked.grant_type {
            Some(named) => named.as_str(),
            None => self.own_flow(&asked.client_id).await?.name(),
        };
        let (mut trace, mut pool) = (Trace::new(), None);
        let answer = match self.decide(asked, grant_type, &mut pool, &mut trace).await {
            Ok(granted) => granted,
            Err(TokenFailure::Refused(rule)) => (self.refusal)(rule),
            Err(failure) => return Err(failure),
        };
        Ok(Explanation::of_dry_run(&Record {
            // Not shown; drawing one would move a seeded sequence on.
            id: RequestId::from(""),
            at: self.effects.clock.now(),
            grant_type: Some(Record::grant_type(grant_type)),
            client: Some(Record::client(&asked.client_id, &trace)),
            pool,
            answer,
            trace,
        }))
    }

    /// What the client would use: a machine its grant, an app the code if it may.
    async fn own_flow(&self, client: &str) -> Result<OAuthFlow, TokenFailure> {
        let view = match find_client(&self.views, (client, None), |_| true, &mut Trace::new()).await {
            Ok(view) => view,
            Err(TokenFailure::Refused(_)) => return Ok(OAuthFlow::ClientCredentials),
            Err(failure) => return Err(failure),
        };
        let listed = view.settings.allowed_oauth_flows.as_deref().unwrap_or_default();
        let preferred = [OAuthFlow::ClientCredentials, OAuthFlow::Code, OAuthFlow::Implicit];
        Ok(preferred.into_iter().find(|flow| listed.contains(flow)).unwrap_or(OAuthFlow::ClientCredentials))
    }

    async fn decide(
        &self,
        asked: &DryRun,
        grant_type: &str,
        pool: &mut Option<UserPoolId>,
        trace: &mut Trace<IssueRule>,
    ) -> Result<Answer, TokenFailure> {
        let flow = flow(grant_type);
        let presented = Evidence::Presented { parameter: "grant_type", value: Record::grant_type(grant_type) };
        trace.require(IssueRule::GrantTypeKnown, flow.is_some(), presented)?;
        let view = find_client(&self.views, (&asked.client_id, None), |_| true, trace).await?;
        *pool = Some(view.pool.clone());
        check_domain(&self.views, &view, trace)?;
        let Some(Ok(flow)) = flow else {
            // What a refresh gets was granted before, to a token that nobody shows here.
            trace.require(IssueRule::GrantParametersPresent, false, Evidence::Remark("refresh_token"))?;
            return Err(TokenFailure::Refused(IssueRule::GrantParametersPresent));
        };
        let scopes = decide_scopes(&self.views, &view, flow, asked.scope.as_deref(), trace).await?;
        Ok(Answer::Granted { scopes, expires_in: view.access_token_lifetime })
    }
}

/// The flow behind a grant type whose scopes are decided by what is asked: of a code, at the authorize endpoint.
fn flow(grant_type: &str) -> Option<Result<OAuthFlow, NotDecided>> {
    match grant_type {
        "client_credentials" => Some(Ok(OAuthFlow::ClientCredentials)),
        // The names of flows, and of response types as traces have them, are as good.
        "authorization_code" | "code" => Some(Ok(OAuthFlow::Code)),
        "implicit" | "token" => Some(Ok(OAuthFlow::Implicit)),
        "refresh_token" => Some(Err(NotDecided)),
        _ => None,
    }
}

/// The grant asks for nothing.
struct NotDecided;
