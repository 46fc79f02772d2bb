//! A token with too few scopes: which, and what the client lacks to get them.

use crate::domain::gateway::dialect::Dialect;
use crate::domain::rules::enforce::scopes_of;
use crate::domain::scope::Scope;
use crate::domain::trace::Standing;

use super::doing::{issuer, listed};
use super::refusal::Case;
use super::why::Why;

/// The only scope of a sign-in through the JSON API.
const API_SIGN_IN: &str = "aws.cognito.signin.user.admin";

/// Why the scopes of the token are not enough.
pub(super) fn missing(case: &Case<'_>) -> Why {
    let wanted: Vec<&str> = case.wanted().iter().map(Scope::as_str).collect();
    let has = case.passage.token.as_ref().map(|token| scopes_of(token.claims(), case.dialect())).unwrap_or_default();
    let lacks: Vec<&str> = wanted.iter().copied().filter(|scope| !has.contains(scope)).collect();
    let holds = match has.as_slice() {
        [] => "no scope".to_owned(),
        [one] => format!("the scope `{one}`"),
        some => format!("the scopes {}", listed(some)),
    };
    let wants = match (wanted.as_slice(), case.dialect()) {
        ([one], _) => format!("`{one}`"),
        (all, Dialect::Rfc6750All) if lacks.len() < all.len() => {
            format!("all of {}: it lacks {}", listed(all), listed(&lacks))
        }
        (all, Dialect::Rfc6750All) => format!("all of {}", listed(all)),
        (all, _) => format!("one of {}", listed(all)),
    };
    Why::new(format!("the token has {holds}, and the route wants {wants}"), change(case, &has, &lacks))
}

fn change(case: &Case<'_>, has: &[&str], lacks: &[&str]) -> String {
    if case.claim("token_use") == Some("id") {
        return "send the `access_token` of the same sign-in: an ID token has no scopes".to_owned();
    }
    if let Some((wanted, held)) = spelled_alike(has, lacks) {
        return format!(
            "name the scope the same on both sides: the token has `{held}`, the route wants `{wanted}`, and case counts"
        );
    }
    let client = case.claim("client_id").unwrap_or("?");
    let known = &case.around.scopes;
    let standing = |name: &str| known.iter().find(|(scope, _)| scope.as_str() == name).map(|(_, standing)| *standing);
    let judged: Vec<(&str, Standing)> = lacks.iter().filter_map(|name| Some((*name, standing(name)?))).collect();
    if judged.is_empty() {
        return of_others(case, lacks);
    }
    let one_is_enough = case.dialect() != Dialect::Rfc6750All;
    let nearest = judged.iter().min_by_key(|(_, standing)| distance(*standing)).into_iter();
    let chosen: Vec<_> = if one_is_enough { nearest.collect() } else { judged.iter().take(3).collect() };
    let by_api = has == [API_SIGN_IN] && case.is_of_person();
    let steps: Vec<String> = chosen.into_iter().map(|(name, standing)| step(client, name, *standing, by_api)).collect();
    steps.join("; and ")
}

/// How much has to be done before the client can get a scope.
fn distance(standing: Standing) -> u8 {
    match standing {
        Standing::Active | Standing::BuiltIn => 0,
        Standing::Inactive => 1,
        Standing::DefinedButNotOnList | Standing::BuiltInNotOnList => 2,
        Standing::UndefinedAndNotOnList => 3,
    }
}

fn step(client: &str, name: &str, standing: Standing, by_api: bool) -> String {
    let parts = crate::domain::scope::split(name);
    match (standing, parts) {
        (Standing::Active | Standing::BuiltIn, _) if by_api => format!(
            "sign in through the hosted pages and ask for `{name}` there: a sign-in through the JSON API gives \
             `{API_SIGN_IN}` only"
        ),
        (Standing::Active | Standing::BuiltIn, _) => {
            format!("ask for `{name}` when you get the token: client `{client}` may have it")
        }
        (Standing::Inactive, Some((server, scope))) => format!(
            "define `{scope}` in the resource server `{server}` again, and get a new token with `{name}`: client \
             `{client}` has it on its list"
        ),
        (Standing::DefinedButNotOnList | Standing::BuiltInNotOnList, _) => {
            format!("add `{name}` to AllowedOAuthScopes of client `{client}`, and get a new token with it")
        }
        (Standing::UndefinedAndNotOnList, Some((server, scope))) => format!(
            "define `{scope}` in a resource server `{server}`, add `{name}` to AllowedOAuthScopes of client `{client}`, \
             and get a new token with it"
        ),
        (Standing::Inactive | Standing::UndefinedAndNotOnList, None) => {
            format!("let the route want another scope: no client can have `{name}`, which is no `identifier/scope`")
        }
    }
}

fn of_others(case: &Case<'_>, lacks: &[&str]) -> String {
    let from = case.passage.token.as_ref().map_or_else(|| "its issuer".to_owned(), |token| issuer(token.issuer()));
    match lacks {
        [one] => format!("get a token with `{one}` from {from}"),
        all if case.dialect() == Dialect::Rfc6750All => format!("get a token with {} from {from}", listed(all)),
        all => format!("get a token with one of {} from {from}", listed(all)),
    }
}

/// A scope that is lacking, and one of the token that differs from it in case only.
fn spelled_alike<'a>(has: &[&'a str], lacks: &[&'a str]) -> Option<(&'a str, &'a str)> {
    lacks.iter().find_map(|wanted| Some((*wanted, *has.iter().find(|held| held.eq_ignore_ascii_case(wanted))?)))
}
