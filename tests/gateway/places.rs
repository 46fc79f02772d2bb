//! Where gateways are found, and what they say when they start.

use serde_json::json;

use crate::world::World;

const MOCKING: &str = "
gateways:
  - name: orders
    mode: mock
    authorizers: { users: { pools: [us-east-1_Gateway01] } }
    default_authorizer: users
    routes:
      - { route: 'GET /orders/{id}', scopes: [orders/read] }
      - { route: POST /orders, scopes: [orders/write] }
      - { route: GET /me }
      - { route: GET /health, authorizer: none, mock: { status: 202, headers: { X-Kind: canned }, body: fine } }
";

#[test]
fn a_gateway_that_mocks_answers_with_its_decision() {
    let world = World::start(MOCKING);
    let token = world.token("reader", "orders/read");
    let order = world.get(&world.url("orders", "/orders/1"), &token);
    assert_eq!(order.status, 200, "{order:?}");
    assert_eq!(order.json()["route"], "GET /orders/{id}");
    assert_eq!(order.json()["claims"]["client_id"], "reader");
    let health = world.ask("GET", &world.url("orders", "/health"), &[]);
    assert_eq!((health.status, health.header("x-kind"), health.body.as_str()), (202, Some("canned"), "fine"));
}

#[test]
fn a_gateway_refuses_in_the_manner_of_a_rest_api() {
    let world = World::start(MOCKING);
    let token = world.token("reader", "orders/read");
    let url = |path| world.url("orders", path);
    let unauthorized = json!({ "message": "Unauthorized" });
    let missed = world.ask("POST", &url("/orders"), &[("Authorization", &token)]);
    assert_eq!((missed.status, missed.json()), (401, unauthorized.clone()));
    let nobody = world.ask("GET", &url("/orders/1"), &[]);
    assert_eq!((nobody.status, nobody.json()), (401, unauthorized));
    let nowhere = world.get(&url("/elsewhere"), &token);
    assert_eq!((nowhere.status, nowhere.json()), (403, json!({ "message": "Missing Authentication Token" })));
}
