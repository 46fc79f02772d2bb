//! What there is to say about a route, given the pools that are declared.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::cli::gateway::announce;
use crate::config::{DeclaredClient, DeclaredPool, World};
use crate::domain::gateway::authorizer::{Authorizer, Issuer};
use crate::domain::gateway::route::{Access, Closed, Route, RouteKey};
use crate::domain::id::{ClientId, UserPoolId};
use crate::domain::scope::{API_SIGN_IN, BUILT_IN, Scope};

/// The scopes of each pool that is declared.
pub(super) struct Survey {
    pools: BTreeMap<UserPoolId, Scopes>,
    /// The routes that may be open.
    allowed: Vec<RouteKey>,
}

struct Scopes {
    defined: BTreeSet<String>,
    /// What each client may have.
    allowed: Vec<(ClientId, BTreeSet<String>)>,
    /// What users' tokens have without a client's list.
    added: BTreeSet<String>,
}

/// A route, and who may use it.
#[derive(Serialize)]
pub(super) struct Surveyed {
    pub(super) route: String,
    /// `UNPROTECTED`, `PREFLIGHT`, `UNRESOLVED` or `UNSUPPORTED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mark: Option<&'static str>,
    /// Whether it may be open (`--allow`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    issuers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    audiences: Vec<String>,
    pub(super) scopes: Vec<String>,
    pub(super) undefined_scopes: Vec<String>,
    pub(super) unattainable_scopes: Vec<String>,
}

impl Surveyed {
    /// Who vouches for tokens, or the word for a route where nobody does.
    pub(super) fn guard(&self) -> String {
        match (self.mark, &self.authorizer) {
            (Some(mark), None) if self.allowed => format!("{mark} (allowed)"),
            (None, Some(authorizer)) => format!("{authorizer} ({})", self.issuers.join(", ")),
            (Some(mark), Some(authorizer)) => format!("{mark} ({authorizer})"),
            (mark, None) => mark.unwrap_or_default().to_owned(),
        }
    }
}

impl Survey {
    pub(super) fn of<'w>(worlds: impl Iterator<Item = &'w World>, allowed: Vec<RouteKey>) -> Self {
        let pools = worlds.flat_map(|world| &world.pools).map(|pool| (pool.id.clone(), Scopes::of(pool)));
        Self { pools: pools.collect(), allowed }
    }

    pub(super) fn route(&self, route: &Route) -> Surveyed {
        let (authorizer, source) = match &route.access {
            Access::Open => (None, None),
            Access::Closed(
                Closed::Unresolved(name)
                | Closed::Undeclared(name)
                | Closed::WithoutPool(name)
                | Closed::Unsupported(name),
            ) => (Some(name.clone()), None),
            Access::Authorizer(authorizer, _) => (Some(authorizer.name.clone()), Some(&**authorizer)),
        };
        let lacking = |lacks: &dyn Fn(&Scopes, &str) -> bool| -> Vec<String> {
            let pools = self.pools_of(source);
            let lost = |scope: &&Scope| !pools.is_empty() && pools.iter().all(|pool| lacks(pool, scope.as_str()));
            route.scopes().iter().filter(lost).map(|scope| scope.as_str().to_owned()).collect()
        };
        let undefined_scopes = lacking(&|pool, scope| !pool.defined.contains(scope));
        let audiences = source.map(|source| source.audiences.as_slice()).unwrap_or_default();
        let mut unattainable_scopes = lacking(&|pool, scope| !pool.is_had(scope, audiences));
        unattainable_scopes.retain(|scope| !undefined_scopes.contains(scope));
        Surveyed {
            route: route.key.to_string(),
            mark: announce::mark(route),
            allowed: route.is_unprotected() && self.allowed.contains(&route.key),
            authorizer,
            issuers: source.iter().flat_map(|source| &source.issuers).map(ToString::to_string).collect(),
            audiences: source.iter().flat_map(|source| &source.audiences).cloned().collect(),
            scopes: route.scopes().iter().map(|scope| scope.as_str().to_owned()).collect(),
            undefined_scopes,
            unattainable_scopes,
        }
    }

    /// The authorizer's pools, if all of its tokens come from pools that are declared: of others nothing is known.
    fn pools_of(&self, authorizer: Option<&Authorizer>) -> Vec<&Scopes> {
        let issuers = authorizer.map(|authorizer| authorizer.issuers.as_slice()).unwrap_or_default();
        let pool = |issuer: &Issuer| match issuer {
            Issuer::Pool(pool) => self.pools.get(pool),
            Issuer::Remote(_) => None,
        };
        issuers.iter().map(pool).collect::<Option<Vec<_>>>().unwrap_or_default()
    }
}

impl Scopes {
    fn of(pool: &DeclaredPool) -> Self {
        let of_server = pool.resource_servers.iter().flat_map(|server| {
            server.scopes.0.iter().map(|(name, _)| Scope::of(&server.identifier, name).as_str().to_owned())
        });
        let allowed = |client: &DeclaredClient| client.allowed_scopes.iter().flatten().cloned().collect();
        let added = pool.options.token_rules.iter().flat_map(|rule| &rule.add_scopes);
        Self {
            defined: of_server.chain(BUILT_IN.map(str::to_owned)).collect(),
            allowed: pool.clients.iter().map(|client| (client.id.clone(), allowed(client))).collect(),
            added: added.map(|scope| scope.as_str().to_owned()).chain([API_SIGN_IN.to_owned()]).collect(),
        }
    }

    /// Whether some token has the scope that is meant for one of these audiences; for any of them, if there are none.
    fn is_had(&self, scope: &str, audiences: &[String]) -> bool {
        let is_meant =
            |client: &ClientId| audiences.is_empty() || audiences.iter().any(|audience| audience == client.as_str());
        let mut meant = self.allowed.iter().filter(|(client, _)| is_meant(client));
        self.added.contains(scope) || meant.any(|(_, scopes)| scopes.contains(scope))
    }
}
