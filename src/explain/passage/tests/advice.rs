//! What leads in: the smallest change for a token with too few scopes, and for one of the wrong kind.

use super::*;
use crate::domain::gateway::authorizer::AudiencePattern;

/// What is said of a token with too few scopes, where these stand with its client.
fn lacking(dialect: Dialect, wanted: &[&str], claims: &Value, known: &[(&str, Standing)]) -> (String, String) {
    let mut passage = passage(dialect, wanted, claims);
    passage.trace.refuse(EnforceRule::SomeScopeGranted, Evidence::Nothing);
    let scopes = known.iter().map(|(name, standing)| (Scope::new(*name), *standing)).collect();
    told(&passage, &Around { scopes, ..Around::default() })
}

#[test]
fn a_client_is_told_the_smallest_step_to_the_scope() {
    let claims = json!({ "client_id": "job", "token_use": "access", "scope": "orders/read" });
    let to = |name: &str, standing| lacking(Dialect::RestApi, &[name], &claims, &[(name, standing)]).1;
    assert_eq!(
        to("orders/write", Standing::Active),
        "ask for `orders/write` when you get the token: client `job` may have it"
    );
    let added = |name: &str| format!("add `{name}` to AllowedOAuthScopes of client `job`, and get a new token with it");
    assert_eq!(to("orders/write", Standing::DefinedButNotOnList), added("orders/write"));
    assert_eq!(
        to("orders/write", Standing::Inactive),
        "define `write` in the resource server `orders` again, and get a new token with `orders/write`: client `job` has \
         it on its list"
    );
    assert_eq!(
        to("orders/write", Standing::UndefinedAndNotOnList),
        "define `write` in a resource server `orders`, add `orders/write` to AllowedOAuthScopes of client `job`, and get \
         a new token with it"
    );
    assert_eq!(
        to("admin", Standing::UndefinedAndNotOnList),
        "let the route want another scope: no client can have `admin`, which is no `identifier/scope`"
    );
}

#[test]
fn a_machine_is_not_told_to_get_what_only_users_have() {
    let claims = json!({ "client_id": "job", "token_use": "access", "scope": "orders/read" });
    let to = |names: &[&str], known: &[(&str, Standing)]| lacking(Dialect::RestApi, names, &claims, known).1;
    assert_eq!(
        to(&["email"], &[("email", Standing::BuiltInNotOnList)]),
        "send the token of a user who signs in at a client with the flow `code`, or let the route want a scope of a \
         resource server: a machine cannot have `email`"
    );
    let nearer = [("email", Standing::BuiltInNotOnList), ("orders/write", Standing::UndefinedAndNotOnList)];
    assert!(to(&["email", "orders/write"], &nearer).starts_with("define `write` in a resource server `orders`"));
}

#[test]
fn a_person_is_told_how_the_scope_gets_into_a_token() {
    let claims = json!({ "client_id": "web", "username": "ada", "scope": "openid" });
    let to = |name: &str, standing| lacking(Dialect::RestApi, &[name], &claims, &[(name, standing)]).1;
    assert_eq!(to("email", Standing::BuiltIn), "ask for `email` when you get the token: client `web` may have it");
    assert_eq!(
        to("email", Standing::BuiltInNotOnList),
        "add `email` to AllowedOAuthScopes of client `web`, and get a new token with it"
    );
    assert_eq!(
        to("aws.cognito.signin.user.admin", Standing::BuiltInNotOnList),
        "sign in through the JSON API and send the `access_token`, which has `aws.cognito.signin.user.admin`; or add it \
         to AllowedOAuthScopes of client `web`, and get a new token with it"
    );
    let api = json!({ "client_id": "web", "username": "ada", "scope": "aws.cognito.signin.user.admin" });
    let known = [("orders/read", Standing::DefinedButNotOnList)];
    assert_eq!(
        lacking(Dialect::HttpApi, &["orders/read"], &api, &known).1,
        "add `orders/read` to AllowedOAuthScopes of client `web`, and get a new token with it through the hosted pages"
    );
}

#[test]
fn an_id_token_is_exchanged_for_an_access_token_with_the_scope() {
    let claims = json!({ "aud": "web", "token_use": "id", "cognito:username": "ada" });
    let to = |standing| lacking(Dialect::HttpApi, &["orders/read"], &claims, &[("orders/read", standing)]).1;
    let asked = "send the `access_token` of a sign-in that asks for `orders/read`: client `web` may have it, and an ID \
                 token has no scopes";
    let added = "add `orders/read` to AllowedOAuthScopes of client `web`, and send an `access_token` with it: an ID token \
                 has no scopes";
    assert_eq!(to(Standing::Active), asked);
    assert_eq!(to(Standing::DefinedButNotOnList), added);
    let of_rest = |standing| {
        let mut passage = passage(Dialect::RestApi, &["orders/read"], &claims);
        passage.trace.refuse(EnforceRule::TokenKindFits, Evidence::differs("token_use", "id", "access"));
        told(&passage, &Around { scopes: vec![(Scope::new("orders/read"), standing)], ..Around::default() }).1
    };
    assert_eq!(of_rest(Standing::Active), asked);
    assert_eq!(of_rest(Standing::DefinedButNotOnList), added);
}

#[test]
fn a_scope_that_is_nearly_spelled_as_one_that_is_defined_may_be_misspelled() {
    let claims = json!({ "client_id": "job", "token_use": "access", "scope": "orders/write" });
    let mut passage = passage(Dialect::RestApi, &["orders/raed"], &claims);
    passage.trace.refuse(EnforceRule::SomeScopeGranted, Evidence::Nothing);
    let wanted = Scope::new("orders/raed");
    let scopes = vec![(wanted.clone(), Standing::UndefinedAndNotOnList)];
    let around = Around { scopes, alike: vec![(wanted, "orders/read".to_owned())], ..Around::default() };
    assert_eq!(
        told(&passage, &around).1,
        "correct the route if it means `orders/read`, which is defined; otherwise define `raed` in a resource server \
         `orders`, add `orders/raed` to AllowedOAuthScopes of client `job`, and get a new token with it"
    );
}

#[test]
fn a_token_without_an_audience_is_told_what_its_route_takes() {
    let to = |dialect, scopes: &[&str], claims: &Value| {
        let mut passage = passage(dialect, scopes, claims);
        let pattern = AudiencePattern::new("web|x").unwrap();
        let with_pattern = Authorizer { audience_pattern: Some(pattern), ..authorizer() };
        let mut route = (**passage.route.as_ref().unwrap()).clone();
        route.access = Access::Authorizer(Arc::new(with_pattern), route.scopes().to_vec());
        passage.route = Some(Arc::new(route));
        passage.trace.refuse(EnforceRule::AudiencePatternMatches, Evidence::differs("aud", "", "web|x"));
        told(&passage, &Around::default()).1
    };
    let of = |client: &str| json!({ "client_id": client, "username": "ada" });
    let off = "take `audience_pattern` off the authorizer";
    assert_eq!(to(Dialect::RestApi, &[], &of("web")), "send the `id_token` of the same sign-in");
    let another = "send the `id_token` of a sign-in at a client whose id matches";
    assert_eq!(to(Dialect::RestApi, &[], &of("other")), another);
    let of_user = "send the `id_token` of a user who signs in at a client whose id matches";
    assert_eq!(to(Dialect::RestApi, &[], &json!({ "client_id": "web" })), of_user);
    assert_eq!(to(Dialect::HttpApi, &[], &of("other")), format!("{another}, or {off}"));
    let without = format!("{off}, or let the route want no scopes and send an ID token");
    assert_eq!(to(Dialect::RestApi, &["orders/read"], &of("web")), without);
    assert_eq!(to(Dialect::Rfc6750Any, &[], &of("web")), off, "it takes access tokens only");
}

#[test]
fn a_path_with_a_stage_before_it_is_told_the_route_behind() {
    let mut passage = passage(Dialect::HttpApi, &[], &json!({}));
    passage.trace.refuse(EnforceRule::RouteMatches, presented("path", "/dev/orders"));
    let below = Some(("/dev".to_owned(), "GET /orders".to_owned()));
    assert_eq!(
        told(&passage, &Around { below, ..Around::default() }).1,
        "leave `/dev` away, without which the path is for `GET /orders`; if it is a stage or a base path, set `stage` or \
         `base_path` of the gateway (under `gateways:` of a --config file)"
    );
}

#[test]
fn where_one_scope_is_enough_the_nearest_is_advised_and_else_each_that_lacks() {
    let claims = json!({ "client_id": "job", "token_use": "access", "scope": "orders/read x/y" });
    let known = [("a/a", Standing::UndefinedAndNotOnList), ("b/b", Standing::Active)];
    let (cause, change) = lacking(Dialect::HttpApi, &["a/a", "b/b"], &claims, &known);
    assert_eq!(cause, "the token has the scopes `orders/read`, `x/y`, and the route wants one of `a/a`, `b/b`");
    assert_eq!(change, "ask for `b/b` when you get the token: client `job` may have it");
    let known = [("orders/read", Standing::Active), ("b/b", Standing::DefinedButNotOnList)];
    let (cause, change) = lacking(Dialect::Rfc6750All, &["orders/read", "b/b"], &claims, &known);
    assert_eq!(
        cause,
        "the token has the scopes `orders/read`, `x/y`, and the route wants all of `orders/read`, `b/b`: it lacks `b/b`"
    );
    assert_eq!(change, "add `b/b` to AllowedOAuthScopes of client `job`, and get a new token with it");
}

#[test]
fn other_tokens_that_lack_a_scope_are_told_what_they_are() {
    let id = json!({ "aud": "web", "token_use": "id" });
    let (_, change) = lacking(Dialect::HttpApi, &["orders/read"], &id, &[]);
    assert_eq!(change, "send the `access_token` of a sign-in that asks for `orders/read`: an ID token has no scopes");
    let shouted = json!({ "client_id": "job", "scope": "Orders/Read" });
    let (_, change) = lacking(Dialect::HttpApi, &["orders/read"], &shouted, &[("orders/read", Standing::Active)]);
    assert_eq!(
        change,
        "name the scope the same on both sides: the token has `Orders/Read`, the route wants `orders/read`, and case counts"
    );
    let api = json!({ "client_id": "web", "username": "ada", "scope": "aws.cognito.signin.user.admin" });
    let (_, change) = lacking(Dialect::HttpApi, &["orders/read"], &api, &[("orders/read", Standing::Active)]);
    assert_eq!(
        change,
        "sign in through the hosted pages and ask for `orders/read` there: a sign-in through the JSON API gives \
         `aws.cognito.signin.user.admin` only"
    );
}
