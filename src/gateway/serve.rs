//! A request of a gateway's own listener: decided, and answered as the decision wants it.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use crate::domain::gateway::route::Route;
use crate::domain::gateway::table::Matched;
use crate::domain::rules::enforce::{Permit, Steps};
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::trace::{Evidence, Refused};
use crate::explain::Verdict;

use super::decide::{Asked, Decision};
use super::dialect::{self, About, Answer, Denial, Fault};
use super::forward::{Passage, Upstreams, forward};
use super::function::Call;
use super::place::Sought;
use super::record::Became;
use super::{Behind, Gateway, Gateways, Mode, cors, forward_auth};

/// Mounts all that is served where gateways listen.
pub fn routes(config: &mut web::ServiceConfig) {
    config.app_data(Upstreams::new()).default_service(web::to(answer));
}

async fn answer(gateways: web::Data<Gateways>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    if let Some(asked) = forward_auth::asked(&request) {
        return forward_auth::answer(&gateways, &request, asked).await;
    }
    let (gateway, path) = match sought(&gateways, &request).await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let id = dialect::request_id(gateway.dialect, gateways.verifier.random());
    let coming = Coming::to(gateway, &id, path, &request);
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

/// A request that is to be decided about.
pub(super) struct Coming<'a> {
    pub(super) gateway: &'a Gateway,
    pub(super) id: &'a str,
    pub(super) method: &'a str,
    /// The path within the gateway.
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    /// What has come: the request itself, or a proxy's that asks about it.
    pub(super) request: &'a HttpRequest,
}

impl<'a> Coming<'a> {
    /// A request that has come to a gateway itself.
    fn to(gateway: &'a Gateway, id: &'a str, path: &'a str, request: &'a HttpRequest) -> Self {
        let query = request.uri().query().unwrap_or_default();
        Self { gateway, id, method: request.method().as_str(), path, query, request }
    }

    async fn answered(&self, gateways: &Gateways, payload: web::Payload) -> HttpResponse {
        let (outcome, mut became) = self.settled(self.decided(gateways).await);
        let answer = match outcome {
            Err(denied) => reply(denied),
            Ok(permit) => {
                self.go_on(permit, became.matched.as_ref(), (gateways, payload)).await.unwrap_or_else(|fault| {
                    became.verdict = Verdict::Failed(fault);
                    self.fault(fault)
                })
            }
        };
        self.keep(gateways, became, answer).await
    }

    pub(super) async fn decided(&self, gateways: &Gateways) -> Decision<'a> {
        let request = self.request;
        let header = |name: &str| request.headers().get_all(name).map(HeaderValue::as_bytes).collect();
        let asked = Asked { method: self.method, path: self.path, query: self.query, header: &header };
        self.gateway.decide(&gateways.verifier, &asked).await
    }

    /// What a decision comes to in the gateway's mode: leave to go upstream, or the dialect's refusal; and what is kept.
    pub(super) fn settled(&self, decision: Decision<'a>) -> (Result<Permit, Answer>, Became<'a>) {
        let Decision { matched, token, outcome, trace } = decision;
        let route = matched.as_ref().map(|matched| matched.route);
        let (outcome, verdict) = match (outcome, &self.gateway.mode) {
            (Ok(permit), _) => (Ok(permit), Verdict::Allowed),
            (Err(refused), mode) => {
                let denied = self.gateway.denied(refused, route, &trace, self.about());
                match mode {
                    Mode::Observe(observing) => {
                        (Ok(observing.permit(refused)), Verdict::Observed { would: denied.status })
                    }
                    Mode::Enforce | Mode::Mock => (Err(denied), Verdict::Refused),
                }
            }
        };
        (outcome, Became { matched, token, verdict, trace })
    }

    async fn go_on(
        &self,
        permit: Permit,
        matched: Option<&Matched<'_>>,
        (gateways, payload): (&Gateways, web::Payload),
    ) -> Result<HttpResponse, Fault> {
        let (gateway, path, request) = (self.gateway, self.path, self.request);
        let route = matched.map(|matched| &**matched.route);
        if matches!(gateway.mode, Mode::Mock) || route.is_some_and(Route::needs_no_upstream) {
            return Ok(reply(gateway.mocked(route, &permit)));
        }
        let lines = request.app_data::<Upstreams>().ok_or(Fault::Internal)?;
        match &gateway.behind {
            Behind::Nothing => Err(Fault::Internal),
            Behind::Upstream(upstream) => {
                let told = gateway.telling.told(gateway.dialect, permit.ground(), route);
                let passage = Passage { upstream, path, own: gateway.telling.own(), told };
                forward(permit, passage, lines, request, payload.into_inner()).await
            }
            Behind::Function(function) => {
                let call = Call { gateway, id: self.id, now: gateways.verifier.now(), path, request, matched };
                function.answer(permit, &call, lines, payload).await
            }
        }
    }

    fn fault(&self, fault: Fault) -> HttpResponse {
        reply(dialect::fault(self.gateway.dialect, fault, &self.about(), &self.gateway.responses))
    }

    fn about(&self) -> About<'_> {
        let stage = self.gateway.place.stage.as_deref();
        About { gateway: &self.gateway.name, id: self.id, method: self.method, path: self.path, stage }
    }

    /// Adds what every answer of the dialect carries, wherever it is from.
    pub(super) fn sign(&self, answer: &mut HttpResponse) {
        for (name, value) in dialect::usual_headers(self.gateway.dialect, self.id) {
            set(answer, name, &value);
        }
    }
}

impl Gateway {
    /// The answer to a request that was refused.
    pub(super) fn denied(
        &self,
        refused: Refused<EnforceRule>,
        route: Option<&Arc<Route>>,
        trace: &Steps,
        about: About<'_>,
    ) -> Answer {
        let evidence = trace.steps().last().map(|step| &step.evidence);
        let denial = Denial { rule: refused.rule(), route: route.map(|route| &**route), evidence, about };
        dialect::deny(self.dialect, &denial, &self.responses)
    }
}

/// The gateway of the request and the path within it, or the answer where there is none.
async fn sought<'g, 'r>(
    gateways: &'g Gateways,
    request: &'r HttpRequest,
) -> Result<(&'g Gateway, &'r str), Box<HttpResponse>> {
    let mut hosts = request.headers().get_all(header::HOST);
    let (named, several) = (hosts.next(), hosts.next().is_some());
    if several {
        return Err(Box::new(message(StatusCode::BAD_REQUEST, "Bad Request")));
    }
    let authority = request.uri().authority().map(|authority| authority.as_str().to_owned());
    let host = authority.or_else(|| named.and_then(|value| value.to_str().ok()).map(str::to_owned));
    let host = host.map(|host| name_of(&host).to_ascii_lowercase());
    let path = request.uri().path();
    match gateways.seek(request.app_config().local_addr(), host.as_deref(), path) {
        Sought::Gateway(gateway, path) => Ok((gateway, path)),
        Sought::OtherPath(gateway) => {
            let id = dialect::request_id(gateway.dialect, gateways.verifier.random());
            let coming = Coming::to(gateway, &id, path, request);
            let became = Became::only(Verdict::Failed(Fault::NoSuchStage), Steps::new());
            let mut answer = coming.keep(gateways, became, coming.fault(Fault::NoSuchStage)).await;
            coming.sign(&mut answer);
            Err(Box::new(answer))
        }
        Sought::OtherHost => Err(Box::new(message(StatusCode::FORBIDDEN, "Forbidden"))),
    }
}

/// A host without its port.
fn name_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority,
    }
}

/// An answer of no gateway.
fn message(status: StatusCode, text: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "message": text }))
}

/// The answer as it is sent. An imported file may name headers that are none: those stay away.
pub(super) fn reply(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::with_body(status, answer.body).map_into_boxed_body();
    for (name, value) in &answer.headers {
        set(&mut response, name, value);
    }
    response
}

fn set(answer: &mut HttpResponse, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
        answer.headers_mut().insert(name, value);
    }
}
