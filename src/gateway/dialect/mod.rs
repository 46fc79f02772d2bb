//! What each dialect answers. One file a dialect; each matches every rule and every fault.

mod http_api;
mod rest_api;
mod rfc6750;
mod template;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::responses::Responses;
use crate::domain::gateway::route::Route;
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::scope::Scope;
use crate::domain::trace::Evidence;
use crate::effects::{Random, random};

pub use crate::domain::gateway::fault::Fault;

/// An answer that the gateway gives itself, whole but for its length and its date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// A refusal that wants an answer.
#[derive(Debug, Clone, Copy)]
pub struct Denial<'a> {
    /// The rule that refused.
    pub rule: EnforceRule,
    /// The route, if one was found.
    pub route: Option<&'a Route>,
    /// What the rule judged by.
    pub evidence: Option<&'a Evidence>,
    /// What was asked.
    pub about: About<'a>,
}

/// What an answer may say about the request that it is for.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The name of the gateway.
    pub gateway: &'a str,
    /// The id of the request, and of its trace.
    pub id: &'a str,
    /// The method.
    pub method: &'a str,
    /// The whole path, as it was asked for.
    pub path: &'a str,
    /// The stage, if the gateway has one.
    pub stage: Option<&'a str>,
    /// Where it is published which tokens are wanted, if it is (RFC 9728).
    pub metadata: Option<&'a str>,
}

/// The answer to a refused request.
pub fn deny(dialect: Dialect, denial: &Denial<'_>, responses: &Responses) -> Answer {
    match dialect {
        Dialect::RestApi => rest_api::deny(denial, responses),
        Dialect::HttpApi => http_api::deny(denial),
        Dialect::Rfc6750Any | Dialect::Rfc6750All => rfc6750::deny(denial),
    }
}

/// The answer where something went wrong, at this route if one was found.
pub fn fault(
    dialect: Dialect,
    fault: Fault,
    route: Option<&Route>,
    about: &About<'_>,
    responses: &Responses,
) -> Answer {
    match dialect {
        Dialect::RestApi => rest_api::fault(fault, route, about, responses),
        Dialect::HttpApi => http_api::fault(fault, about),
        Dialect::Rfc6750Any | Dialect::Rfc6750All => rfc6750::fault(fault, about),
    }
}

/// An id for a request, as the dialect writes them.
pub fn request_id(dialect: Dialect, random: &dyn Random) -> String {
    match dialect {
        Dialect::HttpApi => http_api::request_id(random),
        Dialect::RestApi | Dialect::Rfc6750Any | Dialect::Rfc6750All => random::uuid(random),
    }
}

/// The headers that every answer carries, also one that comes from upstream.
pub fn usual_headers(dialect: Dialect, id: &str) -> Vec<(&'static str, String)> {
    match dialect {
        Dialect::RestApi => vec![("x-amzn-RequestId", id.to_owned()), ("x-amz-apigw-id", short(id.as_bytes()))],
        Dialect::HttpApi => vec![("apigw-requestid", id.to_owned())],
        Dialect::Rfc6750Any | Dialect::Rfc6750All => vec![("x-request-id", id.to_owned())],
    }
}

/// 16 characters, of which the last is `=`, as the ids of API Gateway have them.
pub(super) fn short(bytes: &[u8]) -> String {
    STANDARD.encode(bytes.get(..11).unwrap_or(bytes))
}

/// The usual headers, and the type of the body.
fn headers(dialect: Dialect, about: &About<'_>) -> Vec<(String, String)> {
    let usual = usual_headers(dialect, about.id).into_iter().map(|(name, value)| (name.to_owned(), value));
    usual.chain([("content-type".to_owned(), "application/json".to_owned())]).collect()
}

/// The body of an answer that says no more than this.
fn message(text: &str) -> String {
    json!({ "message": text }).to_string()
}

/// The scopes of the route, as they stand in `WWW-Authenticate`.
fn scopes(route: Option<&Route>) -> String {
    let names: Vec<_> = route.map_or(&[][..], Route::scopes).iter().map(Scope::as_str).collect();
    quotable(&names.join(" "))
}

/// The text without what would end a quoted string, or a header.
fn quotable(text: &str) -> String {
    text.chars().filter(|one| matches!(one, ' '..='~') && !matches!(one, '"' | '\\')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_quoted_string_early() {
        assert_eq!(quotable("orders/read \"\r\n\\é"), "orders/read ");
    }

    #[test]
    fn every_rule_and_every_fault_has_an_answer_everywhere() {
        let about = About { gateway: "g", id: "1", method: "GET", path: "/", stage: None, metadata: None };
        for dialect in Dialect::ALL {
            let refusals = EnforceRule::ALL
                .map(|rule| deny(dialect, &Denial { rule, route: None, evidence: None, about }, &Responses::default()));
            let faults = Fault::ALL.map(|kind| fault(dialect, kind, None, &about, &Responses::default()));
            for answer in refusals.iter().chain(&faults) {
                assert!((400..600).contains(&answer.status), "{answer:?}");
                assert!(serde_json::from_str::<serde_json::Value>(&answer.body).is_ok(), "{answer:?}");
            }
        }
    }
}
