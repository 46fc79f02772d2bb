//! Why a request was answered as it was, with all that this server knows: its clients, its scopes, its routes.

use crate::domain::gateway::authorizer::Issuer;
use crate::domain::gateway::fault::Fault;
use crate::domain::gateway::route::Route;
use crate::domain::rules::enforce::Verified;
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::scope::Scope;
use crate::domain::trace::{Outcome, Standing};
use crate::explain::{Around, Explanation, Passage, Verdict};
use crate::tokens::standings;

use super::{Gateway, Gateways, near};

impl Gateways {
    /// The passage, explained.
    pub async fn explained(&self, passage: &Passage) -> Explanation {
        let gateway = self.all.iter().find(|gateway| gateway.name == passage.gateway);
        match gateway {
            Some(gateway) => self.explained_by(gateway, passage).await,
            None => Explanation::of_passage(passage, &Around::default()),
        }
    }

    /// A passage of this gateway.
    pub(super) async fn explained_by(&self, gateway: &Gateway, passage: &Passage) -> Explanation {
        Explanation::of_passage(passage, &self.around(gateway, passage).await)
    }

    /// Looks up what the sentence about this passage needs, and nothing else.
    async fn around(&self, gateway: &Gateway, passage: &Passage) -> Around {
        let refused = passage.trace.steps().iter().find(|step| step.outcome == Outcome::Refused);
        match (passage.verdict, refused.map(|step| step.rule)) {
            (Verdict::Failed(Fault::NoSuchStage), _) => Around { prefix: gateway.place.prefix(), ..Around::default() },
            (Verdict::Failed(_) | Verdict::Allowed, _) => Around::default(),
            (_, Some(rule @ (EnforceRule::RouteMatches | EnforceRule::MethodMatches))) => {
                let (method, path) = passage.request.as_str().split_once(' ').unwrap_or_default();
                let routes = match rule {
                    EnforceRule::MethodMatches => near::of_path(&gateway.table, path),
                    _ => near::routes(&gateway.table, method, path),
                };
                Around { routes, ..Around::default() }
            }
            (_, Some(EnforceRule::SomeScopeGranted | EnforceRule::EveryScopeGranted)) => {
                let (route, token) = (passage.route.as_deref(), passage.token.as_deref());
                let known = match route.zip(token) {
                    Some((route, token)) => self.standings(route, token).await,
                    None => Vec::new(),
                };
                Around { scopes: known, ..Around::default() }
            }
            _ => Around::default(),
        }
    }

    async fn standings(&self, route: &Route, token: &Verified) -> Vec<(Scope, Standing)> {
        let client = token.claims().get("client_id").and_then(serde_json::Value::as_str);
        let (Issuer::Pool(pool), Some(client)) = (token.issuer(), client) else { return Vec::new() };
        match standings(self.verifier.views(), pool, client, route.scopes()).await {
            Ok(known) => known,
            Err(error) => {
                tracing::error!(%error, %pool, "the scopes of a client cannot be looked up");
                Vec::new()
            }
        }
    }
}
