//! That a form was sent from our own page: the hidden `_csrf` field equals the `XSRF-TOKEN` cookie of that page, and a
//! browser that names the Origin names ours.

use actix_web::HttpRequest;
use actix_web::http::header;
use subtle::ConstantTimeEq as _;

use crate::effects::{Effects, random};

use super::cookies::{self, Cookie};
use super::fields::Fields;
use super::pool::origin;

/// The name on the wire.
const COOKIE: &str = "XSRF-TOKEN";

/// A token for one page, and the cookie that goes with it.
///
/// On AWS the cookie's path is `/`; here it is the page's own, since other programs on localhost use that name too.
pub(super) fn issue(effects: &Effects, request: &HttpRequest, path: &str) -> (String, String) {
    let token = random::uuid(&*effects.random);
    let cookie = Cookie { name: COOKIE, value: &token, path, max_age: None }.header(request);
    (token, cookie)
}

/// Whether the form is one that our page sent.
pub(super) fn is_ours(request: &HttpRequest, form: &Fields) -> bool {
    let field = form.get("_csrf").unwrap_or_default();
    let matches = |cookie: &str| !cookie.is_empty() && bool::from(cookie.as_bytes().ct_eq(field.as_bytes()));
    is_own_origin(request) && cookies::named(request, COOKIE).any(matches)
}

/// Browsers name the Origin of every form that is posted; scripted clients need not.
fn is_own_origin(request: &HttpRequest) -> bool {
    let own = origin(request);
    let own = format!("{}://{}", own.scheme, own.host);
    request.headers().get_all(header::ORIGIN).all(|named| named.as_bytes().eq_ignore_ascii_case(own.as_bytes()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn judged(headers: &[(header::HeaderName, &str)], form: &str) -> bool {
        let mut request = TestRequest::default();
        for (name, value) in headers {
            request = request.append_header((name.clone(), *value));
        }
        is_ours(&request.to_http_request(), &Fields::parse(form.as_bytes()))
    }

    #[test]
    fn field_and_cookie_are_the_same() {
        let cookie = (header::COOKIE, "XSRF-TOKEN=abc");
        assert!(judged(std::slice::from_ref(&cookie), "_csrf=abc"));
        assert!(judged(&[(header::COOKIE, "XSRF-TOKEN=x; XSRF-TOKEN=abc")], "_csrf=abc"));
        for form in ["", "_csrf=", "_csrf=ab", "_csrf=abd", "csrf=abc"] {
            assert!(!judged(std::slice::from_ref(&cookie), form), "{form}");
        }
        assert!(!judged(&[], "_csrf=abc"));
        assert!(!judged(&[], "_csrf="));
        assert!(!judged(&[(header::COOKIE, "XSRF-TOKEN=")], "_csrf="));
    }

    #[test]
    fn a_named_origin_is_our_own() {
        let from = |origin: &'static str| {
            let headers =
                [(header::HOST, "localhost:7665"), (header::COOKIE, "XSRF-TOKEN=a"), (header::ORIGIN, origin)];
            judged(&headers, "_csrf=a")
        };
        assert!(from("http://localhost:7665"));
        for origin in ["null", "", "http://localhost", "https://localhost:7665", "http://evil.example"] {
            assert!(!from(origin), "{origin}");
        }
    }
}
