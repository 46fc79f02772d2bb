//! How an HTTP API answers.

use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::jwt::Malformed;
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::effects::Random;

use super::{About, Answer, Denial, Fault, headers, message, scopes, short};

/// What an HTTP API says to a refusal.
enum Said {
    /// Only this.
    Plain(u16, &'static str),
    /// That a token is wanted.
    NoToken,
    /// What is wrong with the token.
    Invalid(&'static str),
    /// That the token has not the scopes.
    Insufficient,
}

// COGNITO: the wording for a token without three parts, a wrong audience, an ended token, and keys that cannot be had is
// measured or documented. AWS publishes none of the others: they are assumed (docs/gateway.md has each with its evidence).
const SEGMENTS: &str = "token contains an invalid number of segments";

fn said(denial: &Denial<'_>) -> Said {
    match denial.rule {
        EnforceRule::OriginalUnambiguous | EnforceRule::TargetUnambiguous => Said::Plain(400, "Bad Request"),
        EnforceRule::RouteMatches | EnforceRule::MethodMatches => Said::Plain(404, "Not Found"),
        // The first two never refuse.
        EnforceRule::PreflightAnswered | EnforceRule::RouteOpen | EnforceRule::AuthorizerUsable => {
            Said::Plain(500, "Internal Server Error")
        }
        EnforceRule::TokenPresented => Said::NoToken,
        // Two headers are one text with a comma, which is no token.
        EnforceRule::TokenPresentedOnce | EnforceRule::TokenSchemeUsable => Said::Invalid(SEGMENTS),
        EnforceRule::TokenFormed => match denial.evidence {
            Some(evidence) if *evidence != Malformed::Parts(0).evidence() => Said::Invalid("token is malformed"),
            _ => Said::Invalid(SEGMENTS),
        },
        EnforceRule::AlgorithmAllowed => Said::Invalid("signing method is invalid"),
        EnforceRule::IssuerTrusted => Said::Invalid("invalid issuer"),
        EnforceRule::IssuerReachable => Said::Invalid("OIDC discovery endpoint communication error"),
        EnforceRule::KeysReachable => Said::Invalid("JWKS communication error"),
        EnforceRule::KeyKnown => Said::Invalid("unable to find a key of this kid"),
        EnforceRule::SignatureMatches => Said::Invalid("signature is invalid"),
        EnforceRule::AudienceAllowed | EnforceRule::AudiencePatternMatches => {
            Said::Invalid("the token does not have a valid audience")
        }
        EnforceRule::TokenAlive => Said::Invalid("the token has expired"),
        EnforceRule::TokenBegun => Said::Invalid("the token is not valid yet"),
        EnforceRule::TokenIssued => Said::Invalid("the token was issued in the future"),
        EnforceRule::TokenKindFits => Said::Invalid("the token is of another kind"),
        EnforceRule::TokenNotRevoked => Said::Invalid("the token was revoked"),
        EnforceRule::SomeScopeGranted | EnforceRule::EveryScopeGranted => Said::Insufficient,
    }
}

pub(super) fn deny(denial: &Denial<'_>) -> Answer {
    let scope = scopes(denial.route);
    let (status, text, challenge) = match said(denial) {
        Said::Plain(status, text) => (status, text, None),
        Said::NoToken => (401, "Unauthorized", Some("Bearer".to_owned())),
        // COGNITO: parameters are separated by spaces, not by commas, and `scope` is the route's (measured).
        Said::Invalid(why) => {
            let challenge = format!("Bearer scope=\"{scope}\" error=\"invalid_token\" error_description=\"{why}\"");
            (401, "Unauthorized", Some(challenge))
        }
        // COGNITO: the status is measured, the header assumed (docs/gateway.md).
        Said::Insufficient => {
            (403, "Forbidden", Some(format!("Bearer scope=\"{scope}\" error=\"insufficient_scope\"")))
        }
    };
    let mut answer = plain(status, text, &denial.about);
    answer.headers.extend(challenge.map(|challenge| ("www-authenticate".to_owned(), challenge)));
    answer
}

pub(super) fn fault(fault: Fault, about: &About<'_>) -> Answer {
    let (status, text) = match fault {
        Fault::NoSuchStage => (404, "Not Found"),
        Fault::BadRequest => (400, "Bad Request"),
        Fault::BodyTooLong => (413, "Request Entity Too Large"),
        Fault::UpstreamDown => (503, "Service Unavailable"),
        Fault::UpstreamSlow => (504, "Gateway Timeout"),
        Fault::BadFunctionAnswer | Fault::Internal => (500, "Internal Server Error"),
    };
    plain(status, text, about)
}

fn plain(status: u16, text: &str, about: &About<'_>) -> Answer {
    Answer { status, headers: headers(Dialect::HttpApi, about), body: message(text) }
}

/// Such as `VWbTzhoNoAMEVBw=`.
pub(super) fn request_id(random: &dyn Random) -> String {
    let mut bytes = [0; 11];
    random.fill(&mut bytes);
    short(&bytes)
}
