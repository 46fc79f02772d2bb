//! Advice that helps where it is given: on an authorizer that leads nowhere, and on a request as it is sent.

use serde_json::{Value, json};

use crate::world::World;

const GATEWAY: &str = "
gateways:
  - name: staged
    base_path: /shop
    stage: prod
    mode: mock
    authorizers:
      users: { pools: [us-east-1_Gateway01] }
      gone: { pools: [us-east-1_Nowhere01] }
    default_authorizer: users
    routes:
      - { route: GET /orders, scopes: [orders/read] }
      - { route: GET /gone, authorizer: gone }
      - { route: GET /shop/prod/within, authorizer: none }
";

/// What would be answered.
fn tried(world: &World, route: &str) -> Value {
    let endpoint = world.ready["endpoint"].as_str().expect("an endpoint");
    let asked = json!({ "route": route, "token": world.token("reader", "orders/read") });
    world.post(&format!("{endpoint}/_poolpass/explain/route"), &[], &asked.to_string()).json()
}

#[test]
fn a_declared_authorizer_without_a_pool_is_corrected_where_it_is_declared() {
    let world = World::start(GATEWAY);
    let told = tried(&world, "GET /gone");
    assert_eq!(
        told["cause"],
        "the route's authorizer `gone` names no pool that there was here when the gateway started"
    );
    assert_eq!(told["change"], "correct `pools` of the authorizer, or declare the pool that it names");
    assert_eq!(world.gateway("staged")["unresolved"], json!(["GET /gone"]));
}

#[test]
fn what_keeps_a_token_out_is_told_with_what_lets_it_in() {
    let world = World::start(&GATEWAY.replace(
        "      - { route: GET /gone,",
        "      - { route: GET /mail, scopes: [email] }\n      - { route: GET /slip, scopes: [orders/raed] }\n      - { \
         route: GET /gone,",
    ));
    for (route, change) in [
        (
            "GET /mail",
            "send the token of a user who signs in at a client with the flow `code`, or let the route want a scope of a \
             resource server: a machine cannot have `email`",
        ),
        (
            "GET /slip",
            "correct the route if it means `orders/read`, which is defined; otherwise define `raed` in a resource server \
             `orders`, add `orders/raed` to AllowedOAuthScopes of client `reader`, and get a new token with it",
        ),
        (
            "GET /dev/orders",
            "leave `/dev` away, without which the path is for `GET /orders`; if it is a stage or a base path, set `stage` \
             or `base_path` of the gateway (under `gateways:` of a --config file)",
        ),
    ] {
        assert_eq!(tried(&world, route)["change"], change, "{route}");
    }
}

#[test]
fn a_gateway_that_observes_is_tried_as_one() {
    let observing = GATEWAY.replace("mode: mock", "mode: observe\n    upstream: http://127.0.0.1:9");
    let world = World::start(&observing.replace("[orders/read]", "[orders/write]"));
    let told = tried(&world, "GET /orders");
    let answer = json!({
        "verdict": "observed", "would_be": 401, "rule": "some-scope-granted", "body": "{\"message\":\"Unauthorized\"}",
    });
    assert_eq!(told["answer"], answer);
    assert_eq!(tried(&world, "GET /shop/prod/within")["answer"]["verdict"], "observed", "no route is observed, too");
}

#[test]
fn a_request_may_be_written_as_it_is_sent() {
    let world = World::start(GATEWAY);
    for route in ["GET /orders?a=b", "GET /shop/prod/orders", "GET /shop/prod/orders?a=b"] {
        let told = tried(&world, route);
        assert_eq!(
            (&told["answer"]["verdict"], &told["request"]),
            (&json!("allowed"), &json!("GET /orders")),
            "{route}"
        );
    }
    for (route, within) in [
        ("GET /shop/orders", "GET /shop/orders"),
        ("GET /shop/products/orders", "GET /shop/products/orders"),
        ("GET /shop/prod", "GET /"),
        ("GET /shop/prod/shop/prod/within", "GET /shop/prod/within"),
    ] {
        assert_eq!(tried(&world, route)["request"], within);
    }
}
