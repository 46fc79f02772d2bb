//! Tying what a file says about pools and clients to those of this server.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::{Host, Url};

use super::draft::{Declared, Means};
use super::reading::Reading;
use super::resolve::Text;
use super::{Severity, Ties};
use crate::domain::gateway::authorizer::{AudiencePattern, Authorizer, IdentitySource, Issuer};
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::route::Closed;
use crate::domain::id::UserPoolId;

/// How many names are told at most.
const NAMED: usize = 5;

/// An authorizer, tied as far as it can be.
pub(super) struct Tied {
    /// It, or why its routes are closed.
    pub(super) outcome: Result<Arc<Authorizer>, Closed>,
    /// The pools that it means, whether or not they exist.
    pub(super) pools: Vec<UserPoolId>,
    /// The clients that it means.
    pub(super) audiences: Vec<String>,
}

/// Ties the authorizer of this name, about which remarks go to this line, if it is among those that the file declares.
pub(super) fn authorizer(
    (name, line): (&str, u64),
    declared: &BTreeMap<String, Declared>,
    dialect: Dialect,
    reading: &Reading<'_>,
) -> Tied {
    let mut tying = Tying { name, line, reading, pools: Vec::new(), audiences: Vec::new() };
    let outcome = tying.outcome(declared, dialect).inspect_err(|closed| {
        let text = match closed {
            Closed::Unresolved(_) | Closed::WithoutPool(_) => {
                format!("`{name}` leads to no pool of this server: its routes are closed")
            }
            Closed::Undeclared(_) => undeclared(name, declared),
            Closed::Unsupported(kind) => format!("`{name}` is {kind}, which is not simulated: its routes are closed"),
        };
        tying.note(Severity::Closes, text);
    });
    Tied { outcome: outcome.map(Arc::new), pools: tying.pools, audiences: tying.audiences }
}

/// What there is to say of an authorizer that the file does not declare; the name may be misspelled.
fn undeclared(name: &str, declared: &BTreeMap<String, Declared>) -> String {
    let known: Vec<String> = declared.keys().take(NAMED).map(|known| format!("`{known}`")).collect();
    let known = if known.is_empty() { String::new() } else { format!(" (declared are {})", known.join(", ")) };
    format!(
        "`{name}` is not declared in this file{known}: its routes are closed, unless it is tied with `--map {name}=POOL`"
    )
}

struct Tying<'a, 'd> {
    name: &'a str,
    line: u64,
    reading: &'a Reading<'d>,
    pools: Vec<UserPoolId>,
    audiences: Vec<String>,
}

impl Tying<'_, '_> {
    fn note(&self, severity: Severity, text: String) {
        self.reading.note(self.line, severity, text);
    }

    /// Remarks something about a value, where it stands, if that is known.
    fn note_value(&self, value: &Text, text: String) {
        let line = if value.line == 0 { self.line } else { value.line };
        self.reading.note(line, Severity::Warning, text);
    }

    fn unresolved(&self) -> Closed {
        Closed::Unresolved(self.name.to_owned())
    }

    fn outcome(&mut self, declared: &BTreeMap<String, Declared>, dialect: Dialect) -> Result<Authorizer, Closed> {
        match declared.get(self.name).map(|declared| &declared.means) {
            Some(Means::Unsupported(kind)) => Err(Closed::Unsupported(kind.clone())),
            Some(Means::Pools { pools, source, pattern }) => {
                let issuers = self.issuers(pools)?;
                let audience_pattern = pattern.as_ref().map(|pattern| self.pattern(pattern)).transpose()?;
                Ok(Authorizer { audience_pattern, ..self.bare(issuers, Vec::new(), source.as_ref())? })
            }
            Some(Means::Jwt { issuer, audiences, source }) => {
                // Both are looked at before either closes anything, so that all there is to tie is said at once.
                let (issuers, audiences) = (self.issuers(issuer.as_slice()), self.audiences(audiences));
                self.bare(issuers?, audiences?, source.as_ref())
            }
            Some(Means::Unknown(kind)) => {
                let text = format!(
                    "`{}` is a security scheme of type `{kind}` without `x-amazon-apigateway-authorizer`: API Gateway \
                     leaves its routes open",
                    self.name
                );
                self.note(Severity::Warning, text);
                self.by_name(dialect)
            }
            None if self.reading.tied(self.name).is_none() => Err(Closed::Undeclared(self.name.to_owned())),
            None => {
                self.note(Severity::Warning, format!("`{}` is not declared in this file", self.name));
                self.by_name(dialect)
            }
        }
    }

    /// What an authorizer about which the file says nothing is tied to by its name.
    fn by_name(&mut self, dialect: Dialect) -> Result<Authorizer, Closed> {
        let issuers = self.issuers(&[])?;
        if dialect == Dialect::HttpApi {
            let text = format!("`{}` is tied by its name: tokens for every audience are accepted", self.name);
            self.note(Severity::Warning, text);
        }
        self.bare(issuers, Vec::new(), None)
    }

    fn bare(&self, issuers: Vec<Issuer>, audiences: Vec<String>, source: Option<&Text>) -> Result<Authorizer, Closed> {
        let source = match source {
            None => IdentitySource::default(),
            Some(text) => text.as_known().and_then(|text| IdentitySource::parse(text).ok()).ok_or_else(|| {
                self.note_value(text, format!("`{}` is no identity source that is known here", text.value));
                self.unresolved()
            })?,
        };
        let name = self.name.to_owned();
        Ok(Authorizer { name, issuers, audiences, source, audience_pattern: None, checks_revocation: false })
    }

    /// Whose tokens are accepted. If none of the file's leads anywhere, the authorizer's own name may.
    fn issuers(&mut self, declared: &[Text]) -> Result<Vec<Issuer>, Closed> {
        let mut issuers = Vec::new();
        for text in declared {
            match self.issuer(text) {
                Ok(issuer) if !issuers.contains(&issuer) => issuers.push(issuer),
                Ok(_) => {}
                Err(why) => self.note_value(text, why),
            }
        }
        if issuers.is_empty()
            && let Some(tied) = self.reading.tied(self.name)
        {
            match self.issuer(&tied) {
                Ok(issuer) => issuers.push(issuer),
                Err(why) => self.note(Severity::Warning, why),
            }
        }
        if issuers.is_empty() { Err(self.unresolved()) } else { Ok(issuers) }
    }

    fn issuer(&mut self, declared: &Text) -> Result<Issuer, String> {
        let ties = self.reading.ties;
        let text = ties.map.get(&declared.value).unwrap_or(&declared.value);
        if !declared.is_known() && *text == declared.value {
            return Err(format!("`{text}` cannot be told{}", declared.advice("POOL")));
        }
        let Some(named) = pool_named(text, ties) else {
            // Tied to a URL on purpose: that issuer is asked, wherever it is.
            let remote = ties.map.contains_key(&declared.value) && Url::parse(text).is_ok_and(|url| url.has_host());
            return if remote {
                Ok(Issuer::Remote(text.clone()))
            } else {
                Err(format!("`{text}` names no pool: tie it with `--map {text}=POOL`"))
            };
        };
        let id = UserPoolId::new(ties.map.get(named).map_or(named, String::as_str));
        let exists = ties.pools.contains(&id);
        if exists || is_pool_id(id.as_str()) {
            self.pools.push(id.clone());
        }
        if exists || ties.create_missing && is_pool_id(id.as_str()) {
            return Ok(Issuer::Pool(id));
        }
        let known_as = self.reading.logical_pool(id.as_str()).unwrap_or(named);
        Err(format!(
            "there is no pool `{id}` here: tie it with `--map {known_as}=POOL`, or have it made by `--create-missing`"
        ))
    }

    /// Which audiences are accepted. None is not all: an API without audiences lets nobody through.
    fn audiences(&mut self, declared: &[Text]) -> Result<Vec<String>, Closed> {
        let ties = self.reading.ties;
        for text in declared {
            let meant = ties.map.get(&text.value);
            if meant.is_none() && !text.is_known() {
                let advice = text.advice("CLIENT");
                self.note_value(text, format!("the audience `{}` cannot be told{advice}", text.value));
                continue;
            }
            let audience = meant.unwrap_or(&text.value).clone();
            if meant.is_none() && !ties.create_missing && self.reading.is_logical_client(&audience) {
                let told = format!("the client `{audience}` has no id yet: tie it with `--map {audience}=CLIENT`");
                self.note_value(text, told);
            }
            if !audience.is_empty() && !self.audiences.contains(&audience) {
                self.audiences.push(audience);
            }
        }
        if self.audiences.is_empty() {
            self.note(Severity::Warning, format!("`{}` accepts no audience that is known", self.name));
            return Err(self.unresolved());
        }
        Ok(self.audiences.clone())
    }

    fn pattern(&self, pattern: &Text) -> Result<AudiencePattern, Closed> {
        pattern.as_known().and_then(|text| AudiencePattern::new(text).ok()).ok_or_else(|| {
            self.note_value(pattern, format!("`{}` is no expression that can be used here", pattern.value));
            self.unresolved()
        })
    }
}

/// The id in an ARN, in an issuer's URL (that of AWS, or of a server on this machine), or by itself.
fn pool_named<'t>(text: &'t str, ties: &Ties) -> Option<&'t str> {
    if let Some(rest) = text.strip_prefix("arn:") {
        return rest.split_once(":userpool/").filter(|(head, _)| head.contains(":cognito-idp:")).map(|(_, id)| id);
    }
    if let Ok(url) = Url::parse(text)
        && url.has_host()
    {
        let id = text.trim_end_matches('/').rsplit('/').next()?;
        return (url.path().trim_matches('/') == id && is_ours(&url)).then_some(id);
    }
    (is_pool_id(text) || ties.pools.contains(text)).then_some(text)
}

/// Whether whoever has this issuer is a pool of AWS, or of a server on this machine.
fn is_ours(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => {
            let aws = host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"));
            let service = aws.and_then(|host| host.split('.').next());
            matches!(service, Some("cognito-idp" | "cognito-idp-fips" | "issuer-cognito-idp"))
                || host == "localhost"
                || host.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether Cognito could have given this id.
fn is_pool_id(text: &str) -> bool {
    let Some((region, name)) = text.split_once('_') else { return false };
    let region = !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    region && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && text.len() <= 55
}
