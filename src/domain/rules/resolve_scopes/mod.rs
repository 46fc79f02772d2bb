//! Which scopes a token gets: requested × the client's list × the registry.
//!
//! The heart of poolpass. A scope that is not on the client's list is an error and no token; a scope that is on the list
//! but was deleted from its resource server is left out, and comes back when it is defined again.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html>

mod documented;
mod observed;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

use crate::domain::client::OAuthFlow;
use crate::domain::pool::{AllInactive, ScopeProfile};
use crate::domain::scope::{self, Scope};
use crate::domain::trace::{Cut, Evidence, Refused, Standing, Trace};

use super::issue_rule::IssueRule;

/// What a decision notes that starts from the whole list.
const NOTHING_ASKED: Evidence = Evidence::Remark("no scope was asked for, so the whole list counts");

/// Knows which custom scopes are defined now.
pub trait Registry {
    /// Whether a resource server defines the scope of this full name.
    fn defines(&self, name: &str) -> bool;
}

impl<F: Fn(&str) -> bool> Registry for F {
    fn defines(&self, name: &str) -> bool {
        self(name)
    }
}

/// A client's list with what the registry knows of its names, looked up once.
#[derive(Debug, Clone, Default)]
pub struct AllowList {
    entries: Vec<Allowed>,
    places: HashMap<Scope, usize, foldhash::fast::RandomState>,
}

/// One name of a client's list.
#[derive(Debug, Clone)]
pub struct Allowed {
    /// The full name.
    pub scope: Scope,
    /// Whether every pool knows it, and else whether a resource server defines it now.
    pub standing: Standing,
}

impl AllowList {
    /// Looks up each name of the list, in the order in which they were registered.
    pub fn compile(scopes: &[Scope], registry: &impl Registry) -> Self {
        let mut list = Self::default();
        for scope in scopes {
            if list.places.contains_key(scope) {
                continue;
            }
            let standing = if scope.is_built_in() {
                Standing::BuiltIn
            } else if registry.defines(scope.as_str()) {
                Standing::Active
            } else {
                Standing::Inactive
            };
            list.places.insert(scope.clone(), list.entries.len());
            list.entries.push(Allowed { scope: scope.clone(), standing });
        }
        list
    }

    /// The names, in registered order.
    pub fn entries(&self) -> &[Allowed] {
        &self.entries
    }

    /// Whether the list holds this name.
    pub fn contains(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// How a name on the list stands; `None` if it is not there.
    pub fn standing(&self, name: &str) -> Option<Standing> {
        self.place(name).and_then(|place| self.at(place)).map(|allowed| allowed.standing)
    }

    /// The most names that one request is judged by: far beyond any list, and few enough to look each one up.
    pub fn most_names(&self) -> usize {
        self.entries.len().max(1_000)
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    fn at(&self, place: usize) -> Option<&Allowed> {
        self.entries.get(place)
    }

    fn has_custom(&self) -> bool {
        self.entries.iter().any(|allowed| allowed.standing != Standing::BuiltIn)
    }
}

/// What a request says about scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requested<'a> {
    /// There is no `scope` parameter, or it is empty.
    Omitted,
    /// The parameter holds nothing but blanks.
    Blank,
    /// These names, in order of appearance, each once.
    Names(Vec<&'a str>),
}

impl<'a> Requested<'a> {
    /// Reads a `scope` parameter.
    pub fn parse(parameter: Option<&'a str>) -> Self {
        let Some(parameter) = parameter.filter(|parameter| !parameter.is_empty()) else { return Self::Omitted };
        let names = scope::parse_parameter(parameter);
        if names.is_empty() { Self::Blank } else { Self::Names(names) }
    }

    /// The names, if there are any.
    pub fn names(&self) -> &[&'a str] {
        match self {
            Self::Omitted | Self::Blank => &[],
            Self::Names(names) => names,
        }
    }
}

/// Everything beside the names that the decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct ScopePolicy {
    /// Which reading of the service decides.
    pub profile: ScopeProfile,
    /// What to do when nothing active is left.
    pub all_inactive: AllInactive,
    /// The grant that asks; the machine grant has no built-in scopes.
    pub flow: OAuthFlow,
    /// Whether the client may use that grant.
    pub flow_allowed: bool,
}

/// The scopes a token gets, in the order in which it names them; empty means no `scope` claim.
///
/// `registry` is asked only for names that are not on the list: what is on the list was looked up when the list was
/// compiled.
pub fn resolve_scopes(
    requested: &Requested<'_>,
    allowed: &AllowList,
    registry: &impl Registry,
    policy: ScopePolicy,
    trace: &mut Trace<IssueRule>,
) -> Result<Vec<Scope>, Refused<IssueRule>> {
    let few = requested.names().len() <= allowed.most_names();
    if !few {
        trace.require(IssueRule::ScopesNotTooMany, few, Evidence::Nothing)?;
    }
    trace.reserve(requested.names().len().max(allowed.entries.len()) + 3);
    let result = decide(requested, allowed, registry, policy, trace);
    // Both profiles grant a request whose names are all granted; only what is not as plain is decided twice.
    let names = requested.names().len();
    let all_granted = |granted: &Vec<Scope>| !granted.is_empty() && (names == 0 || names == granted.len());
    let plain = policy.flow_allowed && *requested != Requested::Blank && result.as_ref().is_ok_and(all_granted);
    if !plain {
        note_other_profile(&result, (requested, allowed), registry, policy, trace);
    }
    result
}

fn decide(
    requested: &Requested<'_>,
    allowed: &AllowList,
    registry: &impl Registry,
    policy: ScopePolicy,
    trace: &mut Trace<IssueRule>,
) -> Result<Vec<Scope>, Refused<IssueRule>> {
    match policy.profile {
        ScopeProfile::Observed if policy.flow == OAuthFlow::ClientCredentials => {
            observed::resolve(requested, allowed, registry, policy, trace)
        }
        ScopeProfile::Observed | ScopeProfile::Documented => {
            documented::resolve(requested, allowed, registry, policy, trace)
        }
    }
}

/// Says in the trace what the other profile would have answered, if that is something else.
fn note_other_profile(
    result: &Result<Vec<Scope>, Refused<IssueRule>>,
    (requested, allowed): (&Requested<'_>, &AllowList),
    registry: &impl Registry,
    policy: ScopePolicy,
    trace: &mut Trace<IssueRule>,
) {
    let profile = policy.profile.other();
    let other = decide(requested, allowed, registry, ScopePolicy { profile, ..policy }, &mut Trace::new());
    let (answer, other_answer) = (summary(result), summary(&other));
    let granted_differ = match (result, &other) {
        (Ok(granted), Ok(others)) => granted.len() != others.len(),
        _ => false,
    };
    if answer != other_answer || granted_differ {
        trace.note(IssueRule::OtherProfile, Evidence::OtherProfile { profile: profile.name(), answer: other_answer });
    }
}

fn summary(result: &Result<Vec<Scope>, Refused<IssueRule>>) -> &'static str {
    match result {
        Ok(scopes) if scopes.is_empty() => "a token without scopes",
        Ok(_) => "a token",
        Err(refused) => match refused.rule() {
            IssueRule::FlowAllowed => "unauthorized_client",
            IssueRule::ObservedScopeOnClientList | IssueRule::ObservedFlowAllowed => "invalid_grant",
            _ => "invalid_scope",
        },
    }
}

/// How a name that is not on the list stands.
fn unlisted(name: &str, registry: &impl Registry) -> Evidence {
    let standing = if scope::is_built_in(name) {
        Standing::BuiltInNotOnList
    } else if registry.defines(name) {
        Standing::DefinedButNotOnList
    } else {
        Standing::UndefinedAndNotOnList
    };
    Evidence::UnlistedScope { scope: shown(name, standing), standing, meant: None }
}

/// A name that nothing defines may be a secret in the wrong place.
fn shown(name: &str, standing: Standing) -> Cut {
    match standing {
        Standing::UndefinedAndNotOnList => Cut::guarded(name, Cut::LIMIT),
        _ => Cut::new(name),
    }
}

/// The same for the name that ends the decision, with what was probably meant.
fn refused(name: &str, allowed: &AllowList, registry: &impl Registry) -> Evidence {
    match unlisted(name, registry) {
        Evidence::UnlistedScope { scope, standing, .. } => {
            Evidence::UnlistedScope { scope, standing, meant: meant(name, allowed) }
        }
        other => other,
    }
}

/// The name on the list that differs only by a usual slip: case, quotes, a second round of percent-encoding, or the
/// identifier left out.
fn meant(name: &str, allowed: &AllowList) -> Option<Scope> {
    let decoded = percent_decode_str(name).decode_utf8_lossy();
    let bare = decoded.trim_matches(|character: char| matches!(character, '"' | '\'' | ',' | ';' | '/'));
    let slip = |scope: &Scope| {
        let same_scope_name = || scope.split().is_some_and(|(_, scope_name)| scope_name == bare);
        scope.as_str().eq_ignore_ascii_case(bare) || same_scope_name()
    };
    allowed.entries.iter().map(|entry| &entry.scope).find(|scope| slip(scope)).cloned()
}

fn listed(allowed: &Allowed) -> Evidence {
    Evidence::Scope { scope: allowed.scope.clone(), standing: allowed.standing }
}
