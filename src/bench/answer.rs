//! The test bench's answers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Serialize;

use crate::guard::body::Unread;
use crate::keys::KeyError;

use super::SeedFailure;

#[derive(Serialize)]
struct Refusal<'a> {
    error: &'a str,
    message: &'a str,
}

/// A document.
pub(super) fn ok(document: &impl Serialize) -> HttpResponse {
    json(StatusCode::OK, document)
}

/// A refusal: one word for programs, one sentence for people.
pub(super) fn error(status: StatusCode, error: &str, message: &str) -> HttpResponse {
    json(status, &Refusal { error, message })
}

/// A request that makes no sense.
pub(super) fn bad_request(message: &str) -> HttpResponse {
    error(StatusCode::BAD_REQUEST, "bad_request", message)
}

/// A body that could not be read.
pub(super) fn unread(unread: Unread) -> HttpResponse {
    error(unread.status(), "unreadable_body", &unread.to_string())
}

/// What the keys refuse.
pub(super) fn key_failure(failure: &KeyError) -> HttpResponse {
    match failure {
        KeyError::NoSuchPool | KeyError::NoSuchKey(_) => {
            error(StatusCode::NOT_FOUND, "not_found", &failure.to_string())
        }
        KeyError::StillSigning(_) => error(StatusCode::CONFLICT, "still_signing", &failure.to_string()),
        KeyError::Published(_) | KeyError::Unusable(_) | KeyError::Store(_) => internal(failure),
    }
}

/// What seeding refuses.
pub(super) fn seed_failure(failure: &SeedFailure) -> HttpResponse {
    match failure {
        SeedFailure::Unreadable(message) => bad_request(message),
        SeedFailure::Conflict(message) => error(StatusCode::CONFLICT, "conflict", message),
        SeedFailure::Failed(_) => internal(failure),
    }
}

/// A fault of ours: logged here, once.
pub(super) fn internal(cause: &dyn std::error::Error) -> HttpResponse {
    tracing::error!(%cause, "a request to the test bench failed");
    error(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "something failed in poolpass; its log says what")
}

fn json(status: StatusCode, document: &impl Serialize) -> HttpResponse {
    let body = serde_json::to_vec(document).expect("invariant: texts and numbers can be written as JSON");
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body)
}
