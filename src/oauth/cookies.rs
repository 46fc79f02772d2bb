//! Cookies as they come and go. They ignore ports: on plain `localhost` every program of this machine shares them.

use actix_web::HttpRequest;
use actix_web::http::header;

/// The values under this name, in the order in which the browser sends them: that of the longest path first.
pub(super) fn named<'a>(request: &'a HttpRequest, name: &'a str) -> impl Iterator<Item = &'a str> {
    let headers = request.headers().get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
    headers.flat_map(move |header| values(header, name))
}

/// The values under this name in one `Cookie` header.
pub fn values<'a>(header: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    header.split(';').filter_map(move |pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found == name).then_some(value)
    })
}

/// A cookie to set: out of reach of scripts, not sent from other sites except by links, and over TLS if it came so.
pub(super) struct Cookie<'a> {
    pub(super) name: &'static str,
    pub(super) value: &'a str,
    pub(super) path: &'a str,
    /// Seconds; `None` until the browser closes, 0 to delete it.
    pub(super) max_age: Option<i64>,
}

impl Cookie<'_> {
    /// The `Set-Cookie` header.
    // Safari drops `Secure` cookies over plain HTTP, even on localhost.
    pub(super) fn header(&self, request: &HttpRequest) -> String {
        let age = self.max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        let secure = if request.app_config().secure() { "; Secure" } else { "" };
        format!("{}={}; Path={}{age}; HttpOnly; SameSite=Lax{secure}", self.name, self.value, self.path)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn every_cookie_of_the_name_is_read() {
        let request = TestRequest::default()
            .append_header((header::COOKIE, "a=1; b=2;a=3=4"))
            .append_header((header::COOKIE, "A=5; a; a=6"))
            .to_http_request();
        assert_eq!(named(&request, "a").collect::<Vec<_>>(), ["1", "3=4", "6"]);
    }

    #[test]
    fn a_cookie_is_out_of_reach_of_scripts_and_of_other_sites() {
        let request = TestRequest::default().to_http_request();
        let cookie = Cookie { name: "cognito", value: "x", path: "/", max_age: Some(3_600) };
        assert_eq!(cookie.header(&request), "cognito=x; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax");
        let cookie = Cookie { name: "XSRF-TOKEN", value: "x", path: "/login", max_age: None };
        assert_eq!(cookie.header(&request), "XSRF-TOKEN=x; Path=/login; HttpOnly; SameSite=Lax");
    }
}
