//! `POST /oauth2/token`: one pipeline for every grant.
//!
//! parse → client → authenticate → issue (the grant) → respond; the record is kept either way.

mod authorization_code;
pub mod basic;
mod client_credentials;
pub mod form;
mod grant;
mod refresh_token;
pub(super) mod request;
mod respond;

use std::sync::Arc;

use actix_web::http::{Method, header};
use actix_web::web::{Bytes, Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::id::{RequestId, UserPoolId};
use crate::domain::rules::authenticate_client::authenticate_client;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::trace::{Cut, Evidence, Trace};
use crate::effects::random;
use crate::explain::{Answer, Record};
use crate::guard::body;
use crate::tokens::{ClientView, TokenFailure, check_domain, find_client};

use super::pool::{Named, origin};
use super::{OAuth, headers, pool};
use grant::{Grant, GrantContext, Granted};
use request::TokenRequest;

/// The longest form that is read: fifty scopes of 256 characters, percent-encoded, fit ten times.
const MAX_FORM: usize = 256 * 1024;

/// Handles `/oauth2/token`: the pool is found by Host or by client.
pub(super) async fn at_root(oauth: Data<OAuth>, request: HttpRequest, payload: Payload) -> HttpResponse {
    handle(&oauth, &request, None, payload).await
}

/// Handles `/{pool}/oauth2/token`.
pub(super) async fn in_pool(
    oauth: Data<OAuth>,
    request: HttpRequest,
    pool: Path<String>,
    payload: Payload,
) -> HttpResponse {
    handle(&oauth, &request, Some(UserPoolId::from(pool.into_inner())), payload).await
}

async fn handle(oauth: &OAuth, request: &HttpRequest, in_path: Option<UserPoolId>, payload: Payload) -> HttpResponse {
    if *request.method() == Method::OPTIONS {
        return headers::preflight("POST, OPTIONS");
    }
    let id = random::request_id(&*oauth.tokens.effects.random);
    // Whatever another method carries is not read: its answer is known already.
    let body = if *request.method() == Method::POST {
        match body::read(request, payload, MAX_FORM, body::PATIENCE).await {
            Ok(body) => body,
            Err(unread) => return respond::unread(oauth, &id, unread),
        }
    } else {
        Bytes::new()
    };
    let mut decision = Decision::default();
    let result = decision.run(oauth, request, in_path, &body).await;
    let response = respond::token(oauth, &id, &result);
    oauth.recorder.record(decision.into_record(oauth, id, &result));
    response
}

/// A decision on its way: what is known of the asker, and the steps so far.
#[derive(Default)]
struct Decision {
    request: TokenRequest,
    pool: Option<UserPoolId>,
    trace: Trace<IssueRule>,
}

/// What a decision comes to: tokens, or why there are none.
type Outcome = Result<Granted, TokenFailure>;

impl Decision {
    async fn run(&mut self, oauth: &OAuth, request: &HttpRequest, in_path: Option<UserPoolId>, body: &[u8]) -> Outcome {
        // 1 parse
        let trace = &mut self.trace;
        trace.require(IssueRule::RequestIsForm, is_form(request, body), content_type(request))?;
        self.request = TokenRequest::parse(request.query_string().as_bytes(), body, trace)?;
        let grant = self.grant()?;
        // 2 the client
        let authorization = request.headers().get(header::AUTHORIZATION).map(header::HeaderValue::as_bytes);
        self.request.read_credentials(authorization, &mut self.trace)?;
        let named = pool::named(oauth, request, in_path).await?;
        let view = self.client(oauth, named).await?;
        // 3 authenticate
        authenticate_client(&view.secrets, &self.request.secrets(), &mut self.trace)?;
        // 4 the grant
        for parameter in grant.required() {
            let present = self.request.form.get(parameter).is_some();
            self.trace.require(IssueRule::GrantParametersPresent, present, Evidence::Remark(parameter))?;
        }
        let issuer = oauth.tokens.issuers.issuer(view.choices.issuer, &view.pool, origin(request));
        let cx = GrantContext { oauth, request: &self.request, view: &view, issuer: &issuer };
        let granted = grant.issue(&cx, &mut self.trace).await?;
        self.trace.note(IssueRule::Issued, Evidence::Nothing);
        Ok(granted)
    }

    fn grant(&mut self) -> Result<Grant, TokenFailure> {
        let grant_type = self.request.form.get("grant_type");
        self.trace.require(IssueRule::GrantTypePresent, grant_type.is_some(), Evidence::Nothing)?;
        let grant_type = grant_type.unwrap_or_default();
        let grant = Grant::of_type(grant_type);
        let presented = Evidence::Presented { parameter: "grant_type", value: Record::grant_type(grant_type) };
        self.trace.require(IssueRule::GrantTypeKnown, grant.is_some(), presented)?;
        grant.ok_or(TokenFailure::Refused(IssueRule::GrantTypeKnown))
    }

    async fn client(&mut self, oauth: &OAuth, named: Named) -> Result<Arc<ClientView>, TokenFailure> {
        let client_id = self.request.client_id(&mut self.trace)?;
        let presented = self.request.secrets();
        let secret = presented.basic.or(presented.form);
        let view =
            find_client(&oauth.tokens.views, (client_id, secret), |pool| named.admits(pool), &mut self.trace).await?;
        self.pool = Some(view.pool.clone());
        check_domain(&oauth.tokens.views, &view, &mut self.trace)?;
        Ok(view)
    }

    fn into_record(self, oauth: &OAuth, id: RequestId, outcome: &Outcome) -> Record {
        let answer = match outcome {
            Ok(granted) => Answer::Granted { scopes: granted.scopes().to_vec(), expires_in: granted.expires_in() },
            Err(failure) => respond::refusal(failure),
        };
        Record {
            id,
            at: oauth.tokens.effects.clock.now(),
            grant_type: self.request.presented_grant_type(),
            client: self.request.presented_client().map(|id| Record::client(id, &self.trace)),
            pool: self.pool,
            answer,
            trace: self.trace,
        }
    }
}

/// Whether the request is a form: by its type, or because it has no body and no type to speak of.
pub(super) fn is_form(request: &HttpRequest, body: &[u8]) -> bool {
    if *request.method() != Method::POST {
        return false;
    }
    let Some(value) = request.headers().get(header::CONTENT_TYPE) else { return body.is_empty() };
    let essence = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

fn content_type(request: &HttpRequest) -> Evidence {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    Evidence::Presented { parameter: "Content-Type", value: Cut::guarded(value.unwrap_or_default(), Cut::LIMIT) }
}
