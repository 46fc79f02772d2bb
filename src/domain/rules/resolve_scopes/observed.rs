//! The profile `observed`: what others report to have seen of the machine grant on the real service.
//!
//! It differs from the documentation where a request mixes defined and undefined names, in the error for a scope that
//! the client lacks, and in the order of the scopes. docs/fidelity.md has the table and the evidence.

use crate::domain::hash_order::hash_order;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::scope::{self, Scope};
use crate::domain::trace::{Cut, Evidence, Refused, Standing, Trace};

use super::{AllowList, NOTHING_ASKED, Registry, Requested, ScopePolicy, listed, refused, unlisted};

pub(super) fn resolve(
    requested: &Requested<'_>,
    allowed: &AllowList,
    registry: &impl Registry,
    policy: ScopePolicy,
    trace: &mut Trace<IssueRule>,
) -> Result<Vec<Scope>, Refused<IssueRule>> {
    let granted = match requested {
        Requested::Omitted => {
            trace.note(IssueRule::ObservedScopeOnClientList, NOTHING_ASKED);
            whole_list(allowed, trace)
        }
        Requested::Blank => Vec::new(),
        Requested::Names(names) => listed_names(names, allowed, registry, trace)?,
    };
    trace.require(IssueRule::ObservedSomeScopeDefined, !granted.is_empty(), Evidence::Nothing)?;
    trace.require(IssueRule::ObservedFlowAllowed, policy.flow_allowed, Evidence::Remark(policy.flow.name()))?;
    // COGNITO: recorded scope claims come in this order (second-hand; docs/fidelity.md, `observed`).
    Ok(hash_order(granted))
}

fn whole_list(allowed: &AllowList, trace: &mut Trace<IssueRule>) -> Vec<Scope> {
    let mut granted = Vec::new();
    for entry in allowed.entries() {
        match entry.standing {
            Standing::Active => {
                trace.grant(IssueRule::ObservedScopeOnClientList, listed(entry));
                granted.push(entry.scope.clone());
            }
            Standing::Inactive => trace.note(IssueRule::ScopeActive, listed(entry)),
            _ => {}
        }
    }
    granted
}

/// A word without a slash fails the whole; undefined names are dropped; a defined one that the client lacks fails it.
fn listed_names(
    names: &[&str],
    allowed: &AllowList,
    registry: &impl Registry,
    trace: &mut Trace<IssueRule>,
) -> Result<Vec<Scope>, Refused<IssueRule>> {
    for name in names {
        if scope::split(name).is_none() {
            let presented = Evidence::Presented { parameter: "scope", value: Cut::guarded(name, Cut::LIMIT) };
            trace.require(IssueRule::ObservedScopeIsCustom, false, presented)?;
        }
    }
    let mut granted = Vec::with_capacity(names.len());
    let mut lacking = None;
    for name in names {
        match allowed.place(name).and_then(|place| allowed.at(place)) {
            Some(entry) if entry.standing == Standing::Active => {
                trace.grant(IssueRule::ObservedScopeOnClientList, listed(entry));
                granted.push(entry.scope.clone());
            }
            Some(entry) => trace.note(IssueRule::ScopeActive, listed(entry)),
            None if registry.defines(name) => lacking = lacking.or(Some(*name)),
            None => trace.note(IssueRule::ScopeActive, unlisted(name, registry)),
        }
    }
    match lacking {
        Some(name) => {
            trace.require(IssueRule::ObservedScopeOnClientList, false, refused(name, allowed, registry))?;
            Ok(Vec::new())
        }
        None => Ok(granted),
    }
}
