//! A request of a gateway's own listener: decided, and answered as the decision wants it.

use std::borrow::Cow;

use actix_web::http::header::HeaderValue;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::route::Route;
use crate::domain::gateway::table::Matched;
use crate::domain::rules::enforce::{Permit, Steps};
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::trace::Evidence;
use crate::explain::Verdict;

use super::coming::{Coming, reply};
use super::dialect::{self, Fault};
use super::forward::{Failed, Passage, Upstreams, forward};
use super::function::Call;
use super::place::Sought;
use super::record::Became;
use super::{Behind, Gateway, Gateways, Mode, cors, forward_auth, metadata};

/// Mounts all that is served where gateways listen.
pub fn routes(config: &mut web::ServiceConfig) {
    config.app_data(Upstreams::new()).default_service(web::to(answer));
}

async fn answer(gateways: web::Data<Gateways>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    // What is rare is boxed, here and further in: the future of every request has room for all that is not.
    if let Some(asked) = forward_auth::asked(&request) {
        return Box::pin(forward_auth::answer(&gateways, &request, asked)).await;
    }
    let host = match host_of(&request) {
        Ok(host) if host.as_deref().is_none_or(is_name) || !gateways.tell_hosts_apart() => host,
        _ => return message(StatusCode::BAD_REQUEST, "Bad Request"),
    };
    if let Some(published) = metadata::asked(&gateways, &request, host.as_deref()) {
        return Box::pin(published.answer(&gateways, &request)).await;
    }
    let (gateway, path) = match sought(&gateways, &request, host.as_deref()) {
        Ok(found) => found,
        Err(elsewhere) => return Box::pin(elsewhere.answer(&gateways, &request)).await,
    };
    let id = dialect::request_id(gateway.dialect, gateways.verifier.random());
    let coming = Coming::to(gateway, &id, path, &request);
    let coming = coming.unless_elsewhere(&gateways, host.as_deref(), request.uri().path());
    let mut answer = if let Some(answer) = cors::preflight(gateway.cors.as_ref(), &request) {
        let mut trace = Steps::new();
        trace.grant(EnforceRule::PreflightAnswered, Evidence::Nothing);
        coming.keep(&gateways, Became::only(Verdict::Allowed, trace), answer).await
    } else {
        let mut answer = coming.answered(&gateways, payload).await;
        cors::tell(gateway.cors.as_ref(), &request, &mut answer);
        answer
    };
    coming.sign(&mut answer);
    answer
}

impl Coming<'_> {
    async fn answered(&self, gateways: &Gateways, payload: web::Payload) -> HttpResponse {
        let (outcome, mut became) = self.settled(self.decided(gateways).await);
        let answer = match outcome {
            Err(denied) => reply(denied),
            Ok(permit) => self.go_on(permit, became.matched.as_ref(), (gateways, payload)).await.unwrap_or_else(
                |Failed { fault, why }| {
                    (became.verdict, became.why) = (Verdict::Failed(fault), why);
                    self.fault(fault, became.matched.as_ref().map(|matched| &**matched.route))
                },
            ),
        };
        self.keep(gateways, became, answer).await
    }

    async fn go_on(
        &self,
        permit: Permit,
        matched: Option<&Matched<'_>>,
        (gateways, payload): (&Gateways, web::Payload),
    ) -> Result<HttpResponse, Failed> {
        let (gateway, method, path, request) = (self.gateway, self.method, self.path, self.request);
        let route = matched.map(|matched| &**matched.route);
        if matches!(gateway.mode, Mode::Mock) || route.is_some_and(Route::needs_no_upstream) {
            return Ok(reply(gateway.mocked(route, &permit)));
        }
        let lines = request.app_data::<Upstreams>().ok_or(Fault::Internal)?;
        match &gateway.behind {
            Behind::Nothing => Err(Fault::Internal.into()),
            Behind::Upstream(upstream) => {
                let told = gateway.telling.told(gateway.dialect, permit.ground(), route);
                let passage = Passage { upstream, method, path, own: gateway.telling.own(), told };
                forward(permit, passage, lines, request, payload.into_inner()).await
            }
            Behind::Function(function) => {
                let now = gateways.verifier.now();
                let call = Call { gateway, id: self.id, now, method, path, request, matched };
                Box::pin(function.answer(permit, &call, lines, payload)).await
            }
        }
    }
}

/// What a request is for that is for no route.
enum Elsewhere<'g> {
    /// A host that no gateway here answers for.
    OtherHost,
    /// Whether the host of this gateway is well.
    Health(&'g Gateway),
    /// A path that is not within this gateway, nor within another.
    OtherPath(&'g Gateway),
}

/// The gateway of the request and the path within it, unless it is for no route.
fn sought<'g, 'r>(
    gateways: &'g Gateways,
    request: &'r HttpRequest,
    host: Option<&str>,
) -> Result<(&'g Gateway, &'r str), Elsewhere<'g>> {
    let path = request.uri().path();
    match gateways.seek(request.app_config().local_addr(), host, path) {
        Sought::Gateway(gateway, _) | Sought::OtherPath(gateway) if is_health_check(gateway, path) => {
            Err(Elsewhere::Health(gateway))
        }
        Sought::Gateway(gateway, within) => Ok((gateway, within)),
        Sought::OtherPath(gateway) => Err(Elsewhere::OtherPath(gateway)),
        Sought::OtherHost => Err(Elsewhere::OtherHost),
    }
}

impl Elsewhere<'_> {
    async fn answer(&self, gateways: &Gateways, request: &HttpRequest) -> HttpResponse {
        let (Self::Health(gateway) | Self::OtherPath(gateway)) = self else {
            return message(StatusCode::FORBIDDEN, "Forbidden");
        };
        let id = dialect::request_id(gateway.dialect, gateways.verifier.random());
        let coming = Coming::to(gateway, &id, request.uri().path(), request);
        let mut answer = if let Self::Health(_) = self {
            HttpResponse::Ok().content_type("text/plain").body("healthy")
        } else {
            let became = Became::only(Verdict::Failed(Fault::NoSuchStage), Steps::new());
            coming.keep(gateways, became, coming.fault(Fault::NoSuchStage, None)).await
        };
        coming.sign(&mut answer);
        answer
    }
}

// COGNITO: these paths of a host with a REST API never get to the API (documented; the answer was seen). With a stage or a
// base path before it, `/ping` is a path like others.
fn is_health_check(gateway: &Gateway, path: &str) -> bool {
    gateway.dialect == Dialect::RestApi && matches!(path, "/ping" | "/sping")
}

/// The host that is asked for, in lower case, without its port and the dot of a whole name, unless the request names two.
fn host_of(request: &HttpRequest) -> Result<Option<Cow<'_, str>>, TwoHosts> {
    let mut hosts = request.headers().get_all(header::HOST);
    let (named, several) = (hosts.next(), hosts.next().is_some());
    if several {
        return Err(TwoHosts);
    }
    let authority = request.uri().authority().map(|authority| authority.host().as_bytes());
    let host = authority.or_else(|| named.map(HeaderValue::as_bytes)).map(String::from_utf8_lossy);
    Ok(host.map(|host| match host {
        Cow::Borrowed(host) if !host.bytes().any(|byte| byte.is_ascii_uppercase()) => Cow::Borrowed(name_of(host)),
        host => Cow::Owned(name_of(&host).to_ascii_lowercase()),
    }))
}

/// A request names two hosts (RFC 9112, section 3.2).
struct TwoHosts;

/// Whether this is nothing but a name or an address: `x@host` and `host:80x` may be `host` to whatever stands behind.
fn is_name(host: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    host.strip_prefix('[').is_some_and(|rest| rest.ends_with(']')) || host.bytes().all(is_part)
}

/// A host without its port, and without the dot of a whole name.
fn name_of(authority: &str) -> &str {
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority,
    };
    name.strip_suffix('.').unwrap_or(name)
}

/// An answer of no gateway.
fn message(status: StatusCode, text: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "message": text }))
}
