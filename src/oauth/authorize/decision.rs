//! An authorize request on its way: what it says, what is known of it, and the steps so far.

use std::sync::Arc;

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::domain::client::OAuthFlow;
use crate::domain::id::{RequestId, UserPoolId};
use crate::domain::rules::authorize_request::{self, Asked, AuthorizeRequest};
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::scope::Scope;
use crate::domain::trace::{Evidence, Refused, Trace};
use crate::effects::random;
use crate::oauth::OAuth;
use crate::oauth::fields::{self, Fields, Unusable};
use crate::oauth::pool::{self, origin};
use crate::tokens::{ClientView, TokenFailure, check_domain, decide_scopes, find_client};

use super::callback::Callback;
use super::error::{Told, told};

/// The parameters that the endpoint and the pages know; all others are ignored.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html>
const KNOWN: [&str; 13] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "identity_provider",
    "idp_identifier",
    "login_hint",
    "lang",
    "prompt",
];

/// Our own parameters, which tell a page what to say and go no further.
pub(in crate::oauth) const OWN: [&str; 2] = ["notice", "find"];

const SWITCHED_OFF: &str = "AllowedOAuthFlowsUserPoolClient is false, which switches every OAuth flow off";

/// What is known of a request, whatever becomes of it.
pub(in crate::oauth) struct Decision {
    /// The id of the request and of its trace.
    pub(in crate::oauth) id: RequestId,
    /// What it says.
    pub(in crate::oauth) fields: Fields,
    /// Its query as it came, for the pages that follow.
    pub(in crate::oauth) query: String,
    /// The pool, once it was found.
    pub(in crate::oauth) pool: Option<UserPoolId>,
    /// Where to answer to, once that was found to be registered.
    pub(in crate::oauth) callback: Option<Callback>,
    /// The steps.
    pub(in crate::oauth) trace: Trace<IssueRule>,
}

/// A request that can be followed.
pub(in crate::oauth) struct Admitted {
    /// The client.
    pub(in crate::oauth) view: Arc<ClientView>,
    /// What it asks for.
    pub(in crate::oauth) asked: Asked,
    /// The scopes that its tokens get.
    pub(in crate::oauth) scopes: Vec<Scope>,
    /// Where to answer to.
    pub(in crate::oauth) callback: Callback,
    /// What `iss` says.
    pub(in crate::oauth) issuer: String,
}

impl Decision {
    /// Of a request with this query, about which nothing is known yet.
    pub(in crate::oauth) fn new(oauth: &OAuth, query: &str) -> Self {
        Self {
            id: random::request_id(&*oauth.tokens.effects.random),
            fields: Fields::parse(query.as_bytes()),
            query: fields::without(query, &OWN),
            pool: None,
            callback: None,
            trace: Trace::new(),
        }
    }

    /// Judges everything about the request but who is asking.
    pub(in crate::oauth) async fn admit(
        &mut self,
        oauth: &OAuth,
        request: &HttpRequest,
    ) -> Result<Admitted, TokenFailure> {
        let named = pool::named(oauth, request, None).await?;
        let view = self.client(oauth, |pool| named.admits(pool)).await?;
        let issuer = oauth.tokens.issuers.issuer(view.choices.issuer, &view.pool, origin(request));
        self.follow(oauth, view, issuer).await
    }

    /// The client that the request names, if it may mean one of its pool.
    pub(in crate::oauth) async fn client(
        &mut self,
        oauth: &OAuth,
        admits: impl FnOnce(&UserPoolId) -> bool,
    ) -> Result<Arc<ClientView>, TokenFailure> {
        self.readable()?;
        let client = self.fields.get("client_id");
        self.trace.require(IssueRule::ClientNamed, client.is_some(), Evidence::Remark("client_id"))?;
        let client = (client.unwrap_or_default(), None);
        let view = find_client(&oauth.tokens.views, client, admits, &mut self.trace).await?;
        self.pool = Some(view.pool.clone());
        check_domain(&oauth.tokens.views, &view, &mut self.trace)?;
        Ok(view)
    }

    /// Judges what the request asks of its client.
    pub(in crate::oauth) async fn follow(
        &mut self,
        oauth: &OAuth,
        view: Arc<ClientView>,
        issuer: String,
    ) -> Result<Admitted, TokenFailure> {
        let fields = self.fields.clone();
        let request = parameters(&fields);
        let flow = request.response_type.and_then(authorize_request::flow).unwrap_or(OAuthFlow::Code);
        if !view.switched_on {
            self.trace.note(IssueRule::FlowAllowed, Evidence::Remark(SWITCHED_OFF));
            self.trace.require(IssueRule::FlowAllowed, false, Evidence::Remark(flow.name()))?;
        }
        let url = authorize_request::callback(&request, &view.settings, &mut self.trace)?.to_owned();
        let callback = Callback { url, flow, state: fields.raw("state").map(str::to_owned) };
        self.callback = Some(callback.clone());
        let asked = authorize_request::authorize_request(&request, &view.settings, &mut self.trace)?;
        let scope = fields.get("scope");
        let scopes = decide_scopes(&oauth.tokens.views, &view, asked.flow, scope, &mut self.trace).await?;
        Ok(Admitted { view, asked, scopes, callback, issuer })
    }

    /// Takes the client from an ID token that a logout brings along. Whether the token is good does not matter: it only
    /// says whose registered URLs count.
    pub(in crate::oauth) fn name_client_by_hint(&mut self) {
        let Some(hint) = self.fields.get("id_token_hint").filter(|_| self.fields.get("client_id").is_none()) else {
            return;
        };
        let claims = hint.split('.').nth(1).and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok());
        if let Some(hinted) = claims.and_then(|claims| serde_json::from_slice::<Hinted>(&claims).ok()) {
            self.fields.add("client_id", hinted.aud);
        }
    }

    /// The refusal of a request that lacks a parameter.
    pub(in crate::oauth) fn missing(&mut self, parameter: &'static str) -> TokenFailure {
        let required = self.trace.require(IssueRule::GrantParametersPresent, false, Evidence::Remark(parameter));
        required.map_or_else(Into::into, |()| TokenFailure::Refused(IssueRule::GrantParametersPresent))
    }

    /// Whether this is the refusal of a query that was not made to sign in with, but came over from a logout.
    pub(in crate::oauth) fn follows_logout(&self, failure: &TokenFailure) -> bool {
        let TokenFailure::Refused(rule) = failure else { return false };
        told(*rule) == Told::MissingParameter && self.fields.get("logout_uri").is_some()
    }

    fn readable(&mut self) -> Result<(), Refused<IssueRule>> {
        let (rule, name) = match self.fields.check(&KNOWN) {
            Ok(()) => return Ok(()),
            Err(Unusable::Repeated(name)) => (IssueRule::ParameterGivenOnce, name),
            Err(Unusable::NotText(name)) => (IssueRule::RequestIsWellFormed, name),
        };
        self.trace.require(rule, false, Evidence::Remark(name))
    }
}

/// What is read of an ID token that is only a hint.
#[derive(Deserialize)]
struct Hinted {
    aud: String,
}

fn parameters(fields: &Fields) -> AuthorizeRequest<'_> {
    AuthorizeRequest {
        response_type: fields.get("response_type"),
        redirect_uri: fields.get("redirect_uri"),
        code_challenge: fields.get("code_challenge"),
        code_challenge_method: fields.get("code_challenge_method"),
        identity_provider: fields.get("identity_provider"),
        idp_identifier: fields.get("idp_identifier"),
        prompt: fields.get("prompt"),
        resource: fields.get("resource"),
        several_resources: fields.count("resource") > 1,
    }
}
