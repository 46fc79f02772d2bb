//! Where gateways are found, and what they do with a request that is none of theirs.

use serde_json::{Value, json};

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

/// Gateways that differ in nothing but where they are; each answers with its name.
const PLACES: &str = "
gateways:
  - { name: root, mode: mock, routes: [{ route: 'GET /{proxy+}', authorizer: none, mock: { body: root } }] }
  - name: staged
    mode: mock
    stage: prod
    routes: [{ route: 'GET /{proxy+}', authorizer: none, mock: { body: staged } }]
  - name: based
    mode: mock
    base_path: /shop
    routes: [{ route: 'GET /{proxy+}', authorizer: none, mock: { body: based } }, &top { route: GET /, authorizer: none }]
  - name: deeper
    mode: mock
    base_path: /shop/v2
    stage: prod
    routes: [{ route: 'GET /{proxy+}', authorizer: none, mock: { body: deeper } }]
  - name: hosted
    mode: mock
    host: Orders.localhost
    base_path: /api
    routes: [{ route: 'GET /{proxy+}', authorizer: none, mock: { body: hosted } }]
  - name: elsewhere
    mode: mock
    listen: 127.0.0.2:0
    stage: dev
    routes: [{ route: 'GET /{proxy+}', authorizer: none, mock: { body: elsewhere } }]
  - name: http
    dialect: http-api
    mode: mock
    listen: [127.0.0.3:0]
    stage: dev
    routes: [{ route: $default, authorizer: none, mock: { body: http } }]
";

/// Everything of an URL before its path.
fn origin(world: &World, name: &str) -> String {
    let url = world.url(name, "");
    let parts: Vec<&str> = url.splitn(4, '/').collect();
    parts[..3].join("/")
}

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

#[test]
fn gateways_share_an_address_by_host_base_path_and_stage() {
    let world = World::start(PLACES);
    let origin = origin(&world, "root");
    let asked = |path: &str, host: &str| world.ask("GET", &format!("{origin}{path}"), &[("Host", host)]);
    let cases = [
        ("/a", "localhost", "root"),
        ("/prod/a", "localhost", "staged"),
        ("/production/a", "localhost", "root"),
        ("/shop/a", "localhost", "based"),
        ("/shopping/a", "localhost", "root"),
        ("/shop/v2/prod/a", "localhost", "deeper"),
        ("/shop/v2/a", "localhost", "based"),
        ("/api/a", "localhost", "root"),
        ("/api/a", "orders.localhost", "hosted"),
        ("/api/a", "ORDERS.localhost:7277", "hosted"),
        ("/api/a", "orders.localhost.", "hosted"),
        ("/api/a", "orders.localhost.:7277", "hosted"),
        ("/a", "orders.localhost", "root"),
        ("/api/a", "orders.localhost.example.com", "root"),
    ];
    for (path, host, expected) in cases {
        let answer = asked(path, host);
        assert_eq!((answer.status, answer.body.as_str()), (200, expected), "{path} of {host}");
    }
    for host in ["x@orders.localhost", "orders.localhost:80x", "orders.localhost,x", "orders.localhost%2e", "a b"] {
        assert_eq!(asked("/api/a", host).status, 400, "{host}");
    }
    let top = asked("/shop", "localhost");
    assert_eq!((top.status, top.json()["route"].as_str()), (200, Some("GET /")), "{top:?}");
}

/// What is behind `root` may be behind `based` too, or serve its paths as well.
#[test]
fn a_path_that_may_be_read_as_another_gateways_is_refused() {
    let takes_any = "
  - name: any
    mode: mock
    base_path: /any
    routes: [{ route: 'GET /{proxy+}', authorizer: none, allow_ambiguous_paths: true, mock: { body: any } }]
  - { name: within, mode: mock, base_path: /any/within, routes: [] }
  - { name: dotted, mode: mock, base_path: /dotted., routes: [] }
";
    let world = World::start(&format!("{PLACES}{takes_any}"));
    let asked = |path: &str, host: &str| {
        let answer = world.raw("root", &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        (head.split(' ').nth(1).expect("a status").to_owned(), body.to_owned())
    };
    let bad = || ("400".to_owned(), r#"{"message":"Bad Request"}"#.to_owned());
    for path in [
        "/%73hop/a",
        "/shop;a/a",
        "/shop;a",
        "/shop%3fa",
        "/shop%23/a",
        "/pr%6fd/a",
        "/shop/%76%32/prod/a",
        "/dotted%2e/a",
        "/dotted/a",
        "/%20/shop/a",
    ] {
        assert_eq!(asked(path, "localhost"), bad(), "{path}");
    }
    for (path, expected) in [("/%73hops/a", "root"), ("/shop/%61", "based"), ("/shop/v2/%61", "based")] {
        assert_eq!(asked(path, "localhost"), ("200".to_owned(), expected.to_owned()), "{path}");
    }
    // Another host's gateways are none of its concern; a host's own go before all others.
    assert_eq!(asked("/%61pi/a", "localhost").1, "root");
    assert_eq!(asked("/%61pi/a", "orders.localhost"), bad());
    assert_eq!(asked("/any/withi%6e/a", "localhost").1, "any");
}

#[test]
fn nor_does_a_proxy_get_leave_for_such_a_path() {
    let world = World::start(PLACES);
    let asked = |name: &str, path: &str| {
        let url = format!("{}/_poolpass/forward-auth/{name}", origin(&world, "root"));
        world.ask("GET", &url, &[("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", path)]).status
    };
    assert_eq!((asked("root", "/%73hop/a"), asked("root", "/shop;/a")), (400, 400));
    assert_eq!(
        (asked("root", "/%73hops/a"), asked("based", "/shop/%61"), asked("hosted", "/api/%61")),
        (200, 200, 200)
    );
}

#[test]
fn a_path_without_the_stage_belongs_to_nobody() {
    let world = World::start(PLACES);
    let asked = |name: &str, path: &str| world.ask("GET", &format!("{}{path}", origin(&world, name)), &[]);
    assert_eq!(asked("elsewhere", "/dev/a").body, "elsewhere");
    let rest = asked("elsewhere", "/a");
    assert_eq!((rest.status, rest.json()), (403, json!({ "message": "Forbidden" })));
    assert_eq!(asked("http", "/dev/a").body, "http");
    let http = asked("http", "/a");
    assert_eq!((http.status, http.json()), (404, json!({ "message": "Not Found" })));
}

#[test]
fn a_request_with_two_hosts_is_refused() {
    let world = World::start(PLACES);
    let raw = "GET /api/a HTTP/1.1\r\nHost: orders.localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(world.raw("root", raw).starts_with("HTTP/1.1 400 "), "{}", world.raw("root", raw));
}

#[test]
fn the_ready_line_names_each_gateway_and_what_is_open_or_closed_in_it() {
    let world = World::start(
        "
gateways:
  - name: orders
    mode: mock
    stage: prod
    host: orders.localhost
    authorizers: { users: { pools: [us-east-1_Gateway01] }, others: { pools: [us-east-1_Nowhere01] } }
    default_authorizer: users
    routes:
      - { route: GET /orders, scopes: [orders/read] }
      - { route: GET /health, authorizer: none }
      - { route: GET /stock, authorizer: others }
",
    );
    let port = world.gateway("orders")["url"].as_str().unwrap().split([':', '/']).nth(4).unwrap().to_owned();
    assert_eq!(
        world.gateway("orders"),
        &json!({
            "name": "orders",
            "url": format!("http://orders.localhost:{port}/prod"),
            "dialect": "rest-api",
            "mode": "mock",
            "unprotected": ["GET /health"],
            "unresolved": ["GET /stock"],
            "unsupported": [],
        })
    );
    let origin = format!("http://127.0.0.1:{port}/prod");
    let token = world.token("reader", "orders/read");
    let closed =
        world.ask("GET", &format!("{origin}/stock"), &[("Host", "orders.localhost"), ("Authorization", &token)]);
    assert_eq!(closed.status, 500, "{closed:?}");
    assert_eq!(world.ready["made"], Value::Null);
}

#[test]
fn a_rest_api_never_sees_the_health_checks_of_its_host() {
    let world = World::start(PLACES);
    let asked = |name: &str, path: &str| world.ask("GET", &format!("{}{path}", origin(&world, name)), &[]);
    for (name, path) in [("root", "/ping"), ("root", "/sping"), ("elsewhere", "/ping"), ("elsewhere", "/sping")] {
        let healthy = asked(name, path);
        assert_eq!((healthy.status, healthy.body.as_str()), (200, "healthy"), "{name} {path}");
        assert!(healthy.header("x-amzn-requestid").is_some(), "{healthy:?}");
    }
    for (name, path, expected) in [
        ("root", "/ping/", "root"),
        ("root", "/pings", "root"),
        ("root", "/shop/ping", "based"),
        ("elsewhere", "/dev/ping", "elsewhere"),
    ] {
        assert_eq!(asked(name, path).body, expected, "{name} {path}");
    }
    assert_eq!((asked("http", "/ping").status, asked("http", "/dev/ping").body.as_str()), (404, "http"));
}
