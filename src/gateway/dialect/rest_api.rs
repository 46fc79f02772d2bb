//! How a REST API answers: by gateway responses, which its owner may word otherwise.

use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::responses::{GatewayResponse, ResponseType, Responses};
use crate::domain::gateway::route::Route;
use crate::domain::rules::enforce_rule::EnforceRule;

use super::template::Variables;
use super::{About, Answer, Denial, Fault, headers};

/// A gateway response before anybody has worded it otherwise.
#[derive(Clone, Copy)]
struct Usual {
    kind: ResponseType,
    status: u16,
    /// What `$context.error.message` is; `null` in the body if there is none.
    message: Option<&'static str>,
    /// The value of `x-amzn-ErrorType`.
    error: &'static str,
}

const fn usual(kind: ResponseType, status: u16, message: &'static str, error: &'static str) -> Usual {
    Usual { kind, status, message: Some(message), error }
}

/// Every refusal by the authorizer but that of an ended token.
const UNAUTHORIZED: Usual = usual(ResponseType::Unauthorized, 401, "Unauthorized", "UnauthorizedException");
const BAD_REQUEST: Usual = usual(ResponseType::Default4xx, 400, "Bad Request", "BadRequestException");
const FAILED: Usual = usual(ResponseType::Default5xx, 500, "Internal server error", "InternalServerErrorException");

fn refusal(rule: EnforceRule) -> Usual {
    match rule {
        EnforceRule::OriginalUnambiguous | EnforceRule::TargetUnambiguous => BAD_REQUEST,
        // COGNITO: a path or method that does not exist is answered as if the request lacked a token (measured).
        EnforceRule::RouteMatches | EnforceRule::MethodMatches => usual(
            ResponseType::MissingAuthenticationToken,
            403,
            "Missing Authentication Token",
            "MissingAuthenticationTokenException",
        ),
        // Neither refuses.
        EnforceRule::PreflightAnswered | EnforceRule::RouteOpen => FAILED,
        // COGNITO: a pool that was deleted, or an authorizer that cannot work (measured).
        EnforceRule::AuthorizerUsable | EnforceRule::IssuerReachable => usual(
            ResponseType::AuthorizerConfigurationError,
            500,
            "Authorizer configuration error",
            "AuthorizerConfigurationException",
        ),
        EnforceRule::KeysReachable => Usual {
            kind: ResponseType::AuthorizerFailure,
            status: 500,
            message: None,
            error: "AuthorizerConfigurationException",
        },
        EnforceRule::TokenAlive => {
            usual(ResponseType::Unauthorized, 401, "The incoming token has expired", "UnauthorizedException")
        }
        // COGNITO: also where the scopes are not enough: 401, not 403 (measured).
        EnforceRule::SomeScopeGranted
        | EnforceRule::EveryScopeGranted
        | EnforceRule::TokenPresented
        | EnforceRule::TokenPresentedOnce
        | EnforceRule::TokenSchemeUsable
        | EnforceRule::TokenFormed
        | EnforceRule::AlgorithmAllowed
        | EnforceRule::IssuerTrusted
        | EnforceRule::KeyKnown
        | EnforceRule::SignatureMatches
        | EnforceRule::AudienceAllowed
        | EnforceRule::AudiencePatternMatches
        | EnforceRule::TokenBegun
        | EnforceRule::TokenIssued
        | EnforceRule::TokenKindFits
        | EnforceRule::TokenNotRevoked => UNAUTHORIZED,
    }
}

fn failure(fault: Fault) -> Usual {
    match fault {
        // COGNITO: a stage that does not exist is forbidden (assumed; docs/fidelity.md).
        Fault::NoSuchStage => usual(ResponseType::Default4xx, 403, "Forbidden", "ForbiddenException"),
        Fault::BadRequest => BAD_REQUEST,
        Fault::BodyTooLong => {
            usual(ResponseType::RequestTooLarge, 413, "Request Too Long", "RequestEntityTooLargeException")
        }
        Fault::UpstreamDown => usual(
            ResponseType::IntegrationFailure,
            504,
            "Network error communicating with endpoint",
            "InternalServerErrorException",
        ),
        Fault::UpstreamSlow => {
            usual(ResponseType::IntegrationTimeout, 504, "Endpoint request timed out", "InternalServerErrorException")
        }
        // COGNITO: 502 and this text, whatever is wrong with the function's answer.
        Fault::BadFunctionAnswer => {
            usual(ResponseType::Default5xx, 502, "Internal server error", "InternalServerErrorException")
        }
        Fault::Internal => FAILED,
    }
}

pub(super) fn deny(denial: &Denial<'_>, responses: &Responses) -> Answer {
    worded(refusal(denial.rule), denial.route, &denial.about, responses)
}

pub(super) fn fault(fault: Fault, route: Option<&Route>, about: &About<'_>, responses: &Responses) -> Answer {
    match fault {
        // COGNITO: gateway responses belong to a stage, and here is none (assumed; docs/fidelity.md).
        Fault::NoSuchStage => worded(failure(fault), route, about, &Responses::default()),
        _ => worded(failure(fault), route, about, responses),
    }
}

/// The response that its owner has worded, or the usual one.
fn worded(usual: Usual, route: Option<&Route>, about: &About<'_>, responses: &Responses) -> Answer {
    // COGNITO: a type without a response of its own takes what DEFAULT_4XX or DEFAULT_5XX says, also its status (documented).
    let fallback = if usual.status < 500 { ResponseType::Default4xx } else { ResponseType::Default5xx };
    let own = responses.0.get(&usual.kind).or_else(|| responses.0.get(&fallback));
    let resource = route.and_then(|route| route.key.path()).map(ToString::to_string);
    let variables = Variables { message: usual.message, kind: usual.kind, resource: resource.as_deref(), about };
    let nothing = GatewayResponse::default();
    let own = own.unwrap_or(&nothing);
    let mut headers = headers(Dialect::RestApi, about);
    headers.push(("x-amzn-ErrorType".to_owned(), usual.error.to_owned()));
    for (name, value) in &own.headers {
        headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        headers.push((name.clone(), value.clone()));
    }
    let template = own.body.as_deref().unwrap_or(r#"{"message":$context.error.messageString}"#);
    let status = own.status.filter(|status| (200..600).contains(status)).unwrap_or(usual.status);
    Answer { status, headers, body: variables.fill(template) }
}
