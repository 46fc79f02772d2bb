//! The routes that a configuration declares, and who vouches for the tokens they demand.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::gateway::api::Api;
use crate::domain::gateway::authorizer::{AudiencePattern, Authorizer, IdentitySource, Issuer};
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::responses::Responses;
use crate::domain::gateway::route::{Access, Closed, Route, RouteKey};
use crate::domain::id::UserPoolId;
use crate::domain::scope::Scope;

use super::answers::{add_responses, canned, check_cors};
use super::{DeclaredAuthorizer, DeclaredGateway, DeclaredRoute, Misdeclared, misdeclared};

/// The word for no authorizer.
const NONE: &str = "none";

/// Whether there is such a pool here.
pub type Known<'a> = &'a dyn Fn(&UserPoolId) -> bool;

impl DeclaredGateway {
    /// What it comes to: what it imports, and what is declared over it. `known` says which pools there are.
    pub fn api(&self, imported: Option<Api>, known: Known<'_>) -> Result<Api, Misdeclared> {
        self.fits_no_import()?;
        let authorizers = self.authorizers(known)?;
        match &self.default_authorizer {
            Some(name) if name == NONE => {
                let problem = "a route is opened by an `authorizer: none` of its own, not by default";
                return Err(misdeclared("default_authorizer", problem));
            }
            Some(name) => drop(self.named(name, &authorizers, "default_authorizer")?),
            None => {}
        }
        let nothing =
            Api { dialect: Dialect::RestApi, routes: Vec::new(), cors: None, responses: Responses::default() };
        let mut api = imported.unwrap_or(nothing);
        api.dialect = self.dialect.unwrap_or(api.dialect);
        for (position, declared) in self.routes.iter().enumerate() {
            self.lay_over(&mut api.routes, declared, &authorizers, &format!("routes[{position}]"))?;
        }
        self.fits(&api)?;
        if let Some(cors) = &self.cors {
            check_cors(cors)?;
            api.cors = Some(cors.clone());
        }
        add_responses(&self.responses, &mut api.responses)?;
        Ok(api)
    }

    /// Refuses what is about an imported file, where there is none.
    fn fits_no_import(&self) -> Result<(), Misdeclared> {
        let given =
            [("map", !self.map.is_empty()), ("api", self.api.is_some()), ("create_missing", self.create_missing)];
        match given.into_iter().find(|(_, given)| *given && self.import.is_none()) {
            Some((key, _)) => Err(misdeclared(key, "this is about an imported file, and the gateway has no `import`")),
            None => Ok(()),
        }
    }

    /// Refuses what the dialect does not have.
    fn fits(&self, api: &Api) -> Result<(), Misdeclared> {
        let dialect = api.dialect;
        if dialect == Dialect::RestApi && api.routes.iter().any(|route| route.key == RouteKey::Default) {
            return Err(misdeclared("routes", format!("the dialect `{dialect}` has no route `$default`")));
        }
        if dialect != Dialect::RestApi && !self.responses.is_empty() {
            let problem = format!("the dialect `{dialect}` has no gateway responses, only `{}` has", Dialect::RestApi);
            return Err(misdeclared("responses", problem));
        }
        self.resource_metadata.fits(dialect)?;
        self.function.as_ref().map_or(Ok(()), |function| function.fits(self, dialect))
    }

    fn authorizers(&self, known: Known<'_>) -> Result<Authorizers, Misdeclared> {
        let each = self.authorizers.iter().map(|(name, declared)| {
            let key = format!("authorizers.{name}");
            if name == NONE {
                return Err(misdeclared(key, "an authorizer cannot be called `none`: routes say so that have none"));
            }
            Ok((name.clone(), declared.resolve(name, &key, known)?))
        });
        each.collect()
    }

    /// Adds a declared route, or changes the imported one for the same requests: what is left out stays.
    fn lay_over(
        &self,
        routes: &mut Vec<Route>,
        declared: &DeclaredRoute,
        authorizers: &Authorizers,
        key: &str,
    ) -> Result<(), Misdeclared> {
        let wanted = RouteKey::parse(&declared.route).map_err(|error| misdeclared(format!("{key}.route"), error))?;
        let canned = declared.mock.as_ref().map(|mock| canned(mock, &format!("{key}.mock"))).transpose()?;
        let takes_ambiguous_targets = declared.allow_ambiguous_paths;
        let imported = routes.iter_mut().find(|route| route.key == wanted && self.import.is_some());
        let access = self.access(declared, imported.as_ref().map(|route| &route.access), authorizers, key)?;
        match imported {
            None => routes.push(Route { key: wanted, access, takes_ambiguous_targets, canned }),
            Some(route) => {
                let canned = canned.or_else(|| route.canned.take());
                *route = Route { key: wanted, access, takes_ambiguous_targets, canned };
            }
        }
        Ok(())
    }

    fn access(
        &self,
        declared: &DeclaredRoute,
        imported: Option<&Access>,
        authorizers: &Authorizers,
        key: &str,
    ) -> Result<Access, Misdeclared> {
        let imported_scopes = || match imported {
            Some(Access::Authorizer(_, scopes)) => scopes.clone(),
            _ => Vec::new(),
        };
        let default = self.default_authorizer.as_ref().filter(|_| imported.is_none());
        match (declared.authorizer.as_ref().or(default).map(String::as_str), imported) {
            (Some(NONE), _) => opened(declared.scopes.as_deref(), key),
            (Some(name), _) => {
                let resolved = self.named(name, authorizers, &format!("{key}.authorizer"))?;
                Ok(resolved.access(declared.scopes.clone().unwrap_or_else(imported_scopes)))
            }
            (None, Some(Access::Authorizer(authorizer, scopes))) => {
                let scopes = declared.scopes.as_ref().unwrap_or(scopes);
                Ok(Access::Authorizer(Arc::clone(authorizer), scopes.clone()))
            }
            (None, Some(access)) if declared.scopes.is_none() => Ok(access.clone()),
            (None, Some(_)) => Err(misdeclared(format!("{key}.scopes"), "scopes need an `authorizer`; name it here")),
            (None, None) => {
                let problem = "the route has no authorizer, and the gateway no `default_authorizer`; a route that is \
                               open to everybody says `authorizer: none`";
                Err(misdeclared(key, problem))
            }
        }
    }

    fn named<'a>(&self, name: &str, authorizers: &'a Authorizers, key: &str) -> Result<&'a Resolved, Misdeclared> {
        let missing = || misdeclared(key, format!("the gateway `{}` has no authorizer `{name}`", self.name));
        authorizers.get(name).ok_or_else(missing)
    }
}

fn opened(scopes: Option<&[Scope]>, key: &str) -> Result<Access, Misdeclared> {
    if scopes.is_some_and(|scopes| !scopes.is_empty()) {
        return Err(misdeclared(format!("{key}.scopes"), "scopes need an authorizer, and this route has none"));
    }
    Ok(Access::Open)
}

type Authorizers = BTreeMap<String, Resolved>;

/// An authorizer, or that it leads to nobody.
enum Resolved {
    Usable(Arc<Authorizer>),
    Closed(Closed),
}

impl Resolved {
    fn access(&self, scopes: Vec<Scope>) -> Access {
        match self {
            Self::Usable(authorizer) => Access::Authorizer(Arc::clone(authorizer), scopes),
            Self::Closed(closed) => Access::Closed(closed.clone()),
        }
    }
}

impl DeclaredAuthorizer {
    fn resolve(&self, name: &str, key: &str, known: Known<'_>) -> Result<Resolved, Misdeclared> {
        if self.pools.is_empty() && self.issuers.is_empty() {
            return Err(misdeclared(key, "an authorizer needs `pools` or `issuers` whose tokens it accepts"));
        }
        for (position, issuer) in self.issuers.iter().enumerate() {
            check_issuer(issuer).map_err(|problem| misdeclared(format!("{key}.issuers[{position}]"), problem))?;
        }
        let source =
            self.identity_source.as_deref().map_or_else(|| Ok(IdentitySource::default()), IdentitySource::parse);
        let pattern = self.audience_pattern.as_deref().map(AudiencePattern::new).transpose();
        let pools = self.pools.iter().filter(|pool| known(pool)).cloned().map(Issuer::Pool);
        let issuers: Vec<_> = pools.chain(self.issuers.iter().cloned().map(Issuer::Remote)).collect();
        let authorizer = Authorizer {
            name: name.to_owned(),
            issuers,
            audiences: self.audiences.clone(),
            source: source.map_err(|error| misdeclared(format!("{key}.identity_source"), error))?,
            audience_pattern: pattern.map_err(|error| misdeclared(format!("{key}.audience_pattern"), error))?,
            checks_revocation: self.check_revocation,
        };
        if authorizer.issuers.is_empty() {
            return Ok(Resolved::Closed(Closed::WithoutPool(name.to_owned())));
        }
        Ok(Resolved::Usable(Arc::new(authorizer)))
    }
}

fn check_issuer(issuer: &str) -> Result<(), String> {
    let url = url::Url::parse(issuer).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let bare = |url: &url::Url| url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    url.filter(bare).map(drop).ok_or_else(|| format!("the issuer `{issuer}` is not an http or https URL without query"))
}
