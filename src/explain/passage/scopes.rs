//! A token with too few scopes: which, and what the client lacks to get them.

use crate::domain::gateway::dialect::Dialect;
use crate::domain::rules::enforce::scopes_of;
use crate::domain::scope::{API_SIGN_IN, Scope, is_built_in, split};
use crate::domain::trace::Standing;

use super::doing::{issuer, listed};
use super::refusal::Case;
use super::why::Why;

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

/// What gets a token with these scopes past the route.
pub(super) fn change(case: &Case<'_>, has: &[&str], lacks: &[&str]) -> String {
    if let Some((wanted, held)) = spelled_alike(has, lacks) {
        return format!(
            "name the scope the same on both sides: the token has `{held}`, the route wants `{wanted}`, and case counts"
        );
    }
    let holder = Holder::of(case, has);
    let known = &case.around.scopes;
    let standing = |name: &str| known.iter().find(|(scope, _)| scope.as_str() == name).map(|(_, standing)| *standing);
    let judged: Vec<(&str, Standing)> = lacks.iter().filter_map(|name| Some((*name, standing(name)?))).collect();
    if judged.is_empty() {
        return of_others(case, &holder, lacks);
    }
    let one_is_enough = case.dialect() != Dialect::Rfc6750All;
    let nearest = judged.iter().min_by_key(|(name, standing)| holder.distance(name, *standing)).into_iter();
    let chosen: Vec<_> = if one_is_enough { nearest.collect() } else { judged.iter().take(3).collect() };
    let steps: Vec<String> = chosen.into_iter().map(|(name, standing)| holder.step(name, *standing)).collect();
    steps.join("; and ")
}

/// Whose token it is, and how a better one is had.
struct Holder<'a> {
    client: &'a str,
    by: By,
    /// Scopes that are defined, beside those that are nearly spelled so and are not.
    alike: &'a [(Scope, String)],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Machine,
    /// The hosted pages.
    Pages,
    /// The JSON API.
    Api,
    /// It is the ID token of somebody.
    IdToken,
}

impl<'a> Holder<'a> {
    fn of(case: &Case<'a>, has: &[&str]) -> Self {
        let by = match (case.claim("token_use"), case.is_of_person()) {
            (Some("id"), _) => By::IdToken,
            (_, true) if has == [API_SIGN_IN] => By::Api,
            (_, true) => By::Pages,
            (_, false) => By::Machine,
        };
        let client = case.claim("client_id").or_else(|| case.claim("aud")).unwrap_or("?");
        Self { client, by, alike: &case.around.alike }
    }

    /// COGNITO: a client with the flow `client_credentials` cannot have a built-in scope (docs/fidelity.md).
    fn cannot_have(&self, name: &str) -> bool {
        self.by == By::Machine && is_built_in(name)
    }

    /// How much has to be done before the client can get a scope.
    fn distance(&self, name: &str, standing: Standing) -> u8 {
        match standing {
            _ if self.cannot_have(name) => 4,
            Standing::Active | Standing::BuiltIn => 0,
            Standing::Inactive => 1,
            Standing::DefinedButNotOnList | Standing::BuiltInNotOnList => 2,
            Standing::UndefinedAndNotOnList => 3,
        }
    }

    fn step(&self, name: &str, standing: Standing) -> String {
        let (client, parts) = (self.client, split(name));
        match (standing, parts) {
            _ if self.cannot_have(name) => format!(
                "send the token of a user who signs in at a client with the flow `code`, or let the route want a scope \
                 of a resource server: a machine cannot have `{name}`"
            ),
            (Standing::Active | Standing::BuiltIn, _) => self.ask(name),
            (Standing::Inactive, Some((server, scope))) => format!(
                "define `{scope}` in the resource server `{server}` again, and {}: client `{client}` has it on its list",
                self.renew(&format!("`{name}`"))
            ),
            (Standing::BuiltInNotOnList, _) if name == API_SIGN_IN => format!(
                "sign in through the JSON API and send the `access_token`, which has `{name}`; or add it to \
                 AllowedOAuthScopes of client `{client}`, and {}",
                self.renew("it")
            ),
            (Standing::DefinedButNotOnList | Standing::BuiltInNotOnList, _) => {
                format!("add `{name}` to AllowedOAuthScopes of client `{client}`, and {}", self.renew("it"))
            }
            (Standing::UndefinedAndNotOnList, Some((server, scope))) => format!(
                "{}define `{scope}` in a resource server `{server}`, add `{name}` to AllowedOAuthScopes of client \
                 `{client}`, and {}",
                self.misspelled(name),
                self.renew("it")
            ),
            (Standing::Inactive | Standing::UndefinedAndNotOnList, None) => {
                format!("let the route want another scope: no client can have `{name}`, which is no `identifier/scope`")
            }
        }
    }

    fn ask(&self, name: &str) -> String {
        match self.by {
            By::Api => format!(
                "sign in through the hosted pages and ask for `{name}` there: a sign-in through the JSON API gives \
                 `{API_SIGN_IN}` only"
            ),
            By::IdToken => format!(
                "send the `access_token` of a sign-in that asks for `{name}`: client `{}` may have it, and an ID token \
                 has no scopes",
                self.client
            ),
            By::Machine | By::Pages => {
                format!("ask for `{name}` when you get the token: client `{}` may have it", self.client)
            }
        }
    }

    /// How the scope gets into a token, once the client may have it.
    fn renew(&self, scope: &str) -> String {
        match self.by {
            By::IdToken => format!("send an `access_token` with {scope}: an ID token has no scopes"),
            By::Api => format!("get a new token with {scope} through the hosted pages"),
            By::Machine | By::Pages => format!("get a new token with {scope}"),
        }
    }

    fn misspelled(&self, name: &str) -> String {
        match self.alike.iter().find(|(scope, _)| scope.as_str() == name) {
            Some((_, meant)) => format!("correct the route if it means `{meant}`, which is defined; otherwise "),
            None => String::new(),
        }
    }
}

fn of_others(case: &Case<'_>, holder: &Holder<'_>, lacks: &[&str]) -> String {
    let from = case.passage.token.as_ref().map_or_else(|| "its issuer".to_owned(), |token| issuer(token.issuer()));
    let scopes = match lacks {
        [one] => format!("`{one}`"),
        all if case.dialect() == Dialect::Rfc6750All => listed(all),
        all => format!("one of {}", listed(all)),
    };
    match holder.by {
        By::IdToken => {
            format!("send the `access_token` of a sign-in that asks for {scopes}: an ID token has no scopes")
        }
        By::Machine | By::Pages | By::Api => format!("get a token with {scopes} from {from}"),
    }
}

/// A scope that is lacking, and one of the token that differs from it in case only.
fn spelled_alike<'a>(has: &[&'a str], lacks: &[&'a str]) -> Option<(&'a str, &'a str)> {
    lacks.iter().find_map(|wanted| Some((*wanted, *has.iter().find(|held| held.eq_ignore_ascii_case(wanted))?)))
}
