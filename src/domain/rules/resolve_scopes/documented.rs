//! The profile `documented`: the client's list decides, and what it does not hold is `invalid_scope`.

use crate::domain::client::OAuthFlow;
use crate::domain::pool::AllInactive;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::scope::Scope;
use crate::domain::trace::{Evidence, Refused, Standing, Trace};

use super::{AllowList, Allowed, NOTHING_ASKED, Registry, Requested, ScopePolicy, listed, refused};

pub(super) fn resolve(
    requested: &Requested<'_>,
    allowed: &AllowList,
    registry: &impl Registry,
    policy: ScopePolicy,
    trace: &mut Trace<IssueRule>,
) -> Result<Vec<Scope>, Refused<IssueRule>> {
    let machine = policy.flow == OAuthFlow::ClientCredentials;
    if machine {
        // COGNITO: a client without custom scopes is told `invalid_scope` even if it may not use the grant at all
        // (one public report; docs/fidelity.md, `client-has-custom-scopes`).
        trace.require(IssueRule::ClientHasCustomScopes, allowed.has_custom(), Evidence::Nothing)?;
    }
    let granted = match requested {
        // COGNITO: `scope=` and blanks mean the same as no scope at all (one public report).
        Requested::Omitted | Requested::Blank => {
            trace.note(IssueRule::ScopeOnClientList, NOTHING_ASKED);
            whole_list(allowed, machine, trace)
        }
        Requested::Names(names) => listed_names(names, allowed, registry, machine, trace)?,
    };
    let some_active = !granted.is_empty() || policy.all_inactive == AllInactive::Token;
    if granted.is_empty() {
        trace.require(IssueRule::SomeScopeActive, some_active, Evidence::Remark(remark(policy.all_inactive)))?;
    }
    trace.require(IssueRule::FlowAllowed, policy.flow_allowed, Evidence::Remark(policy.flow.name()))?;
    Ok(granted)
}

const fn remark(all_inactive: AllInactive) -> &'static str {
    match all_inactive {
        AllInactive::Token => "nothing active is left, and this pool then issues a token without a scope claim",
        AllInactive::InvalidScope => "nothing active is left, and this pool then answers invalid_scope",
    }
}

/// Every active scope of the list; a machine has no use for built-in ones.
fn whole_list(allowed: &AllowList, machine: bool, trace: &mut Trace<IssueRule>) -> Vec<Scope> {
    let fitting = allowed.entries().iter().filter(|entry| !(machine && entry.standing == Standing::BuiltIn));
    fitting.filter_map(|entry| grant_if_active(entry, trace)).collect()
}

/// The requested names that are active, in the order of the client's list; one name off the list fails the whole.
fn listed_names(
    names: &[&str],
    allowed: &AllowList,
    registry: &impl Registry,
    machine: bool,
    trace: &mut Trace<IssueRule>,
) -> Result<Vec<Scope>, Refused<IssueRule>> {
    let mut wanted = vec![false; allowed.entries().len()];
    for name in names {
        match allowed.place(name).and_then(|place| wanted.get_mut(place)) {
            Some(want) => *want = true,
            None => trace.require(IssueRule::ScopeOnClientList, false, refused(name, allowed, registry))?,
        }
    }
    let wanted = allowed.entries().iter().zip(wanted).filter_map(|(entry, want)| want.then_some(entry));
    let mut granted = Vec::with_capacity(names.len());
    for entry in wanted {
        if machine && entry.standing == Standing::BuiltIn {
            trace.require(IssueRule::ScopeFitsGrant, false, listed(entry))?;
        }
        granted.extend(grant_if_active(entry, trace));
    }
    Ok(granted)
}

fn grant_if_active(entry: &Allowed, trace: &mut Trace<IssueRule>) -> Option<Scope> {
    if entry.standing == Standing::Inactive {
        trace.note(IssueRule::ScopeActive, listed(entry));
        return None;
    }
    trace.grant(IssueRule::ScopeOnClientList, listed(entry));
    Some(entry.scope.clone())
}
