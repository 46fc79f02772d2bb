//! The URL that a browser is sent back to, parameter by parameter.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::form_urlencoded::byte_serialize;

use crate::domain::client::OAuthFlow;

/// A registered callback and how it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::oauth) struct Callback {
    /// The URL, as it was registered.
    pub(in crate::oauth) url: String,
    /// Answers of the implicit grant are in the fragment, errors too.
    pub(in crate::oauth) flow: OAuthFlow,
    /// What the request wants back, also if it is empty.
    pub(in crate::oauth) state: Option<String>,
}

/// What a header cannot hold; a registered URL may have letters of every script.
const HEADER: &AsciiSet = &CONTROLS.add(b' ');

impl Callback {
    /// `code` and then `state`.
    pub(in crate::oauth) fn code(&self, code: &str) -> String {
        self.with(&[("code", Some(code)), ("state", self.state.as_deref())])
    }

    /// The tokens of the implicit grant, in the order in which the service was seen to send them.
    // COGNITO: `bearer` without an ID token, `Bearer` with one (measured).
    pub(in crate::oauth) fn tokens(&self, access_token: &str, id_token: Option<&str>, expires_in: u64) -> String {
        let token_type = if id_token.is_some() { "Bearer" } else { "bearer" };
        let expires_in = expires_in.to_string();
        self.with(&[
            ("id_token", id_token),
            ("access_token", Some(access_token)),
            ("token_type", Some(token_type)),
            ("expires_in", Some(&expires_in)),
            ("state", self.state.as_deref()),
        ])
    }

    /// An error: description, state, error, in this order (measured). What has no description is documented only, with
    /// the state last.
    pub(in crate::oauth) fn error(&self, error: &str, description: Option<&str>) -> String {
        let state = ("state", self.state.as_deref());
        match description {
            Some(description) => self.with(&[("error_description", Some(description)), state, ("error", Some(error))]),
            None => self.with(&[("error", Some(error)), state]),
        }
    }

    fn with(&self, parameters: &[(&str, Option<&str>)]) -> String {
        let given = parameters.iter().filter_map(|(name, value)| Some((name, (*value)?)));
        let written: Vec<_> = given.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let joint = match self.flow {
            OAuthFlow::Implicit => '#',
            _ if self.url.contains('?') => '&',
            _ => '?',
        };
        format!("{}{joint}{}", in_header(&self.url), written.join("&"))
    }
}

/// A registered URL as a header can hold it.
pub(in crate::oauth) fn in_header(url: &str) -> String {
    utf8_percent_encode(url, HEADER).to_string()
}

/// As forms encode it.
pub(in crate::oauth) fn encoded(value: &str) -> String {
    byte_serialize(value.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callback(url: &str, flow: OAuthFlow, state: Option<&str>) -> Callback {
        Callback { url: url.to_owned(), flow, state: state.map(str::to_owned) }
    }

    #[test]
    fn a_code_comes_before_the_state() {
        let answer = |url, state| callback(url, OAuthFlow::Code, state).code("c0de");
        let awkward = answer("https://a.example/cb", Some("a=b&c d/é"));
        assert_eq!(awkward, "https://a.example/cb?code=c0de&state=a%3Db%26c+d%2F%C3%A9");
        assert_eq!(answer("https://a.example/cb?x=1", None), "https://a.example/cb?x=1&code=c0de");
        assert_eq!(answer("myapp://cb", Some("")), "myapp://cb?code=c0de&state=");
        assert_eq!(answer("https://a.example/é", None), "https://a.example/%C3%A9?code=c0de");
    }

    #[test]
    fn an_error_is_description_state_error() {
        let of = |flow, state| callback("https://a.example/cb", flow, state);
        let answer = |flow, state| of(flow, state).error("invalid_request", Some("invalid_scope"));
        assert_eq!(
            answer(OAuthFlow::Code, Some("S")),
            "https://a.example/cb?error_description=invalid_scope&state=S&error=invalid_request"
        );
        assert_eq!(
            answer(OAuthFlow::Code, None),
            "https://a.example/cb?error_description=invalid_scope&error=invalid_request"
        );
        assert_eq!(
            answer(OAuthFlow::Implicit, Some("S")),
            "https://a.example/cb#error_description=invalid_scope&state=S&error=invalid_request"
        );
        let login_required = of(OAuthFlow::Code, Some("S")).error("login_required", None);
        assert_eq!(login_required, "https://a.example/cb?error=login_required&state=S");
    }

    #[test]
    fn implicit_tokens_are_in_the_fragment() {
        let of = |state| callback("https://a.example/cb", OAuthFlow::Implicit, state);
        assert_eq!(
            of(Some("S")).tokens("a.b", Some("c.d"), 3_600),
            "https://a.example/cb#id_token=c.d&access_token=a.b&token_type=Bearer&expires_in=3600&state=S"
        );
        assert_eq!(
            of(Some("")).tokens("a.b", None, 3_600),
            "https://a.example/cb#access_token=a.b&token_type=bearer&expires_in=3600&state="
        );
    }
}
