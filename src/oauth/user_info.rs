//! `/oauth2/userInfo`: what an access token with `openid` opens of its user.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html>

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::domain::id::UserPoolId;
use crate::domain::person_claims::user_info;
use crate::domain::readable::Readable;
use crate::domain::sign_in::Origin;
use crate::effects::random;
use crate::tokens::{Access, AccessFailure};

use super::pool::named;
use super::{OAuth, headers};

const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

/// How a request fails: its status, and what header and body say.
struct Failure {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
}

#[derive(Serialize)]
struct Body {
    error: &'static str,
    error_description: &'static str,
}

const MALFORMED: Failure = Failure {
    status: StatusCode::BAD_REQUEST,
    error: "invalid_request",
    description: "Bad OAuth2 request at UserInfo Endpoint",
};
const INVALID: Failure = Failure {
    status: StatusCode::UNAUTHORIZED,
    error: "invalid_token",
    description: "Access token is expired, disabled, or deleted, or the user has globally signed out.",
};
// COGNITO: RFC 6750, section 3.1, wants 403 and `insufficient_scope` here (measured).
const WITHOUT_OPENID: Failure = Failure {
    status: StatusCode::UNAUTHORIZED,
    error: "invalid_token",
    description: "Access token does not contain openid scope",
};
const BROKEN: Failure =
    Failure { status: StatusCode::INTERNAL_SERVER_ERROR, error: "server_error", description: "Internal server error" };

/// Handles `/oauth2/userInfo`.
pub(super) async fn at_root(oauth: Data<OAuth>, request: HttpRequest) -> HttpResponse {
    handle(&oauth, &request, None).await
}

/// Handles `/{pool}/oauth2/userInfo`.
pub(super) async fn in_pool(oauth: Data<OAuth>, request: HttpRequest, pool: Path<String>) -> HttpResponse {
    handle(&oauth, &request, Some(UserPoolId::from(pool.into_inner()))).await
}

async fn handle(oauth: &OAuth, request: &HttpRequest, in_path: Option<UserPoolId>) -> HttpResponse {
    if *request.method() == Method::OPTIONS {
        return headers::preflight("GET, POST, OPTIONS");
    }
    let id = random::uuid(&*oauth.tokens.effects.random);
    // COGNITO: GET is what is documented; POST is what OpenID Connect Core, section 5.3.1, wants as well.
    if *request.method() != Method::GET && *request.method() != Method::POST {
        let mut response = headers::standing(StatusCode::METHOD_NOT_ALLOWED, &id);
        return response.insert_header((header::ALLOW, "GET, POST, OPTIONS")).finish();
    }
    match presented(oauth, request, in_path).await {
        Ok(access) => {
            let readable = Readable::new(&access.view.settings, Origin::Code, &access.scopes);
            let claims = user_info(&access.user, readable);
            let body = serde_json::to_string(&claims).expect("texts serialize to JSON");
            headers::standing(StatusCode::OK, &id).insert_header((header::CONTENT_TYPE, JSON)).body(body)
        }
        Err(failure) => refuse(&id, &failure),
    }
}

async fn presented(oauth: &OAuth, request: &HttpRequest, in_path: Option<UserPoolId>) -> Result<Access, Failure> {
    let token = bearer(request).ok_or(MALFORMED)?;
    let access = oauth.tokens.access(token).await.map_err(|failure| failed(&failure))?;
    let named = named(oauth, request, in_path).await.map_err(|error| failed(&error.into()))?;
    if !named.admits(&access.view.pool) {
        return Err(INVALID);
    }
    access.require("openid").map_err(|_| WITHOUT_OPENID)?;
    Ok(access)
}

/// The token of the `Authorization` header.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(token)
}

fn failed(failure: &AccessFailure) -> Failure {
    match failure {
        AccessFailure::Store(_) | AccessFailure::Key(_) => {
            tracing::error!(%failure, "an access token could not be checked");
            BROKEN
        }
        AccessFailure::NotAToken
        | AccessFailure::WrongSignature
        | AccessFailure::Expired
        | AccessFailure::Revoked
        | AccessFailure::OfNoUser
        | AccessFailure::UserGone
        | AccessFailure::UserDisabled
        | AccessFailure::ScopeMissing(_) => INVALID,
    }
}

// COGNITO: the header lacks the word `Bearer` that RFC 6750, section 3, wants (documented).
fn refuse(id: &str, failure: &Failure) -> HttpResponse {
    let Failure { status, error, description } = *failure;
    let body = serde_json::to_string(&Body { error, error_description: description }).expect("texts serialize to JSON");
    let challenge = format!(r#"error="{error}", error_description="{description}""#);
    let mut response = headers::standing(status, id);
    response.insert_header((header::WWW_AUTHENTICATE, challenge)).insert_header((header::CONTENT_TYPE, JSON)).body(body)
}
