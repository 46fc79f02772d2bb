//! What a gateway would answer: the same decision without a request, of which nothing goes upstream and nothing is kept.

use std::sync::Arc;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::gateway::authorizer::IdentitySource;
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::route::Access;
use crate::domain::gateway::table::{Found, RouteTable};
use crate::domain::id::RequestId;
use crate::explain::json::Told;
use crate::explain::{Comparison, Explanation, Passage, Verdict};

use super::dialect::About;
use super::{Asked, Behind, Decision, Gateway, Gateways, Mode};

/// What would be asked, as somebody writes it.
#[derive(Clone, Copy)]
pub struct DryRun<'a> {
    /// Of which gateway; needless where there is one only.
    pub gateway: Option<&'a str>,
    /// `GET /orders`, within the gateway, or as it is sent: with what the gateway's paths begin with.
    pub route: &'a str,
    /// The token, if there is one. With a scheme before it, it is presented as it stands.
    pub token: Option<&'a str>,
}

/// Why nobody can say what would be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// There is no gateway at all.
    #[error("this server has no gateway")]
    NoGateway,
    /// There are several, and none was named.
    #[error("name one of the gateways: {0}")]
    Several(String),
    /// There is none of this name.
    #[error("there is no gateway `{0}`; there are: {1}")]
    Unknown(String, String),
    /// It is no method and path.
    #[error("`{0}` is not a method, a space and a path that begins with `/`")]
    NoRoute(String),
}

/// A method, a path and a query.
#[derive(Clone, Copy)]
struct Target<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
}

impl Gateways {
    /// What the gateway would answer.
    pub async fn dry_run(&self, asked: DryRun<'_>) -> Result<Explanation, NoAnswer> {
        let gateway = self.named(asked.gateway)?;
        Ok(self.run(gateway, target(asked.route)?.within(gateway), asked.token).await)
    }

    /// What each dialect would answer, with the routes of this gateway.
    pub async fn compared(&self, asked: DryRun<'_>) -> Result<Comparison, NoAnswer> {
        let gateway = self.named(asked.gateway)?;
        let target = target(asked.route)?.within(gateway);
        let mut dialects = Vec::with_capacity(Dialect::ALL.len());
        for dialect in Dialect::ALL {
            // The table depends on the dialect, too: a dead end is final to one only.
            if dialect == gateway.dialect {
                dialects.push(self.run(gateway, target, asked.token).await);
            } else if let Some(other) = gateway.speaking(dialect) {
                dialects.push(self.run(&other, target, asked.token).await);
            }
        }
        Ok(Comparison {
            gateway: gateway.name.to_string(),
            dialect: gateway.dialect,
            request: Passage::request(target.method, target.path).as_str().to_owned(),
            dialects,
        })
    }

    fn named(&self, name: Option<&str>) -> Result<&Arc<Gateway>, NoAnswer> {
        let names = || self.all.iter().map(|gateway| &*gateway.name).collect::<Vec<_>>().join(", ");
        match (name, &*self.all) {
            (_, []) => Err(NoAnswer::NoGateway),
            (None, [only]) => Ok(only),
            (None, _) => Err(NoAnswer::Several(names())),
            (Some(name), all) => {
                let found = all.iter().find(|gateway| &*gateway.name == name);
                found.ok_or_else(|| NoAnswer::Unknown(name.to_owned(), names()))
            }
        }
    }

    async fn run(&self, gateway: &Gateway, target: Target<'_>, token: Option<&str>) -> Explanation {
        let presented =
            token.map(|token| if token.contains(' ') { token.to_owned() } else { format!("Bearer {token}") });
        let header = |_: &str| presented.iter().map(String::as_bytes).collect();
        let query = gateway.query(target, token);
        let asked = Asked { method: target.method, path: target.path, query: &query, header: &header };
        let Decision { matched, token, outcome, trace } = gateway.decide(&self.verifier, &asked).await;
        let route = matched.map(|matched| matched.route);
        let published = gateway.metadata.as_ref();
        let metadata = published.map(|published| published.url(&gateway.place, &gateway.place.authority()));
        let whole = format!("{}{}", gateway.place.prefix(), target.path);
        let about = About {
            gateway: &gateway.name,
            id: "",
            method: target.method,
            path: &whole,
            stage: gateway.place.stage.as_deref(),
            metadata: metadata.as_deref(),
        };
        let denied = outcome.err().map(|refused| gateway.denied(refused, route, &trace, about));
        let passage = Passage {
            id: RequestId::from(""),
            at: self.verifier.now(),
            gateway: Arc::clone(&gateway.name),
            dialect: gateway.dialect,
            mode: gateway.mode.name(),
            request: Passage::request(target.method, target.path),
            route: route.map(Arc::clone),
            token,
            verdict: match &denied {
                None => Verdict::Allowed,
                Some(answer) if gateway.mode.observes() => Verdict::Observed { would: answer.status },
                Some(_) => Verdict::Refused,
            },
            why: None,
            status: denied.as_ref().map_or(0, |answer| answer.status),
            trace,
        };
        let mut explanation = Explanation { id: None, ..self.explained_by(gateway, &passage).await };
        if let Told::Passed(told) = &mut explanation.answer {
            // What goes upstream is answered there.
            told.status = told.status.filter(|_| passage.verdict == Verdict::Refused);
            if let Some(answer) = denied {
                let is_challenge = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("www-authenticate");
                told.www_authenticate = answer.headers.iter().find(is_challenge).map(|(_, value)| value.clone());
                told.body = Some(answer.body);
            }
        }
        explanation
    }
}

impl Target<'_> {
    /// The same within the gateway, if it was written as it is sent.
    fn within(self, gateway: &Gateway) -> Self {
        Self { path: gateway.place.within(self.path).unwrap_or(self.path), ..self }
    }
}

impl Gateway {
    /// The same gateway with other manners; its own wording of answers is kept where the dialect has any.
    fn speaking(&self, dialect: Dialect) -> Option<Self> {
        let routes = self.table.routes().iter().map(|route| (**route).clone()).collect();
        Some(Self {
            name: Arc::clone(&self.name),
            place: self.place.clone(),
            dialect,
            // The routes part no better or worse in another dialect, so this does not fail.
            table: RouteTable::new(routes, dialect).ok()?,
            mode: match &self.mode {
                Mode::Observe(observing) => Mode::Observe(observing.clone()),
                Mode::Enforce | Mode::Mock => Mode::Mock,
            },
            behind: Behind::Nothing,
            cors: None,
            responses: self.responses.clone(),
            telling: self.telling.clone(),
            showing: self.showing,
            metadata: None,
        })
    }

    /// The query, with the token in it if the route looks for one there.
    fn query(&self, target: Target<'_>, token: Option<&str>) -> String {
        let mut query = target.query.to_owned();
        if let (Found::Route(matched), Some(token)) = (self.table.find(target.method, target.path), token)
            && let Access::Authorizer(authorizer, _) = &matched.route.access
            && let IdentitySource::Query(name) = &authorizer.source
        {
            let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
            let separator = if query.is_empty() { "" } else { "&" };
            query.extend([separator.to_owned(), encoded(name).to_string(), "=".to_owned(), encoded(token).to_string()]);
        }
        query
    }
}

fn target(route: &str) -> Result<Target<'_>, NoAnswer> {
    let none = || NoAnswer::NoRoute(route.to_owned());
    let (method, target) = route.trim().split_once(' ').ok_or_else(none)?;
    let target = target.trim_start();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let plain = |text: &str| text.chars().all(|one| one.is_ascii_graphic());
    if method.is_empty() || !path.starts_with('/') || !plain(method) || !plain(target) {
        return Err(none());
    }
    Ok(Target { method, path, query })
}
