//! A request of a gateway's own listener: decided, and answered as the decision wants it.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::route::Canned;
use crate::domain::gateway::table::Matched;
use crate::domain::rules::enforce::{Ground, Permit};
use crate::domain::rules::enforce_rule::EnforceRule;

use super::decide::Asked;
use super::dialect::Fault;
use super::forward::{Passage, Upstreams, forward};
use super::place::Sought;
use super::{Gateway, Gateways, Mode};

/// Mounts all that is served where gateways listen.
pub fn routes(config: &mut web::ServiceConfig) {
    config.app_data(Upstreams::new()).default_service(web::to(answer));
}

async fn answer(gateways: web::Data<Gateways>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (gateway, path) = match sought(&gateways, &request) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let header = |name: &str| request.headers().get_all(name).map(header::HeaderValue::as_bytes).collect();
    let query = request.uri().query().unwrap_or_default();
    let asked = Asked { method: request.method().as_str(), path, query, header: &header };
    let decision = gateway.decide(&gateways.verifier, &asked).await;
    let permit = match (decision.outcome, &gateway.mode) {
        (Ok(permit), _) => permit,
        (Err(refused), Mode::Observe(observing)) => observing.permit(refused),
        (Err(refused), Mode::Enforce | Mode::Mock) => return message(denied(gateway.dialect, refused.rule())),
    };
    match gateway.mode {
        Mode::Mock => mocked(gateway, decision.matched.as_ref(), &permit),
        Mode::Enforce | Mode::Observe(_) => {
            let passed = pass(gateway, path, permit, &request, payload).await;
            passed.unwrap_or_else(|fault| message(failed(fault)))
        }
    }
}

async fn pass(
    gateway: &Gateway,
    path: &str,
    permit: Permit,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Fault> {
    let (Some(upstream), Some(lines)) = (&gateway.upstream, request.app_data::<Upstreams>()) else {
        return Err(Fault::Internal);
    };
    let passage = Passage { upstream, path, own: &[], told: Vec::new() };
    forward(permit, passage, lines, request, payload.into_inner()).await
}

fn failed(fault: Fault) -> (u16, &'static str) {
    match fault {
        Fault::BadRequest => (400, "Bad Request"),
        Fault::BodyTooLong => (413, "Request Too Long"),
        Fault::UpstreamDown => (503, "Service Unavailable"),
        Fault::UpstreamSlow => (504, "Gateway Timeout"),
        Fault::BadFunctionAnswer | Fault::Internal => (500, "Internal Server Error"),
    }
}

/// The gateway of the request and the path within it, or the answer where there is none.
fn sought<'g, 'r>(gateways: &'g Gateways, request: &'r HttpRequest) -> Result<(&'g Gateway, &'r str), HttpResponse> {
    let mut hosts = request.headers().get_all(header::HOST);
    let (named, several) = (hosts.next(), hosts.next().is_some());
    if several {
        return Err(message((400, "Bad Request")));
    }
    let authority = request.uri().authority().map(|authority| authority.as_str().to_owned());
    let host = authority.or_else(|| named.and_then(|value| value.to_str().ok()).map(str::to_owned));
    let host = host.map(|host| name_of(&host).to_ascii_lowercase());
    match gateways.seek(request.app_config().local_addr(), host.as_deref(), request.uri().path()) {
        Sought::Gateway(gateway, path) => Ok((gateway, path)),
        // COGNITO: a path without a known stage is not found by an HTTP API (documented), and forbidden by a REST API
        // (assumed; docs/fidelity.md).
        Sought::OtherPath(gateway) if gateway.dialect == Dialect::RestApi => Err(message((403, "Forbidden"))),
        Sought::OtherPath(_) => Err(message((404, "Not Found"))),
        Sought::OtherHost => Err(message((403, "Forbidden"))),
    }
}

/// A host without its port.
fn name_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority,
    }
}

fn denied(dialect: Dialect, rule: EnforceRule) -> (u16, &'static str) {
    match (dialect, rule) {
        (_, EnforceRule::TargetUnambiguous) => (400, "Bad Request"),
        (Dialect::RestApi, EnforceRule::RouteMatches | EnforceRule::MethodMatches) => {
            (403, "Missing Authentication Token")
        }
        (_, EnforceRule::RouteMatches | EnforceRule::MethodMatches) => (404, "Not Found"),
        (_, EnforceRule::AuthorizerUsable) => (500, "Internal Server Error"),
        (Dialect::RestApi, _) => (401, "Unauthorized"),
        (_, EnforceRule::SomeScopeGranted | EnforceRule::EveryScopeGranted) => (403, "Forbidden"),
        _ => (401, "Unauthorized"),
    }
}

fn message((status, message): (u16, &str)) -> HttpResponse {
    HttpResponse::build(StatusCode::from_u16(status).unwrap_or_default()).json(json!({ "message": message }))
}

fn mocked(gateway: &Gateway, matched: Option<&Matched<'_>>, permit: &Permit) -> HttpResponse {
    let route = matched.map(|matched| matched.route);
    if let Some(canned) = route.and_then(|route| route.canned.as_ref()) {
        return served(canned);
    }
    let claims = match permit.ground() {
        Ground::Token(verified) => Some(verified.claims()),
        Ground::Open | Ground::Observed(_) => None,
    };
    let route = route.map(|route| route.key.to_string());
    HttpResponse::Ok().json(json!({ "gateway": gateway.name, "decision": "allowed", "route": route, "claims": claims }))
}

fn served(canned: &Canned) -> HttpResponse {
    let mut answer = HttpResponse::build(StatusCode::from_u16(canned.status).unwrap_or_default());
    for (name, value) in &canned.headers {
        answer.insert_header((name.as_str(), value.as_str()));
    }
    answer.body(canned.body.clone())
}
