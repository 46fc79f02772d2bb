//! Requests of browsers from other origins: preflights are answered before anybody is asked for a token, and every answer
//! says whether scripts may read it.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::gateway::cors::{Cors, Told};

/// The answer to a preflight, if the request is one and the gateway answers them.
pub(super) fn preflight(cors: Option<&Cors>, request: &HttpRequest) -> Option<HttpResponse> {
    let (cors, origin) = (cors?, origin(request)?);
    if request.method() != Method::OPTIONS || !request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    // COGNITO: 204, and the headers are missing for an origin that may not ask (assumed; docs/fidelity.md).
    let mut answer = HttpResponse::new(StatusCode::NO_CONTENT);
    add(answer.headers_mut(), cors.preflight(origin));
    Some(answer)
}

/// Adds what browsers want to know about this answer. What the upstream says about it does not count (documented).
pub(super) fn tell(cors: Option<&Cors>, request: &HttpRequest, answer: &mut HttpResponse) {
    let Some(cors) = cors else { return };
    let headers = answer.headers_mut();
    let theirs: Vec<HeaderName> =
        headers.keys().filter(|name| name.as_str().starts_with("access-control-")).cloned().collect();
    for name in theirs {
        headers.remove(name);
    }
    if let Some(origin) = origin(request) {
        add(headers, cors.answered(origin));
    }
}

fn origin(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::ORIGIN)?.to_str().ok()
}

fn add(headers: &mut HeaderMap, told: Vec<Told>) {
    for (name, value) in told {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
}
