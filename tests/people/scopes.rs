//! Scopes over time: what was deleted or taken off the list since the sign-in is left out, never an error.

use serde_json::json;

use super::world::{CALLBACK, POOL, World, claim};

const GRANTED: [&str; 3] = ["openid", "orders/read", "orders/write"];

fn define(world: &World, names: &[&str]) {
    let scopes: Vec<_> = names.iter().map(|name| json!({ "ScopeName": name, "ScopeDescription": "x" })).collect();
    let input = json!({ "UserPoolId": POOL, "Identifier": "orders", "Name": "orders", "Scopes": scopes });
    assert_eq!(world.call("UpdateResourceServer", &input).status, 200);
}

fn list(world: &World, scopes: &[&str]) {
    let input = json!({
        "UserPoolId": POOL, "ClientId": "web", "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": scopes, "CallbackURLs": [CALLBACK],
    });
    assert_eq!(world.call("UpdateUserPoolClient", &input).status, 200);
}

fn scopes(world: &World, refresh_token: &str) -> String {
    let answer = world.refresh("web", refresh_token);
    assert_eq!(answer.status, 200, "{answer:?}");
    claim(&answer.text("access_token"), "scope").as_str().unwrap().to_owned()
}

#[test]
fn a_scope_that_is_deleted_is_left_out_and_comes_back_when_it_is_defined_again() {
    let world = World::start();
    let token = world.signed_in("web", &GRANTED).text("refresh_token");
    define(&world, &["read"]);
    assert_eq!(scopes(&world, &token), "openid orders/read");
    define(&world, &["read", "write"]);
    assert_eq!(scopes(&world, &token), "openid orders/read orders/write");
}

#[test]
fn what_was_inactive_at_the_exchange_is_never_granted_by_a_refresh() {
    let world = World::start();
    let code = world.code("web", &GRANTED, None);
    define(&world, &["read"]);
    let answer = world.exchange("web", &code);
    assert_eq!(claim(&answer.text("access_token"), "scope"), "openid orders/read");
    define(&world, &["read", "write"]);
    assert_eq!(scopes(&world, &answer.text("refresh_token")), "openid orders/read");
}

#[test]
fn a_scope_that_is_taken_off_the_list_is_left_out_and_a_new_one_is_not_given() {
    let world = World::start();
    let token = world.signed_in("web", &["openid", "orders/write"]).text("refresh_token");
    list(&world, &["openid", "orders/read"]);
    assert_eq!(scopes(&world, &token), "openid");
}

#[test]
fn a_pool_can_choose_to_keep_scopes_that_are_taken_off_the_list() {
    let world = World::with_options("{ keep_removed_scopes: true }");
    let token = world.signed_in("web", &["openid", "orders/write"]).text("refresh_token");
    list(&world, &["openid"]);
    assert_eq!(scopes(&world, &token), "openid orders/write");
    define(&world, &["read"]);
    assert_eq!(scopes(&world, &token), "openid");
}
