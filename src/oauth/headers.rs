//! The headers that every answer of the OAuth endpoints carries.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};

/// Names the request in the service's answers and in our traces.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-cognito-request-id");

const STANDING: [(HeaderName, &str); 9] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_XSS_PROTECTION, "1; mode=block"),
    (header::CACHE_CONTROL, "no-cache, no-store, max-age=0, must-revalidate"),
    (header::PRAGMA, "no-cache"),
    (header::EXPIRES, "0"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000 ; includeSubDomains"),
    (header::SERVER, "Server"),
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
];

/// A response with the header set that was captured from the service.
// COGNITO: an `XSRF-TOKEN` cookie comes even with tokens (measured). On AWS its path is `/`; here it is the endpoint's,
// because cookies ignore ports and other programs on localhost use that name.
pub(super) fn response(status: StatusCode, request_id: &str, xsrf: &str) -> HttpResponseBuilder {
    let mut response = standing(status, request_id);
    response.insert_header((header::SET_COOKIE, format!("XSRF-TOKEN={xsrf}; Path=/oauth2/token; HttpOnly")));
    response
}

/// The same without the cookie, for endpoints that only programs ask.
pub(super) fn standing(status: StatusCode, request_id: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    for (name, value) in STANDING {
        response.insert_header((name, HeaderValue::from_static(value)));
    }
    response.insert_header((REQUEST_ID, request_id));
    response
}

/// What a page may load and who may frame it: our own stylesheet and icon, and nobody.
///
/// `form-action` is left out on purpose: browsers hold it against redirects too, and a sign-in ends in one to the callback
/// and on to wherever the application goes from there. Nothing a request says gets into a page unescaped.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A response of the pages: the same headers, but nothing for other origins to read.
pub(super) fn page(status: StatusCode, request_id: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    for (name, value) in STANDING {
        if name != header::ACCESS_CONTROL_ALLOW_ORIGIN {
            response.insert_header((name, HeaderValue::from_static(value)));
        }
    }
    response.insert_header((REQUEST_ID, request_id));
    response.insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY));
    // The query of a page is nobody else's business; to ourselves it is sent, or forms would come from the origin `null`.
    response.insert_header((header::REFERRER_POLICY, "same-origin"));
    response
}

/// The answer to a browser that asks whether it may send the real request.
pub(super) fn preflight(methods: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, methods))
        .insert_header((
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, x-amz-user-agent, cache-control",
        ))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "172800"))
        .finish()
}
