//! Why a request was answered as it was, with all that this server knows: its clients, its scopes, its routes.

use crate::domain::gateway::authorizer::Issuer;
use crate::domain::gateway::fault::Fault;
use crate::domain::gateway::route::Route;
use crate::domain::rules::enforce::Verified;
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::trace::{Outcome, Standing};
use crate::explain::{Around, Explanation, Passage, Verdict};
use crate::tokens::{TokenFailure, spelled_alike, standings};

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
                let below = near::below(&gateway.table, method, path).filter(|_| rule == EnforceRule::RouteMatches);
                Around { routes, below, ..Around::default() }
            }
            (_, Some(EnforceRule::SomeScopeGranted | EnforceRule::EveryScopeGranted | EnforceRule::TokenKindFits)) => {
                match passage.route.as_deref().zip(passage.token.as_deref()) {
                    Some((route, token)) => self.around_scopes(route, token).await,
                    None => Around::default(),
                }
            }
            _ => Around::default(),
        }
    }

    async fn around_scopes(&self, route: &Route, token: &Verified) -> Around {
        // An ID token calls its client `aud`.
        let claim = |name: &str| token.claims().get(name).and_then(serde_json::Value::as_str);
        let client = claim("client_id").or_else(|| claim("aud"));
        let (Issuer::Pool(pool), Some(client)) = (token.issuer(), client) else { return Around::default() };
        let looked_up = async {
            let scopes = standings(self.verifier.views(), pool, client, route.scopes()).await?;
            let undefined = scopes.iter().filter(|(_, standing)| *standing == Standing::UndefinedAndNotOnList);
            let undefined = undefined.map(|(scope, _)| scope);
            let alike = spelled_alike(self.verifier.views().database(), pool, undefined).await?;
            Ok::<_, TokenFailure>(Around { scopes, alike, ..Around::default() })
        };
        looked_up.await.unwrap_or_else(|error| {
            tracing::error!(%error, %pool, "the scopes of a client cannot be looked up");
            Around::default()
        })
    }
}
