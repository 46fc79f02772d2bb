//! The profile `observed`: what others report to have seen of the machine grant on the real service.
//!
//! It differs from the documentation where a request mixes defined and undefined names, in the error for a scope that
//! the client lacks, and in the order of the scopes. docs/fidelity.md has the table and the evidence.

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
            let presented = Evidence::Presented { parameter: "scope", value: Cut::new(name) };
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

/// The order of a Java `HashSet` made with room for these names: by bucket, then by insertion.
// COGNITO: recorded scope claims come in this order (second-hand; docs/fidelity.md, `observed`).
fn hash_order(scopes: Vec<Scope>) -> Vec<Scope> {
    let needed = scopes.len() * 4 / 3 + 1;
    let buckets = u32::try_from(needed.max(16).next_power_of_two()).unwrap_or(u32::MAX);
    let mut placed: Vec<(u32, Scope)> =
        scopes.into_iter().map(|scope| (bucket(scope.as_str(), buckets), scope)).collect();
    placed.sort_by_key(|(bucket, _)| *bucket);
    placed.into_iter().map(|(_, scope)| scope).collect()
}

fn bucket(name: &str, buckets: u32) -> u32 {
    let hash = name.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
    (hash ^ (hash >> 16)) & (buckets - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_a_java_hash_set() {
        // "a".hashCode() is 97, "b" 98, "Aa" and "BB" share 2112.
        assert_eq!([bucket("a", 16), bucket("b", 16), bucket("Aa", 16), bucket("BB", 16)], [1, 2, 0, 0]);
        let names = ["b", "a", "BB", "Aa"].map(Scope::from).to_vec();
        assert_eq!(hash_order(names), ["BB", "Aa", "a", "b"].map(Scope::from));
    }
}
