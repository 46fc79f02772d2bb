//! Every row of the decision table, and what must hold for any request.

use proptest::prelude::*;

use super::*;
use crate::domain::trace::Outcome;

const POLICY: ScopePolicy = ScopePolicy {
    profile: ScopeProfile::Documented,
    all_inactive: AllInactive::Token,
    flow: OAuthFlow::ClientCredentials,
    flow_allowed: true,
};

fn names(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("api{}/scope{number}", number % 3)).collect()
}

fn scopes(names: &[String]) -> Vec<Scope> {
    names.iter().map(|name| Scope::from(name.as_str())).collect()
}

fn run(
    requested: Option<&str>,
    allowed: &[Scope],
    defined: &[String],
    policy: ScopePolicy,
) -> Result<Vec<Scope>, IssueRule> {
    let registry = |name: &str| defined.iter().any(|defined| defined == name);
    let list = AllowList::compile(allowed, &registry);
    let mut trace = Trace::new();
    let result = resolve_scopes(&Requested::parse(requested), &list, &registry, policy, &mut trace);
    let refusals = trace.steps().iter().filter(|step| step.outcome == Outcome::Refused).count();
    assert_eq!(refusals, usize::from(result.is_err()), "a refusal is one step of the trace, and only then");
    result.map_err(|refused| refused.rule())
}

prop_compose! {
    /// A small world: names on the list, names in the registry and names requested, overlapping at random.
    fn world()(allowed in prop::sample::subsequence(names(0..8), 1..=8),
               defined in prop::sample::subsequence(names(0..8), 0..=8),
               requested in prop::sample::subsequence(names(0..8), 0..=8),
               loose in prop::bool::weighted(0.2)) -> (Vec<String>, Vec<String>, Vec<String>) {
        let requested = if loose { requested } else { requested.into_iter().filter(|name| allowed.contains(name)).collect() };
        (allowed, defined, requested)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_granted_was_requested_allowed_and_is_registered((allowed, defined, requested) in world(), observed: bool) {
        let profile = if observed { ScopeProfile::Observed } else { ScopeProfile::Documented };
        let parameter = requested.join(" ");
        if let Ok(granted) = run(Some(&parameter), &scopes(&allowed), &defined, ScopePolicy { profile, ..POLICY }) {
            for scope in granted {
                let name = scope.as_str().to_owned();
                prop_assert!(requested.is_empty() || requested.contains(&name));
                prop_assert!(allowed.contains(&name) && defined.contains(&name));
            }
        }
    }

    #[test]
    fn the_registry_never_turns_a_token_into_an_error((allowed, defined, requested) in world(), after in prop::sample::subsequence(names(0..8), 0..=8)) {
        let parameter = requested.join(" ");
        let before = run(Some(&parameter), &scopes(&allowed), &defined, POLICY);
        let changed = run(Some(&parameter), &scopes(&allowed), &after, POLICY);
        prop_assert_eq!(before.is_ok(), changed.is_ok());
        prop_assert_eq!(run(Some(&parameter), &scopes(&allowed), &defined, POLICY), before);
    }

    #[test]
    fn a_name_off_the_list_is_an_error_whatever_the_registry_holds((allowed, defined, requested) in world()) {
        let off_list = requested.iter().any(|name| !allowed.contains(name));
        let result = run(Some(&requested.join(" ")), &scopes(&allowed), &defined, POLICY);
        prop_assert_eq!(off_list, result == Err(IssueRule::ScopeOnClientList));
    }

    #[test]
    fn order_and_duplicates_do_not_matter((allowed, defined, requested) in world(), seed: u64, observed: bool) {
        let profile = if observed { ScopeProfile::Observed } else { ScopeProfile::Documented };
        let policy = ScopePolicy { profile, ..POLICY };
        let mut shuffled = requested.clone();
        shuffled.extend(requested.iter().take(2).cloned());
        let length = shuffled.len().max(1);
        shuffled.rotate_left(usize::try_from(seed % 64).unwrap() % length);
        shuffled.reverse();
        let sorted = |mut result: Result<Vec<Scope>, IssueRule>| { if let Ok(scopes) = &mut result { scopes.sort(); } result };
        let (plain, shuffled) = (requested.join(" "), shuffled.join("  "));
        prop_assert_eq!(
            sorted(run(Some(&plain), &scopes(&allowed), &defined, policy)),
            sorted(run(Some(&shuffled), &scopes(&allowed), &defined, policy))
        );
    }

    #[test]
    fn deleting_or_adding_one_scope_keeps_the_token_and_adding_it_again_restores_it(
        (allowed, defined, requested) in world(), changed in 0_usize..8, omitted: bool, observed: bool,
    ) {
        let changed = names(changed..changed + 1);
        let parameter = requested.join(" ");
        let parameter = (!omitted).then_some(parameter.as_str());
        let profile = if observed { ScopeProfile::Observed } else { ScopeProfile::Documented };
        let answer = |defined: &[String]| run(parameter, &scopes(&allowed), defined, ScopePolicy { profile, ..POLICY });
        let first = answer(&defined);
        let without: Vec<String> = defined.iter().filter(|name| !changed.contains(name)).cloned().collect();
        // Defined again, it is the youngest: when it was defined must not matter.
        let again = [without.clone(), changed.clone()].concat();
        if defined.contains(&changed[0]) {
            prop_assert_eq!(&answer(&again), &first);
        }
        if !observed {
            prop_assert_eq!(answer(&without).is_ok(), first.is_ok());
            prop_assert_eq!(answer(&again).is_ok(), first.is_ok());
        }
        if let (Ok(with), Ok(without)) = (answer(&again), answer(&without)) {
            let rest: Vec<Scope> = with.into_iter().filter(|scope| scope.as_str() != changed[0]).collect();
            // Under the profile `observed` the order depends on how many there are.
            let sorted = |mut scopes: Vec<Scope>| { scopes.sort(); scopes };
            prop_assert_eq!(sorted(rest), sorted(without), "only the changed scope comes and goes");
        }
    }

    #[test]
    fn people_get_the_built_in_scopes_of_the_list_whatever_is_registered(
        (mut allowed, defined, mut requested) in world(), listed in prop::sample::subsequence(scope::BUILT_IN.to_vec(), 0..=5),
        asked in prop::sample::subsequence(scope::BUILT_IN.to_vec(), 0..=5),
    ) {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        requested.retain(|name| allowed.contains(name));
        requested.extend(owned(&asked));
        allowed.extend(owned(&listed));
        let policy = ScopePolicy { flow: OAuthFlow::Code, ..POLICY };
        let result = run(Some(&requested.join(" ")), &scopes(&allowed), &defined, policy);
        if asked.iter().all(|name| listed.contains(name)) {
            let wanted = |name: &&String| requested.is_empty() || requested.contains(name);
            let known = |name: &&String| defined.contains(name) || scope::is_built_in(name);
            let expected: Vec<String> = allowed.iter().filter(wanted).filter(known).cloned().collect();
            prop_assert_eq!(result, Ok(scopes(&expected)));
        } else {
            prop_assert_eq!(result, Err(IssueRule::ScopeOnClientList));
        }
    }
}

#[test]
fn more_names_than_any_list_holds_are_refused_unseen() {
    let requested: Vec<_> = (0..1_001).map(|number| format!("api/scope{number}")).collect();
    let refused = |count: usize| run(Some(&requested[..count].join(" ")), &scopes(&names(0..8)), &[], POLICY);
    assert_eq!(refused(1_001), Err(IssueRule::ScopesNotTooMany));
    assert_eq!(refused(1_000), Err(IssueRule::ScopeOnClientList));
}

/// What the trace says of the other profile.
fn other(requested: Option<&str>, defined: &[&str], policy: ScopePolicy) -> Option<&'static str> {
    let registry = |name: &str| defined.contains(&name);
    let list = AllowList::compile(&[Scope::from("api/read"), Scope::from("api/write")], &registry);
    let mut trace = Trace::new();
    let _either_way = resolve_scopes(&Requested::parse(requested), &list, &registry, policy, &mut trace);
    trace.steps().iter().find_map(|step| match step.evidence {
        Evidence::OtherProfile { answer, .. } => Some(answer),
        _ => None,
    })
}

#[test]
fn the_trace_says_where_the_other_profile_would_differ() {
    let all = ["api/read", "api/write", "api/admin"];
    let observed = ScopePolicy { profile: ScopeProfile::Observed, ..POLICY };
    assert_eq!(other(None, &all, POLICY), None);
    assert_eq!(other(Some("api/read"), &all, POLICY), None);
    assert_eq!(other(Some("api/read api/write"), &all[..1], POLICY), None);
    assert_eq!(other(None, &[], POLICY), Some("invalid_scope"));
    assert_eq!(other(Some("api/read"), &[], POLICY), Some("invalid_scope"));
    assert_eq!(other(Some("  "), &all, POLICY), Some("invalid_scope"));
    assert_eq!(other(Some("api/admin"), &all, POLICY), Some("invalid_grant"));
    assert_eq!(other(Some("api/read api/nothing"), &all, POLICY), Some("a token"));
    assert_eq!(other(Some("api/read api/nothing"), &all, observed), Some("invalid_scope"));
    assert_eq!(other(Some("api/admin"), &all, observed), Some("invalid_scope"));
}
