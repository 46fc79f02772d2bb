//! `POST /oauth2/revoke`: the end of a refresh token and of everything that descends from its sign-in (RFC 7009).
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html>

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::domain::id::UserPoolId;
use crate::domain::rules::authenticate_client::{Presented, authenticate_client};
use crate::domain::trace::Trace;
use crate::effects::random;
use crate::guard::body;
use crate::tokens::{AssociatedSessions, RevokeFailure, TokenFailure, find_client};

use super::pool::named;
use super::token::form::Form;
use super::token::is_form;
use super::token::request::TokenRequest;
use super::{OAuth, headers};

/// What the endpoint reads; others are ignored.
const KNOWN: [&str; 3] = ["token", "client_id", "client_secret"];
/// A refresh token and an id are far shorter.
const MAX_FORM: usize = 64 * 1024;
const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

/// How a request fails.
enum Failure {
    Answer(StatusCode, &'static str),
    Token(TokenFailure),
}

impl<E: Into<TokenFailure>> From<E> for Failure {
    fn from(failure: E) -> Self {
        Self::Token(failure.into())
    }
}

#[derive(Serialize)]
struct Body {
    error: &'static str,
}

const INVALID_REQUEST: Failure = Failure::Answer(StatusCode::BAD_REQUEST, "invalid_request");

/// Handles `/oauth2/revoke`.
pub(super) async fn at_root(oauth: Data<OAuth>, request: HttpRequest, payload: Payload) -> HttpResponse {
    handle(&oauth, &request, None, payload).await
}

/// Handles `/{pool}/oauth2/revoke`.
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
    let id = random::uuid(&*oauth.tokens.effects.random);
    if *request.method() != Method::POST {
        return headers::standing(StatusCode::METHOD_NOT_ALLOWED, &id)
            .insert_header((header::ALLOW, "POST, OPTIONS"))
            .finish();
    }
    let body = match body::read(request, payload, MAX_FORM, body::PATIENCE).await {
        Ok(body) => body,
        Err(unread) => return headers::standing(unread.status(), &id).finish(),
    };
    match revoke(oauth, request, in_path, &body).await {
        Ok(()) => headers::standing(StatusCode::OK, &id).finish(),
        Err(failure) => refuse(&id, &failure),
    }
}

async fn revoke(oauth: &OAuth, request: &HttpRequest, in_path: Option<UserPoolId>, body: &[u8]) -> Result<(), Failure> {
    if !is_form(request, body) {
        return Err(INVALID_REQUEST);
    }
    let mut trace = Trace::new();
    let form = Form::of(&KNOWN, request.query_string().as_bytes(), body);
    let mut asked = TokenRequest::of(form, &mut trace)?;
    let authorization = request.headers().get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    asked.read_credentials(authorization, &mut trace)?;
    let named = named(oauth, request, in_path).await.map_err(TokenFailure::from)?;
    let client = asked.client_id(&mut trace)?;
    let presented = asked.secrets();
    let view =
        find_client(&oauth.tokens.views, (client, presented.basic), |pool| named.admits(pool), &mut trace).await?;
    // COGNITO: unlike at the token endpoint, a secret counts only in the header (documented and measured).
    let counted = if view.secrets.is_empty() { presented } else { Presented { form: None, ..presented } };
    authenticate_client(&view.secrets, &counted, &mut trace)?;
    let token = asked.form.get("token").ok_or(INVALID_REQUEST)?;
    match oauth.tokens.revoke(&view, token, AssociatedSessions::None).await {
        Ok(()) => Ok(()),
        Err(RevokeFailure::SwitchedOff) => Err(INVALID_REQUEST),
        Err(RevokeFailure::NoRefreshToken) => Err(Failure::Answer(StatusCode::BAD_REQUEST, "unsupported_token_type")),
        Err(RevokeFailure::Store(error)) => Err(Failure::Token(error.into())),
    }
}

// COGNITO: here a client that does not prove itself gets 401, at the token endpoint 400 (documented).
fn refuse(id: &str, failure: &Failure) -> HttpResponse {
    let (status, error) = match failure {
        Failure::Answer(status, error) => (*status, *error),
        Failure::Token(failure) => {
            let answer = super::error::answer_failure(failure);
            let error = answer.error().unwrap_or("invalid_request");
            let status = if error == "invalid_client" { 401 } else { answer.status() };
            (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), error)
        }
    };
    let body = serde_json::to_string(&Body { error }).expect("texts serialize to JSON");
    headers::standing(status, id).insert_header((header::CONTENT_TYPE, JSON)).body(body)
}
