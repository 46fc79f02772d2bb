//! How a server of RFC 6750 answers, whether it wants one of a route's scopes or all.

use serde_json::json;

use crate::domain::gateway::dialect::Dialect;
use crate::domain::rules::enforce_rule::EnforceRule;

use super::{About, Answer, Denial, Fault, headers, quotable, scopes};

/// A status, an error code, what is wrong, and whether `WWW-Authenticate` says so.
struct Said {
    status: u16,
    error: &'static str,
    why: &'static str,
    challenge: Challenge,
}

/// What `WWW-Authenticate` says (RFC 6750, section 3).
#[derive(PartialEq, Eq)]
enum Challenge {
    /// There is none: the token is not what is wrong.
    None,
    /// That a token is wanted; the client, which sent none, gets no error code.
    Wanted,
    /// The error.
    Error,
}

fn wrong(status: u16, error: &'static str, why: &'static str) -> Said {
    Said { status, error, why, challenge: Challenge::Error }
}

fn besides(status: u16, error: &'static str, why: &'static str) -> Said {
    Said { status, error, why, challenge: Challenge::None }
}

fn said(rule: EnforceRule) -> Said {
    let invalid = |why| wrong(401, "invalid_token", why);
    match rule {
        EnforceRule::OriginalUnambiguous => besides(400, "invalid_request", "the proxy tells of no request, or of two"),
        EnforceRule::TargetUnambiguous => {
            besides(400, "invalid_request", "the request can be read in more than one way")
        }
        EnforceRule::RouteMatches => besides(404, "not_found", "there is no route for this path"),
        EnforceRule::MethodMatches => besides(404, "not_found", "there is no route for this method"),
        EnforceRule::AuthorizerUsable => besides(500, "server_error", "the route's authorizer cannot be asked here"),
        // Neither refuses.
        EnforceRule::PreflightAnswered | EnforceRule::RouteOpen => besides(500, "server_error", "the gateway failed"),
        // A scheme that is not understood is as good as no token (section 3.1).
        EnforceRule::TokenPresented | EnforceRule::TokenSchemeUsable => {
            Said { status: 401, error: "unauthorized", why: "a bearer token is needed", challenge: Challenge::Wanted }
        }
        EnforceRule::TokenPresentedOnce => wrong(400, "invalid_request", "more than one token was sent"),
        EnforceRule::TokenFormed => invalid("the token is malformed"),
        EnforceRule::AlgorithmAllowed => invalid("the token is not signed by RS256"),
        EnforceRule::IssuerTrusted => invalid("the token is of an issuer that is not trusted here"),
        // The token may be good: whoever threw it away for this would only get another such answer.
        EnforceRule::IssuerReachable => {
            besides(503, "temporarily_unavailable", "the issuer of the token cannot be asked where its keys are")
        }
        EnforceRule::KeysReachable => {
            besides(503, "temporarily_unavailable", "the keys of the token's issuer cannot be had")
        }
        EnforceRule::KeyKnown => invalid("the issuer of the token does not have the key that it names"),
        EnforceRule::SignatureMatches => invalid("the signature of the token is wrong"),
        EnforceRule::AudienceAllowed | EnforceRule::AudiencePatternMatches => {
            invalid("the token is meant for another audience")
        }
        EnforceRule::TokenAlive => invalid("the token has expired"),
        EnforceRule::TokenBegun => invalid("the token does not count yet"),
        EnforceRule::TokenIssued => invalid("the token was issued in the future"),
        EnforceRule::TokenKindFits => invalid("the token is no access token"),
        EnforceRule::TokenNotRevoked => invalid("the token was revoked"),
        EnforceRule::SomeScopeGranted => wrong(403, "insufficient_scope", "the token has none of the scopes"),
        EnforceRule::EveryScopeGranted => wrong(403, "insufficient_scope", "the token has not all of the scopes"),
    }
}

pub(super) fn deny(denial: &Denial<'_>) -> Answer {
    let said = said(denial.rule);
    let mut answer = plain(&said, &denial.about);
    if said.challenge != Challenge::None {
        answer.headers.push(("www-authenticate".to_owned(), challenge(&said, denial)));
    }
    answer
}

/// `Bearer` and at least one parameter, as section 3 demands.
fn challenge(said: &Said, denial: &Denial<'_>) -> String {
    let mut challenge = format!("Bearer realm=\"{}\"", quotable(denial.about.gateway));
    if said.challenge == Challenge::Error {
        challenge.extend([", error=\"", said.error, "\", error_description=\"", said.why, "\""]);
    }
    let scopes = scopes(denial.route);
    // Which scopes are needed helps where a token is to be got.
    let helps = said.challenge == Challenge::Wanted || said.status == 403;
    if helps && !scopes.is_empty() {
        challenge.extend([", scope=\"", &scopes, "\""]);
    }
    // RFC 9728, section 5.1.
    if let Some(url) = denial.about.metadata {
        challenge.extend([", resource_metadata=\"", &quotable(url), "\""]);
    }
    challenge
}

pub(super) fn fault(fault: Fault, about: &About<'_>) -> Answer {
    let said = match fault {
        Fault::NoSuchStage => besides(404, "not_found", "no gateway here has this path"),
        Fault::BadRequest => besides(400, "invalid_request", "the request cannot be passed on"),
        Fault::BodyTooLong => besides(413, "invalid_request", "the body is too long"),
        Fault::UpstreamDown => besides(502, "bad_gateway", "the upstream cannot be reached"),
        Fault::UpstreamSlow => besides(504, "gateway_timeout", "the upstream does not answer in time"),
        Fault::BadFunctionAnswer => besides(502, "bad_gateway", "the function does not answer as it has to"),
        Fault::Internal => besides(500, "server_error", "the gateway failed"),
    };
    plain(&said, about)
}

fn plain(said: &Said, about: &About<'_>) -> Answer {
    let body = json!({ "error": said.error, "error_description": said.why }).to_string();
    Answer { status: said.status, headers: headers(Dialect::Rfc6750Any, about), body }
}
