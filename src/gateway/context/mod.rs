//! What the upstream is told about whoever was let through: the JSON that API Gateway puts under
//! `requestContext.authorizer`, and single claims in headers of their own.
//!
//! All of these headers are taken out of the request first, so that nobody can write them but the gateway.

mod claims;
mod retold;

use std::sync::Arc;

use hyper::header::{HeaderName, HeaderValue};
use serde::Serialize;

use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::jwt::Claims;
use crate::domain::gateway::route::Route;
use crate::domain::rules::enforce::{Ground, Verified, scopes_of};

use super::forward::ends_here;
use super::header_name::{is_read_as, names_a_target};
use super::method::is_override;

pub use claims::Texts;
use retold::Retold;

/// The header with the JSON of `requestContext.authorizer`.
pub const AUTHORIZER: HeaderName = HeaderName::from_static("x-poolpass-authorizer");

/// The version of an HTTP API's payload. A REST API has one only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Payload {
    /// `requestContext.authorizer` has claims and scopes.
    #[default]
    V1,
    /// They are in its `jwt`.
    V2,
}

/// Which headers tell the upstream what.
#[derive(Debug, Clone)]
pub struct Telling {
    payload: Payload,
    claims: Vec<(HeaderName, String)>,
    own: Vec<HeaderName>,
    retold: Retold,
}

/// Not a header that a claim can be told in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TellingError {
    /// It has no name that a header can have.
    #[error("`{0}` is not the name of a header")]
    Name(String),
    /// It has another use.
    #[error("the header `{0}` has a meaning of its own for whoever passes requests on")]
    Taken(String),
    /// It has the name of another one, as servers may read it.
    #[error("the headers `{0}` and `{1}` are one to servers that take `_` and `.` for `-`")]
    Twice(String, String),
}

/// Headers that say how a request is to be read, or where it came from.
const TAKEN: [&str; 5] = ["authorization", "expect", "forwarded", "host", "x-poolpass-authorizer"];

impl Telling {
    /// The authorizer's JSON in this version, and these claims in these headers.
    pub fn new<'a>(
        payload: Payload,
        headers: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) -> Result<Self, TellingError> {
        let mut claims: Vec<(HeaderName, String)> = Vec::new();
        for (name, claim) in headers {
            let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| TellingError::Name(name.clone()))?;
            if is_taken(header.as_str()) {
                return Err(TellingError::Taken(name.clone()));
            }
            if let Some((other, _)) = claims.iter().find(|(other, _)| is_read_as(other.as_str(), header.as_str())) {
                return Err(TellingError::Twice(other.to_string(), header.to_string()));
            }
            claims.push((header, claim.clone()));
        }
        let own = std::iter::once(AUTHORIZER).chain(claims.iter().map(|(name, _)| name.clone())).collect();
        Ok(Self { payload, claims, own, retold: Retold::default() })
    }

    /// The version of the authorizer's JSON.
    pub fn payload(&self) -> Payload {
        self.payload
    }

    /// The headers that only the gateway may set.
    pub fn own(&self) -> &[HeaderName] {
        &self.own
    }

    /// The headers that tell the upstream about this request.
    pub fn told(&self, dialect: Dialect, ground: &Ground, route: Option<&Route>) -> Vec<(HeaderName, HeaderValue)> {
        let (Ground::Token(verified), Some(route)) = (ground, route) else { return Vec::new() };
        let mut told = Vec::with_capacity(self.own.len());
        told.extend(self.authorizer(dialect, verified, route).map(|value| (AUTHORIZER, value)));
        told.extend(self.claims(dialect, verified));
        told
    }

    fn authorizer(&self, dialect: Dialect, verified: &Arc<Verified>, route: &Route) -> Option<HeaderValue> {
        let make = || {
            let json = serde_json::to_string(&Authorizer::of(dialect, self.payload, verified, route)).ok()?;
            HeaderValue::try_from(ascii(json)).ok()
        };
        self.retold.get(dialect, verified, route, make)
    }

    /// Those of them that tell single claims; an event has the authorizer elsewhere.
    pub fn claims_told(&self, dialect: Dialect, ground: &Ground) -> Vec<(HeaderName, HeaderValue)> {
        match ground {
            Ground::Token(verified) => self.claims(dialect, verified).collect(),
            Ground::Open | Ground::Observed(_) => Vec::new(),
        }
    }

    fn claims(&self, dialect: Dialect, verified: &Verified) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        self.claims.iter().filter_map(move |(name, claim)| {
            let said = verified.claims().get(claim).and_then(|value| claims::text(dialect, claim, value))?;
            Some((name.clone(), value(&said)?))
        })
    }
}

/// Whether a header has another use: whoever is behind the gateway may go by it.
fn is_taken(name: &str) -> bool {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let is_forwarding = TAKEN.contains(&plain.as_str()) || ends_here(&plain) || plain.starts_with("x-forwarded-");
    // A claim in such a header would choose the method or the path, whatever was judged.
    is_forwarding || is_override(&plain) || names_a_target(&plain)
}

/// What is under `requestContext.authorizer` for a token that was let through.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Authorizer<'a> {
    /// Of a REST API.
    Rest {
        /// What the token says.
        claims: Texts<'a>,
    },
    /// Of an HTTP API whose payload has version 1.0.
    Http(Jwt<'a>),
    /// Of an HTTP API whose payload has version 2.0.
    Wrapped {
        /// The same, a level deeper.
        jwt: Jwt<'a>,
    },
    /// Nobody has shaped this: it is as the token has it.
    Plain {
        /// What the token says.
        claims: &'a Claims,
        /// The scopes of the token.
        scopes: Vec<&'a str>,
    },
}

/// What an HTTP API tells about a token.
#[derive(Debug, Serialize)]
pub struct Jwt<'a> {
    claims: Texts<'a>,
    scopes: Option<Vec<&'a str>>,
}

impl<'a> Authorizer<'a> {
    /// Of a token that the route took.
    pub fn of(dialect: Dialect, payload: Payload, verified: &'a Verified, route: &Route) -> Self {
        let said = verified.claims();
        let claims = Texts::of(dialect, said);
        match (dialect, payload) {
            (Dialect::RestApi, _) => Self::Rest { claims },
            (Dialect::HttpApi, payload) => {
                // COGNITO: null unless the route asks for scopes; then all that the token has, not only those asked for
                // (measured).
                let scopes = (!route.scopes().is_empty()).then(|| scopes_of(said, dialect));
                let jwt = Jwt { claims, scopes };
                match payload {
                    Payload::V1 => Self::Http(jwt),
                    Payload::V2 => Self::Wrapped { jwt },
                }
            }
            (Dialect::Rfc6750Any | Dialect::Rfc6750All, _) => {
                Self::Plain { claims: said, scopes: scopes_of(said, dialect) }
            }
        }
    }
}

/// A value that arrives as it is, unless it cannot: a header has one line, and blanks at its ends get lost.
fn value(text: &str) -> Option<HeaderValue> {
    if text.trim() != text {
        return None;
    }
    HeaderValue::from_bytes(text.as_bytes()).ok()
}

/// JSON in ASCII: servers differ in how they read other bytes of a header.
fn ascii(json: String) -> String {
    if json.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return json;
    }
    let mut text = String::with_capacity(json.len());
    for one in json.chars() {
        if matches!(one, ' '..='~') {
            text.push(one);
        } else {
            text.extend(one.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn json_stays_itself_in_ascii() {
        let value = json!({ "name": "Zoë 😀 \u{7f}\n\"" });
        let text = ascii(value.to_string());
        assert!(text.is_ascii() && HeaderValue::from_str(&text).is_ok(), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn what_would_not_arrive_as_it_is_is_not_sent() {
        for text in ["", "ada", "a b", "Zoë"] {
            assert_eq!(value(text).unwrap().as_bytes(), text.as_bytes());
        }
        for text in [" ada", "ada\u{a0}", "a\r\nx-admin: 1", "a\0"] {
            assert_eq!(value(text), None, "{text:?}");
        }
    }

    #[test]
    fn headers_with_another_use_are_not_taken() {
        let telling = |name: &str| Telling::new(Payload::V1, [(&name.to_owned(), &"sub".to_owned())]).map(|_| ());
        assert_eq!(telling("X-User-Id"), Ok(()));
        for taken in ["Host", "Content_Length", "X-Forwarded-For", "x_poolpass_authorizer", "Authorization", "TE"] {
            assert_eq!(telling(taken), Err(TellingError::Taken(taken.to_owned())));
        }
        assert_eq!(telling("a b"), Err(TellingError::Name("a b".to_owned())));
    }

    #[test]
    fn no_claim_is_told_where_a_server_looks_for_a_method_or_a_path() {
        let telling = |name: &str| Telling::new(Payload::V1, [(&name.to_owned(), &"sub".to_owned())]).map(|_| ());
        for taken in ["X-HTTP-Method-Override", "X_HTTP_Method", "X-Original-URL", "x.rewrite.url", "X.Forwarded.Host"]
        {
            assert_eq!(telling(taken), Err(TellingError::Taken(taken.to_owned())));
        }
    }

    #[test]
    fn headers_that_servers_read_as_one_are_not_taken_together() {
        let text = |text: &str| text.to_owned();
        let told = |one: &str, other: &str| {
            let headers = [(text(one), text("sub")), (text(other), text("email"))];
            Telling::new(Payload::V1, headers.iter().map(|(name, claim)| (name, claim))).map(|_| ())
        };
        assert_eq!(told("X-A", "x_a"), Err(TellingError::Twice(text("x-a"), text("x_a"))));
        assert_eq!(told("X-A", "x-a"), Err(TellingError::Twice(text("x-a"), text("x-a"))));
        assert_eq!(told("X-A", "X-B"), Ok(()));
    }
}
