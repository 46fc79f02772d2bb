//! Requests of browsers from other origins: preflights are answered before anybody is asked for a token, and every answer
//! says whether scripts may read it.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::gateway::cors::{Cors, Told};

/// The answer to a preflight, if the request is one and the gateway answers them.
pub(super) fn preflight(cors: Option<&Cors>, request: &HttpRequest) -> Option<HttpResponse> {
    let (cors, origin) = (cors?, preflight_from(request.method().as_str(), request)?);
    // COGNITO: 204, and the headers are missing for an origin that may not ask (assumed; docs/fidelity.md).
    let mut answer = HttpResponse::new(StatusCode::NO_CONTENT);
    add(answer.headers_mut(), cors.preflight(origin));
    Some(answer)
}

/// The origin that a request is a preflight from, if it is one. `method` is that of the request, `request` has its
/// headers.
pub(super) fn preflight_from<'r>(method: &str, request: &'r HttpRequest) -> Option<&'r str> {
    let asks = method == "OPTIONS" && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    origin(request).filter(|_| asks)
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
