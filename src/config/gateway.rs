//! The gateways that a configuration declares: in front of what they stand, where they listen, and their routes.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::fmt;
use std::sync::Arc;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::domain::gateway::authorizer::{AudiencePattern, Authorizer, IdentitySource, Issuer};
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::route::{Access, Canned, Closed, Route, RouteKey};
use crate::domain::id::UserPoolId;
use crate::domain::scope::Scope;

/// The word for no authorizer.
const NONE: &str = "none";

/// A gateway.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredGateway {
    /// Its name.
    pub name: String,
    /// Whose manners it has.
    #[serde(default)]
    pub dialect: Option<Dialect>,
    /// `host:port` to listen on; those of the server's gateways unless set.
    #[serde(default)]
    pub listen: OneOrMore,
    /// The only host it answers for; any unless set.
    #[serde(default)]
    pub host: Option<String>,
    /// What the paths begin with that are its own.
    #[serde(default)]
    pub base_path: Option<String>,
    /// The segment that follows, which names the stage; none unless set.
    #[serde(default)]
    pub stage: Option<String>,
    /// Where requests go that are let through.
    #[serde(default)]
    pub upstream: Option<String>,
    /// How they go there.
    #[serde(default)]
    pub forward: DeclaredForward,
    /// What becomes of requests.
    #[serde(default)]
    pub mode: DeclaredMode,
    /// Who vouches for tokens, by name.
    #[serde(default)]
    pub authorizers: BTreeMap<String, DeclaredAuthorizer>,
    /// The authorizer of routes that name none.
    #[serde(default)]
    pub default_authorizer: Option<String>,
    /// Its routes.
    #[serde(default)]
    pub routes: Vec<DeclaredRoute>,
}

/// How requests go upstream.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeclaredForward {
    /// How many seconds a connection may take.
    pub connect_timeout: NonZero<u32>,
    /// How many seconds the head of an answer may take, and then each part of its body.
    pub timeout: NonZero<u32>,
    /// The longest body of a request, in bytes.
    pub max_body: u64,
}

impl Default for DeclaredForward {
    fn default() -> Self {
        // COGNITO: API Gateway waits 29 seconds unless told otherwise, and takes 10 MB.
        Self { connect_timeout: seconds(2), timeout: seconds(29), max_body: 10 * 1024 * 1024 }
    }
}

const fn seconds(count: u32) -> NonZero<u32> {
    NonZero::<u32>::MIN.saturating_add(count - 1)
}

/// What becomes of requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeclaredMode {
    /// Those that are let through go upstream.
    #[default]
    Enforce,
    /// All go upstream.
    Observe,
    /// None goes upstream.
    Mock,
}

/// Who vouches for tokens.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredAuthorizer {
    /// Pools of this server.
    pub pools: Vec<UserPoolId>,
    /// Others, by the URL that `iss` must equal.
    pub issuers: Vec<String>,
    /// Accepted audiences; any unless set.
    pub audiences: Vec<String>,
    /// Where the token is looked for.
    pub identity_source: Option<String>,
    /// What the whole `aud` must match.
    pub audience_pattern: Option<String>,
    /// Whether revoked tokens are refused.
    pub check_revocation: bool,
}

/// A route.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredRoute {
    /// `GET /orders/{id}`, `ANY /{proxy+}` or `$default`.
    pub route: String,
    /// The name of its authorizer, or `none`.
    #[serde(default)]
    pub authorizer: Option<String>,
    /// The scopes it asks for.
    #[serde(default)]
    pub scopes: Option<Vec<Scope>>,
    /// Whether it takes request targets that some servers would read as another path.
    #[serde(default)]
    pub allow_ambiguous_paths: bool,
    /// Its answer in mock mode.
    #[serde(default)]
    pub mock: Option<DeclaredAnswer>,
}

/// An answer that needs no upstream.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

/// A text, or a list of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OneOrMore(pub Vec<String>);

/// What is wrong with the declaration of a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misdeclared {
    /// The key within the gateway, such as `routes[0].scopes`.
    pub key: String,
    /// What is wrong.
    pub problem: String,
}

impl Default for DeclaredAnswer {
    fn default() -> Self {
        Self { status: 200, headers: BTreeMap::new(), body: String::new() }
    }
}

/// Something wrong at this key.
pub fn misdeclared(key: impl Into<String>, problem: impl fmt::Display) -> Misdeclared {
    Misdeclared { key: key.into(), problem: problem.to_string() }
}

/// Whether there is such a pool here.
pub type Known<'a> = &'a dyn Fn(&UserPoolId) -> bool;

impl DeclaredGateway {
    /// Its routes as they are declared.
    pub fn routes(&self, known: Known<'_>) -> Result<Vec<Route>, Misdeclared> {
        let authorizers = self.authorizers(known)?;
        if let Some(name) = &self.default_authorizer {
            self.named(name, &authorizers, "default_authorizer")?;
        }
        let routes = self.routes.iter().enumerate();
        routes.map(|(position, route)| self.route(route, &authorizers, &format!("routes[{position}]"))).collect()
    }

    /// Where requests go that are let through.
    pub fn upstream(&self) -> Result<Option<url::Url>, Misdeclared> {
        let Some(text) = &self.upstream else { return Ok(None) };
        let bare = |url: &url::Url| {
            url.has_host() && url.query().is_none() && url.fragment().is_none() && url.username().is_empty()
        };
        let url = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && bare(url));
        let problem =
            || format!("the upstream `{text}` is not an http or https URL with a host and without query and credentials");
        url.map(Some).ok_or_else(|| misdeclared("upstream", problem()))
    }

    /// The host it answers for, the base path, and the stage, if they are in its URLs.
    pub fn place(&self) -> Result<(Option<String>, String, Option<String>), Misdeclared> {
        let plain = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
        };
        if !plain(&self.name) {
            let problem = format!("the name `{}` is not made of letters, digits, `-`, `_`, `.` and `~`", self.name);
            return Err(misdeclared("name", problem));
        }
        let host = self.host.as_ref().map(|host| host.to_ascii_lowercase());
        if let Some(host) = host.as_ref().filter(|host| !plain(host)) {
            return Err(misdeclared("host", format!("`{host}` is not a host name without a port")));
        }
        let base_path = self.base_path.as_deref().unwrap_or_default().trim_end_matches('/');
        let segments = base_path.strip_prefix('/').unwrap_or(base_path);
        if !base_path.is_empty() && !(base_path.starts_with('/') && segments.split('/').all(plain)) {
            return Err(misdeclared("base_path", format!("`{base_path}` is not a path of plain segments after `/`")));
        }
        // COGNITO: the stage `$default` is the one whose URLs have no stage in them (documented).
        let stage = self.stage.clone().filter(|stage| stage != "$default");
        if let Some(stage) = stage.as_ref().filter(|stage| !plain(stage)) {
            return Err(misdeclared("stage", format!("`{stage}` is neither one plain segment nor `$default`")));
        }
        Ok((host, base_path.to_owned(), stage))
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

    fn route(&self, declared: &DeclaredRoute, authorizers: &Authorizers, key: &str) -> Result<Route, Misdeclared> {
        let route = RouteKey::parse(&declared.route).map_err(|error| misdeclared(format!("{key}.route"), error))?;
        Ok(Route {
            key: route,
            access: self.access(declared, authorizers, key)?,
            takes_ambiguous_targets: declared.allow_ambiguous_paths,
            canned: declared.mock.as_ref().map(|mock| canned(mock, &format!("{key}.mock"))).transpose()?,
        })
    }

    fn access(&self, declared: &DeclaredRoute, authorizers: &Authorizers, key: &str) -> Result<Access, Misdeclared> {
        let scopes = declared.scopes.clone().unwrap_or_default();
        let name = declared.authorizer.as_ref().or(self.default_authorizer.as_ref());
        match name.map(String::as_str) {
            None => {
                let problem = "the route has no authorizer, and the gateway no `default_authorizer`; a route that is \
                               open to everybody says `authorizer: none`";
                Err(misdeclared(key, problem))
            }
            Some(NONE) if !scopes.is_empty() => {
                Err(misdeclared(format!("{key}.scopes"), "scopes need an authorizer, and this route has none"))
            }
            Some(NONE) => Ok(Access::Open),
            Some(name) => {
                let resolved = self.named(name, authorizers, &format!("{key}.authorizer"))?;
                Ok(resolved.map_or_else(|| Access::Open, |resolved| resolved.access(scopes)))
            }
        }
    }

    fn named<'a>(
        &self,
        name: &str,
        authorizers: &'a Authorizers,
        key: &str,
    ) -> Result<Option<&'a Resolved>, Misdeclared> {
        match authorizers.get(name) {
            None if name == NONE => Ok(None),
            None => Err(misdeclared(key, format!("the gateway `{}` has no authorizer `{name}`", self.name))),
            found => Ok(found),
        }
    }
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
            return Ok(Resolved::Closed(Closed::Unresolved(name.to_owned())));
        }
        Ok(Resolved::Usable(Arc::new(authorizer)))
    }
}

fn check_issuer(issuer: &str) -> Result<(), String> {
    let url = url::Url::parse(issuer).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let bare = |url: &url::Url| url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    url.filter(bare).map(drop).ok_or_else(|| format!("the issuer `{issuer}` is not an http or https URL without query"))
}

fn canned(declared: &DeclaredAnswer, key: &str) -> Result<Canned, Misdeclared> {
    if !(200..=599).contains(&declared.status) {
        return Err(misdeclared(format!("{key}.status"), "an answer has a status between 200 and 599"));
    }
    let headers: Vec<_> = declared.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    Ok(Canned { status: declared.status, headers, body: declared.body.clone() })
}

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Texts)
    }
}

struct Texts;

impl<'de> Visitor<'de> for Texts {
    type Value = OneOrMore;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E>(self, text: &str) -> Result<OneOrMore, E> {
        Ok(OneOrMore(vec![text.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<OneOrMore, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element()? {
            texts.push(text);
        }
        Ok(OneOrMore(texts))
    }
}
