//! What a gateway publishes for clients that know nothing but its URL (RFC 9728).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::world::{Answer, POOL, World};

const GATEWAYS: &str = "
gateways:
  - name: root
    dialect: rfc6750-any
    mode: mock
    authorizers: { users: { pools: [us-east-1_Gateway01] } }
    default_authorizer: users
    routes: [{ route: POST /mcp, scopes: [orders/read] }]
    resource_metadata: true
  - name: shop
    dialect: rfc6750-all
    base_path: /shop
    stage: prod
    mode: mock
    authorizers:
      users: { pools: [us-east-1_Gateway01, us-east-1_Nowhere01], issuers: ['https://issuer.example.com'] }
      others: { pools: [us-east-1_Gateway01], identity_source: $request.querystring.access_token }
    default_authorizer: users
    routes:
      - { route: GET /orders, scopes: [orders/read, stock/read] }
      - { route: PUT /orders, authorizer: others, scopes: [orders/write, orders/read] }
      - { route: GET /open, authorizer: none }
    resource_metadata: true
  - name: declared
    dialect: rfc6750-any
    base_path: /declared
    mode: mock
    authorizers: { users: { pools: [us-east-1_Gateway01] } }
    default_authorizer: users
    routes: [{ route: GET /orders, scopes: [orders/read] }]
    resource_metadata:
      resource: https://mcp.example.com/v1/
      scopes_supported: [orders/read, orders/write]
      resource_name: Orders
      resource_documentation: https://docs.example.com/
  - name: silent
    dialect: rfc6750-any
    base_path: /silent
    mode: mock
    authorizers: { users: { pools: [us-east-1_Gateway01] } }
    default_authorizer: users
    routes: [{ route: GET /orders }]
    resource_metadata: false
";

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

fn origin(world: &World) -> String {
    world.url("root", "")
}

/// The parameter of `WWW-Authenticate` that leads to the document.
fn pointer(answer: &Answer) -> Option<&str> {
    let challenge = answer.header("www-authenticate")?;
    challenge.split_once("resource_metadata=\"")?.1.split_once('"').map(|(url, _)| url)
}

/// What the tokens of the pool say of their issuer.
fn issuer(world: &World) -> String {
    let token = world.token("reader", "orders/read");
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).expect("claims")).expect("base64url");
    serde_json::from_slice::<Value>(&claims).expect("claims")["iss"].as_str().expect("an issuer").to_owned()
}

#[test]
fn a_refusal_leads_to_the_document_and_the_document_to_the_issuer() {
    let world = World::start(GATEWAYS);
    let refused = world.post(&format!("{}/mcp", origin(&world)), &[], "{}");
    let url = format!("{}{WELL_KNOWN}", origin(&world));
    assert_eq!((refused.status, pointer(&refused)), (401, Some(url.as_str())), "{refused:?}");
    let document = world.ask("GET", &url, &[]);
    assert_eq!((document.status, document.header("content-type")), (200, Some("application/json")));
    assert_eq!(
        document.json(),
        json!({
            "resource": origin(&world),
            "authorization_servers": [issuer(&world)],
            "scopes_supported": ["orders/read"],
            "bearer_methods_supported": ["header"],
        })
    );
}

#[test]
fn the_issuer_is_the_one_in_the_tokens_however_the_server_is_called() {
    for (mode, expected) in [
        ("aws", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Gateway01".to_owned()),
        ("base-url", "http://poolpass.example:1/us-east-1_Gateway01".to_owned()),
    ] {
        let flags = ["--issuer", mode, "--base-url", "http://poolpass.example:1"];
        let world = World::with(&format!("{POOL}{GATEWAYS}"), &flags);
        let document = world.ask("GET", &format!("{}{WELL_KNOWN}", origin(&world)), &[]);
        assert_eq!(document.json()["authorization_servers"], json!([expected]), "{mode}");
    }
}

#[test]
fn base_path_and_stage_follow_the_well_known_path() {
    let world = World::start(GATEWAYS);
    let url = format!("{}{WELL_KNOWN}/shop/prod", origin(&world));
    let document = world.ask("GET", &url, &[]).json();
    assert_eq!(document["resource"], world.url("shop", ""));
    assert_eq!(document["authorization_servers"], json!([issuer(&world), "https://issuer.example.com"]));
    assert_eq!(document["scopes_supported"], json!(["orders/read", "stock/read", "orders/write"]));
    assert_eq!(document["bearer_methods_supported"], json!(["header", "query"]));
    let reader = world.token("reader", "orders/read");
    for (token, status) in [("nonsense", 401), (reader.as_str(), 403)] {
        let refused = world.get(&world.url("shop", "/orders"), token);
        assert_eq!((refused.status, pointer(&refused)), (status, Some(url.as_str())), "{refused:?}");
    }
    // What is not about tokens does not lead there.
    assert_eq!(world.ask("GET", &world.url("shop", "/nowhere"), &[]).header("www-authenticate"), None);
    for other in ["/shop", "/shop/prod/", "/shop/prod/orders", "/silent"] {
        let elsewhere = world.ask("GET", &format!("{}{WELL_KNOWN}{other}", origin(&world)), &[]);
        assert_eq!(elsewhere.status, 404, "{other}: {elsewhere:?}");
    }
}

#[test]
fn what_is_declared_goes_before_what_is_found() {
    let world = World::start(GATEWAYS);
    let expected = json!({
        "resource": "https://mcp.example.com/v1",
        "authorization_servers": [issuer(&world)],
        "scopes_supported": ["orders/read", "orders/write"],
        "bearer_methods_supported": ["header"],
        "resource_name": "Orders",
        "resource_documentation": "https://docs.example.com/",
    });
    for path in ["/declared", "/v1"] {
        assert_eq!(world.ask("GET", &format!("{}{WELL_KNOWN}{path}", origin(&world)), &[]).json(), expected, "{path}");
    }
    let refused = world.ask("GET", &world.url("declared", "/orders"), &[]);
    assert_eq!(pointer(&refused), Some("https://mcp.example.com/.well-known/oauth-protected-resource/v1"));
    let silent = world.ask("GET", &world.url("silent", "/orders"), &[]);
    assert_eq!((silent.status, pointer(&silent)), (401, None));
}

#[test]
fn a_client_gets_the_name_that_it_asked_under_and_no_other_text() {
    let world = World::start(GATEWAYS);
    let named = |host: &str| {
        let answer = world.ask("GET", &format!("{}{WELL_KNOWN}", origin(&world)), &[("Host", host)]);
        answer.json()["resource"].clone()
    };
    assert_eq!(named("gateway.example:7277"), "http://gateway.example:7277");
    let strange = named("a\"b");
    assert_eq!(strange, Value::String(origin(&world)), "where the request came in");
    let refused = world.ask("POST", &world.url("root", "/mcp"), &[("Host", "a\", error=\"b")]);
    assert_eq!(pointer(&refused), Some(format!("{}{WELL_KNOWN}", origin(&world)).as_str()));
}

#[test]
fn scripts_of_every_origin_may_read_the_document() {
    let world = World::start(GATEWAYS);
    let url = format!("{}{WELL_KNOWN}", origin(&world));
    let read = world.ask("GET", &url, &[("Origin", "https://inspector.example")]);
    assert_eq!((read.status, read.header("access-control-allow-origin")), (200, Some("*")));
    let preflight = [
        ("Origin", "https://inspector.example"),
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "mcp-protocol-version"),
    ];
    let preflight = world.ask("OPTIONS", &url, &preflight);
    assert_eq!((preflight.status, preflight.header("access-control-allow-headers")), (204, Some("*")));
    assert_eq!(world.post(&url, &[], "").status, 404, "nothing else is served there");
    assert_eq!(world.ask("HEAD", &url, &[]).status, 200);
}

#[test]
fn a_proxy_is_told_where_the_document_is_only_if_that_is_known() {
    let world = World::start(GATEWAYS);
    let asked = |gateway: &str, path: &str| {
        let headers = [("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", path)];
        world.ask("GET", &format!("{}/_poolpass/forward-auth/{gateway}", origin(&world)), &headers)
    };
    let shop = asked("shop", "/shop/prod/orders");
    assert_eq!((shop.status, pointer(&shop)), (401, None));
    let declared = asked("declared", "/declared/orders");
    assert_eq!(pointer(&declared), Some("https://mcp.example.com/.well-known/oauth-protected-resource/v1"));
}
