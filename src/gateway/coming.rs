//! A request that has come to a gateway, up to what it comes to: leave, or the dialect's refusal.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::gateway::route::Route;
use crate::domain::gateway::table::Found;
use crate::domain::gateway::target::Ambiguity;
use crate::domain::rules::enforce::{Permit, Steps};
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::trace::{Evidence, Refused};
use crate::explain::Verdict;

use super::decide::{Asked, Decision};
use super::dialect::{self, About, Answer, Denial, Fault};
use super::record::Became;
use super::{Gateway, Gateways, Mode, metadata, method};

/// A request that is to be decided about.
pub(super) struct Coming<'a> {
    pub(super) gateway: &'a Gateway,
    pub(super) id: &'a str,
    pub(super) method: &'a str,
    /// The path within the gateway.
    pub(super) path: &'a str,
    /// The whole path, as it was asked for.
    pub(super) whole: &'a str,
    pub(super) query: &'a str,
    /// What has come: the request itself, or a proxy's that asks about it.
    pub(super) request: &'a HttpRequest,
    /// Whether a proxy only asks about it.
    pub(super) is_question: bool,
    /// Why it cannot be told what is asked for.
    pub(super) unclear: Option<&'static str>,
}

impl<'a> Coming<'a> {
    /// A request that has come to a gateway itself.
    pub(super) fn to(gateway: &'a Gateway, id: &'a str, path: &'a str, request: &'a HttpRequest) -> Self {
        let query = request.uri().query().unwrap_or_default();
        let (method, unclear) = match method::counted(gateway.dialect, request) {
            Ok(method) => (method, None),
            Err(why) => (request.method().as_str(), Some(why)),
        };
        let whole = request.uri().path();
        Self { gateway, id, method, path, whole, query, request, is_question: false, unclear }
    }

    /// The same, refused if some server may take its whole path for another gateway's, unless its route takes such paths.
    pub(super) fn unless_elsewhere(mut self, gateways: &Gateways, host: Option<&str>, path: &str) -> Self {
        let address = self.request.app_config().local_addr();
        let takes_any = || match self.gateway.table.find(self.method, self.path) {
            Found::Route(matched) => matched.route.takes_ambiguous_targets,
            Found::OtherMethod | Found::Nothing => false,
        };
        if self.unclear.is_none() && gateways.may_lead_elsewhere(address, host, path) && !takes_any() {
            self.unclear = Some(Ambiguity::OtherGateway.name());
        }
        self
    }

    /// The decision about it.
    pub(super) async fn decided(&self, gateways: &Gateways) -> Decision<'a> {
        if let Some(why) = self.unclear {
            let mut trace = Steps::new();
            let refused = trace.refuse(EnforceRule::TargetUnambiguous, Evidence::Remark(why));
            return Decision { matched: None, token: None, outcome: Err(refused), trace };
        }
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
                let metadata = self.metadata();
                let about = About { metadata: metadata.as_deref(), ..self.about() };
                let denied = self.gateway.denied(refused, route, &trace, about);
                match mode {
                    Mode::Observe(observing) => {
                        (Ok(observing.permit(refused)), Verdict::Observed { would: denied.status })
                    }
                    Mode::Enforce | Mode::Mock => (Err(denied), Verdict::Refused),
                }
            }
        };
        (outcome, Became { matched, token, verdict, why: None, trace })
    }

    /// The dialect's answer where something went wrong, at this route if one was found.
    pub(super) fn fault(&self, fault: Fault, route: Option<&Route>) -> HttpResponse {
        reply(dialect::fault(self.gateway.dialect, fault, route, &self.about(), &self.gateway.responses))
    }

    fn about(&self) -> About<'_> {
        let stage = self.gateway.place.stage.as_deref();
        About { gateway: &self.gateway.name, id: self.id, method: self.method, path: self.whole, stage, metadata: None }
    }

    /// Where it is published which tokens are wanted, if it is.
    fn metadata(&self) -> Option<String> {
        let metadata = self.gateway.metadata.as_ref()?;
        // Under which name a proxy's client asked is not known here.
        let known = metadata.resource.is_some() || !self.is_question;
        known.then(|| metadata.url(&self.gateway.place, &metadata::authority(self.request)))
    }

    /// Adds what every answer of the dialect carries, wherever it is from.
    pub(super) fn sign(&self, answer: &mut HttpResponse) {
        for (name, value) in dialect::usual_headers(self.gateway.dialect, self.id) {
            set(answer, name, value);
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

/// The answer as it is sent. An imported file may name headers that are none: those stay away.
pub(super) fn reply(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::with_body(status, answer.body).map_into_boxed_body();
    for (name, value) in &answer.headers {
        set(&mut response, name, value.as_str());
    }
    response
}

fn set(answer: &mut HttpResponse, name: &str, value: impl TryInto<HeaderValue>) {
    if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), value.try_into()) {
        answer.headers_mut().insert(name, value);
    }
}
