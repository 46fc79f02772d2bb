//! A gateway without anything behind it: it answers with what it decided, or with what its route says.

use serde_json::json;

use crate::domain::gateway::route::{Canned, Route};
use crate::domain::rules::enforce::{Ground, Permit};
use crate::domain::scope::Scope;

use super::Gateway;
use super::context::Authorizer;
use super::dialect::Answer;

impl Gateway {
    /// The answer to a request that was let through.
    pub(super) fn mocked(&self, route: Option<&Route>, permit: &Permit) -> Answer {
        match route.and_then(|route| route.canned.as_ref()) {
            Some(canned) => served(canned),
            None => self.told(route, permit),
        }
    }

    /// What an upstream would have got to know.
    fn told(&self, route: Option<&Route>, permit: &Permit) -> Answer {
        let verified = match permit.ground() {
            Ground::Token(verified) => Some(verified),
            Ground::Open | Ground::Observed(_) => None,
        };
        let claims = verified.map(|verified| verified.claims());
        let payload = self.telling.payload();
        let authorizer =
            verified.zip(route).map(|(verified, route)| Authorizer::of(self.dialect, payload, verified, route));
        let body = json!({
            "gateway": self.name,
            "dialect": self.dialect,
            "decision": "allowed",
            "route": route.map(|route| route.key.to_string()),
            "scopes": route.map(|route| route.scopes().iter().map(Scope::as_str).collect::<Vec<_>>()),
            "claims": claims,
            "authorizer": authorizer,
        });
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Answer { status: 200, headers, body: body.to_string() }
    }
}

fn served(canned: &Canned) -> Answer {
    Answer { status: canned.status, headers: canned.headers.clone(), body: canned.body.clone() }
}
