//! The answers of the token endpoint, byte for byte.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use serde::Serialize;

use crate::domain::id::RequestId;
use crate::effects::random;
use crate::explain::Answer;
use crate::guard::body::Unread;
use crate::oauth::error::{TokenError, answer_failure, answer_of};
use crate::oauth::{OAuth, headers};
use crate::tokens::TokenFailure;

use super::Outcome;
use super::grant::Granted;

const BEARER: &str = "Bearer";
const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

/// What AWS says to requests that no service understands.
const NOT_SERVED: &str = r#"{"code":"BadRequest","message":"The server did not understand the operation that was requested.","type":"client"}"#;

// COGNITO: exactly these members in this order; never `scope`, even if less was granted than asked for (measured).
#[derive(Serialize)]
struct Success<'a> {
    access_token: &'a str,
    expires_in: u64,
    token_type: &'static str,
}

/// The members in documented order.
#[derive(Serialize)]
struct PersonSuccess<'a> {
    access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    token_type: &'static str,
    expires_in: u64,
}

#[derive(Serialize)]
struct Failure<'a> {
    error: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<&'a str>,
}

/// The response to a decided request.
pub(super) fn token(oauth: &OAuth, id: &RequestId, outcome: &Outcome) -> HttpResponse {
    match outcome {
        Ok(granted) => success(oauth, id, granted),
        Err(failure @ TokenFailure::Hook(cause)) => {
            let description = format!("PreTokenGeneration failed with error {cause}.");
            error(oauth, id, answer_failure(failure), Some(&description))
        }
        Err(failure) => error(oauth, id, answer_failure(failure), None),
    }
}

/// The response to a request whose body is too long, too slow, or broke off.
pub(super) fn unread(oauth: &OAuth, id: &RequestId, unread: Unread) -> HttpResponse {
    builder(oauth, id, unread.status()).finish()
}

/// What the record says of a failure.
pub(super) fn refusal(failure: &TokenFailure) -> Answer {
    let answer = answer_of(failure);
    Answer::Refused { status: answer.status(), error: answer.error(), description: answer.description() }
}

fn success(oauth: &OAuth, id: &RequestId, granted: &Granted) -> HttpResponse {
    let response = builder(oauth, id, StatusCode::OK);
    match granted {
        Granted::Machine { token, .. } => {
            let (access_token, expires_in) = (&token.access_token, token.expires_in);
            json(response, &Success { access_token, expires_in, token_type: BEARER })
        }
        Granted::Person(tokens) => {
            let body = PersonSuccess {
                access_token: &tokens.access_token,
                id_token: tokens.id_token.as_deref(),
                refresh_token: tokens.refresh_token.as_deref(),
                token_type: BEARER,
                expires_in: tokens.expires_in,
            };
            json(response, &body)
        }
    }
}

/// `told` is what only this failure has to say, in place of a fixed description.
fn error(oauth: &OAuth, id: &RequestId, error: TokenError, told: Option<&str>) -> HttpResponse {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = builder(oauth, id, status);
    match error {
        TokenError::Json { error, description, .. } => {
            json(response, &Failure { error, error_description: told.or(description) })
        }
        TokenError::NotAForm => response.insert_header((header::ALLOW, "POST, OPTIONS")).finish(),
        TokenError::NotServed => response.insert_header((header::CONTENT_TYPE, JSON)).body(NOT_SERVED),
    }
}

fn builder(oauth: &OAuth, id: &RequestId, status: StatusCode) -> actix_web::HttpResponseBuilder {
    headers::response(status, id.as_str(), &random::uuid(&*oauth.tokens.effects.random))
}

fn json<T: Serialize>(mut response: actix_web::HttpResponseBuilder, body: &T) -> HttpResponse {
    let body = serde_json::to_string(body).expect("strings and numbers serialize to JSON");
    response.insert_header((header::CONTENT_TYPE, JSON)).body(body)
}
