//! Decisions for proxies: nginx, Traefik or Envoy ask about a request, and pass it on themselves if the answer is 200.
//!
//! The question is a request to `/_poolpass/forward-auth/{gateway}` where the gateway listens; `original` finds out about
//! which request it is. It is decided as every request to the gateway is. The answer is what the upstream would be told,
//! or the dialect's refusal. Nothing is ever passed on from here, and no body is read.

mod original;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::domain::gateway::route::Route;
use crate::domain::rules::enforce::{self, Permit, Steps};
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::trace::{Cut, Evidence};

use super::coming::{Coming, reply};
use super::decide::Decision;
use super::dialect;
use super::header_name::{is_read_as, names_a_target};
use super::{Gateway, Gateways, cors, method};

use original::{Original, Sent};

/// What the path of a question begins with. Nothing of an API's can be found there.
const PREFIX: &str = "/_poolpass/forward-auth";

/// What follows the prefix, if the request is a question.
pub(super) fn asked(request: &HttpRequest) -> Option<&str> {
    let target = request.uri().path_and_query()?.as_str();
    target.strip_prefix(PREFIX).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

/// The answer to a question.
pub(super) async fn answer(gateways: &Gateways, request: &HttpRequest, asked: &str) -> HttpResponse {
    let asked = asked.strip_prefix('/').unwrap_or_default();
    let (name, appended) = asked.split_at(asked.find(['/', '?']).unwrap_or(asked.len()));
    let listening = || {
        let address = request.app_config().local_addr();
        gateways.all.iter().filter(move |gateway| gateway.place.addresses.contains(&address))
    };
    let Some(gateway) = listening().find(|gateway| &*gateway.name == name) else {
        let names: Vec<&str> = listening().map(|gateway| &*gateway.name).collect();
        return HttpResponse::NotFound().json(json!({ "message": "No gateway of this name", "gateways": names }));
    };
    let header = |name: &str| request.headers().get_all(name).map(HeaderValue::as_bytes).collect();
    let sent = Sent { method: request.method().as_str(), appended, header: &header };
    Question { gateway, request, sent: &sent }.answered(gateways).await
}

/// A proxy's question to a gateway.
struct Question<'a> {
    gateway: &'a Gateway,
    request: &'a HttpRequest,
    sent: &'a Sent<'a>,
}

impl<'a> Question<'a> {
    async fn answered(&self, gateways: &Gateways) -> HttpResponse {
        let gateway = self.gateway;
        let id = dialect::request_id(gateway.dialect, gateways.verifier.random());
        let original = self.original();
        let asking = Original { method: self.sent.method, path: self.request.uri().path(), query: "" };
        let told = original.as_ref().copied().unwrap_or(asking);
        let within = gateway.place.within(told.path);
        let path = within.unwrap_or(told.path);
        let coming = Coming {
            gateway,
            id: &id,
            method: told.method,
            path,
            whole: told.path,
            query: told.query,
            request: self.request,
            is_question: true,
            unclear: None,
        };
        let coming = coming.unless_elsewhere(gateways, gateway.place.host.as_deref(), told.path);
        let decision = match original {
            Err(why) => unclear(gateway, why),
            Ok(_) if within.is_none() => outside(path),
            Ok(_) => match self.preflight(told.method) {
                Some(decision) => decision,
                None => coming.decided(gateways).await,
            },
        };
        let (outcome, became) = coming.settled(decision);
        let answer = match outcome {
            Ok(permit) => self.allowed(&permit, became.matched.as_ref().map(|matched| &**matched.route)),
            Err(mut denied) => {
                denied.status = self.status(denied.status);
                let mut answer = reply(denied);
                cors::tell(gateway.cors.as_ref(), self.request, &mut answer);
                answer
            }
        };
        let mut answer = coming.keep(gateways, became, answer).await;
        coming.sign(&mut answer);
        answer
    }

    /// The request that is asked about, or why there is none.
    fn original(&self) -> Result<Original<'a>, &'static str> {
        // The gateway itself takes such headers out of what it passes on; a proxy replaces those of the very name only.
        let own = self.gateway.telling.own();
        let disguised = |name: &HeaderName| {
            own.iter().any(|own| name.as_str() != own.as_str() && is_read_as(name.as_str(), own.as_str()))
        };
        if self.request.headers().keys().any(disguised) {
            return Err("a header that only the gateway may set comes from the client in another spelling");
        }
        let original = self.sent.original().map_err(original::Unclear::remark)?;
        // Nor does a proxy take out what its upstream may obey.
        let another = |(name, value): (&HeaderName, &HeaderValue)| {
            method::is_override(name.as_str()) && value.as_bytes() != original.method.as_bytes()
        };
        if self.request.headers().iter().any(another) {
            return Err("a header names another method than that of the request");
        }
        let elsewhere = |(name, value): (&HeaderName, &HeaderValue)| {
            names_a_target(name.as_str()) && !original.is_for(value.as_bytes())
        };
        if self.request.headers().iter().any(elsewhere) {
            return Err("a header names another path or query than that of the request");
        }
        Ok(original)
    }

    /// The decision about a preflight that the gateway itself would answer: it has no token, and cannot have one.
    fn preflight(&self, method: &str) -> Option<Decision<'a>> {
        let cors = self.gateway.cors.as_ref()?;
        let origin = cors::preflight_from(method, self.request)?;
        let mut trace = Steps::new();
        let permit = enforce::preflight(cors, origin, &mut trace)?;
        Some(Decision { matched: None, token: None, outcome: Ok(permit), trace })
    }

    /// What the upstream is to be told. Every header is there, if only blank: a proxy that gets none under a name may
    /// pass on the client's.
    fn allowed(&self, permit: &Permit, route: Option<&Route>) -> HttpResponse {
        let mut answer = HttpResponse::new(StatusCode::OK);
        let telling = &self.gateway.telling;
        let told = telling.told(self.gateway.dialect, permit.ground(), route);
        let headers = answer.headers_mut();
        for own in telling.own() {
            let Ok(name) = HeaderName::from_bytes(own.as_str().as_bytes()) else { continue };
            let said = told.iter().find(|(told, _)| told == own);
            let value = said.and_then(|(_, value)| HeaderValue::from_bytes(value.as_bytes()).ok());
            headers.insert(name, value.unwrap_or_else(|| HeaderValue::from_static("")));
        }
        answer
    }

    /// The status of a refusal. An API may word its own as a success, which every proxy would take for leave.
    fn status(&self, status: u16) -> u16 {
        match status {
            401 | 403 => status,
            200..300 => 403,
            _ if self.sent.is_of_nginx() => 403,
            other => other,
        }
    }
}

fn unclear(gateway: &Gateway, why: &'static str) -> Decision<'static> {
    tracing::warn!(gateway = &*gateway.name, why, "a question of a proxy is refused");
    let mut trace = Steps::new();
    let refused = trace.refuse(EnforceRule::OriginalUnambiguous, Evidence::Remark(why));
    Decision { matched: None, token: None, outcome: Err(refused), trace }
}

fn outside(path: &str) -> Decision<'static> {
    let mut trace = Steps::new();
    let evidence = Evidence::Presented { parameter: "path", value: Cut::guarded(path, Cut::LIMIT) };
    let refused = trace.refuse(EnforceRule::RouteMatches, evidence);
    Decision { matched: None, token: None, outcome: Err(refused), trace }
}
