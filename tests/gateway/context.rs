//! What the upstream is told about the caller, and what browsers of other origins are told.

use serde_json::{Value, json};

use crate::upstream::{Seen, Upstream};
use crate::world::World;

const OK: &str = "HTTP/1.1 200 OK\r\naccess-control-allow-origin: https://evil.example\r\ncontent-length: 2\r\n\r\nok";

fn world(port: u16) -> World {
    let each = [("rest", "rest-api", "1.0"), ("one", "http-api", "1.0"), ("two", "http-api", "2.0")];
    let gateways = each.map(|(name, dialect, payload)| {
        format!(
            "
  - name: {name}
    dialect: {dialect}
    base_path: /{name}
    upstream: http://127.0.0.1:{port}
    forward: {{ payload: '{payload}', headers: {{ X-Client: client_id, X-Name: username }} }}
    authorizers: {{ users: {{ pools: [us-east-1_Gateway01] }} }}
    default_authorizer: users
    routes:
      - {{ route: GET /scoped, scopes: [orders/read] }}
      - {{ route: GET /any }}
      - {{ route: GET /open, authorizer: none }}
    cors:
      allow_origins: ['https://shop.example']
      allow_methods: [GET]
      allow_headers: [authorization]
      expose_headers: [x-total]
      max_age: 300
"
        )
    });
    World::start(&format!("gateways:{}", gateways.concat()))
}

fn authorizer(seen: &Seen) -> Value {
    serde_json::from_str(seen.header("x-poolpass-authorizer").expect("the header")).expect("JSON")
}

#[test]
fn the_upstream_is_told_who_asks_in_the_manner_of_the_dialect() {
    let upstream = Upstream::answering(OK);
    let world = world(upstream.port);
    let token = world.token("reader", "orders/read");
    let asked_for = |gateway: &str, path: &str| {
        assert_eq!(world.get(&world.url(gateway, path), &token).status, 200);
        upstream.next()
    };
    let asked = |gateway: &str| asked_for(gateway, "/scoped");
    let rest = asked("rest");
    assert_eq!(rest.header("x-client"), Some("reader"));
    let claims = authorizer(&rest);
    assert_eq!(claims["claims"]["client_id"], "reader");
    assert!(claims["claims"]["iat"].as_str().is_some_and(|date| date.contains(" UTC ")), "{claims}");
    assert_eq!(claims.as_object().expect("an object").len(), 1, "no scopes");
    let one = authorizer(&asked("one"));
    assert_eq!(one["scopes"], json!(["orders/read"]));
    assert!(one["claims"]["iat"].as_str().is_some_and(|iat| iat.parse::<u64>().is_ok()), "{one}");
    let two = authorizer(&asked("two"));
    assert_eq!(two["jwt"], one);
    // What a route does not ask for is not told, although the token has it.
    let any = authorizer(&asked_for("one", "/any"));
    assert_eq!((&any["scopes"], &any["claims"]), (&Value::Null, &one["claims"]));
    // Told again it is the same, and another token's is its own.
    assert_eq!(authorizer(&asked("one")), one);
    assert_eq!(world.get(&world.url("one", "/scoped"), &world.token("reader", "orders/read")).status, 200);
    let other = authorizer(&upstream.next());
    assert_eq!(other["claims"]["client_id"], "reader");
    assert_ne!(other["claims"]["jti"], one["claims"]["jti"]);
}

#[test]
fn nobody_but_the_gateway_tells_the_upstream_who_asks() {
    let upstream = Upstream::answering(OK);
    let world = world(upstream.port);
    let token = world.token("reader", "orders/read");
    let forged =
        [("X-Poolpass-Authorizer", "{}"), ("X_Poolpass_Authorizer", "{}"), ("X-Name", "root"), ("x_client", "root")];
    for (path, bearer) in [("/open", None), ("/scoped", Some(format!("Bearer {token}")))] {
        let mut headers = forged.to_vec();
        headers.extend(bearer.as_deref().map(|bearer| ("Authorization", bearer)));
        assert_eq!(world.ask("GET", &world.url("rest", path), &headers).status, 200);
        let seen = upstream.next();
        // The token has no such claim.
        assert_eq!(
            (seen.header("x-name"), seen.header("x_client"), seen.header("x_poolpass_authorizer")),
            (None, None, None)
        );
        assert_eq!(seen.header("x-client"), bearer.as_ref().map(|_| "reader"));
        assert_eq!(seen.header("x-poolpass-authorizer").is_some(), bearer.is_some());
        assert_ne!(seen.header("x-poolpass-authorizer"), Some("{}"));
    }
}

#[test]
fn a_preflight_is_answered_before_anybody_is_asked_for_a_token() {
    let upstream = Upstream::answering(OK);
    let world = world(upstream.port);
    let url = world.url("two", "/scoped");
    let preflight =
        |origin| world.ask("OPTIONS", &url, &[("Origin", origin), ("Access-Control-Request-Method", "GET")]);
    let ours = preflight("https://shop.example");
    assert_eq!(ours.status, 204, "{ours:?}");
    for (name, expected) in [
        ("access-control-allow-origin", "https://shop.example"),
        ("access-control-allow-methods", "GET"),
        ("access-control-allow-headers", "authorization"),
        ("access-control-max-age", "300"),
        ("vary", "origin"),
    ] {
        assert_eq!(ours.header(name), Some(expected), "{ours:?}");
    }
    let theirs = preflight("https://evil.example");
    assert_eq!((theirs.status, theirs.header("access-control-allow-origin")), (204, None));
    // Without what makes it a preflight it is a request like others.
    assert_eq!(world.ask("OPTIONS", &url, &[("Origin", "https://shop.example")]).status, 404);
}

#[test]
fn browsers_may_read_refusals_too_and_the_upstream_has_no_say() {
    let upstream = Upstream::answering(OK);
    let world = world(upstream.port);
    let allowed = |path: &str, origin| {
        let answer = world.ask("GET", &world.url("two", path), &[("Origin", origin)]);
        (answer.status, answer.header("access-control-allow-origin").map(str::to_owned))
    };
    let shop = Some("https://shop.example".to_owned());
    assert_eq!(allowed("/scoped", "https://shop.example"), (401, shop.clone()));
    assert_eq!(allowed("/nowhere", "https://shop.example"), (404, shop.clone()));
    assert_eq!(allowed("/open", "https://shop.example"), (200, shop));
    assert_eq!(allowed("/open", "https://evil.example"), (200, None));
}

#[test]
fn gateway_responses_are_worded_by_their_owner() {
    let world = World::start(
        "
gateways:
  - name: api
    stage: prod
    upstream: http://127.0.0.1:9
    authorizers: { users: { pools: [us-east-1_Gateway01] } }
    default_authorizer: users
    routes: [{ route: 'GET /{id}', scopes: [orders/read] }, { route: GET /open, authorizer: none }]
    responses:
      UNAUTHORIZED: { headers: { Access-Control-Allow-Origin: '*' }, body: '{\"why\":$context.error.messageString}' }
      DEFAULT_4XX: { status: 418, body: '$context.error.responseType $context.path $context.resourcePath' }
",
    );
    let url = |path| world.url("api", path);
    let missing = world.ask("GET", &url("/1"), &[]);
    assert_eq!((missing.status, missing.body.as_str()), (401, r#"{"why":"Unauthorized"}"#));
    assert_eq!(missing.header("access-control-allow-origin"), Some("*"));
    let nowhere = world.ask("POST", &url("/1"), &[]);
    let expected = "MISSING_AUTHENTICATION_TOKEN /prod/1 $context.resourcePath";
    assert_eq!((nowhere.status, nowhere.body.as_str()), (418, expected));
    let down = world.ask("GET", &url("/open"), &[]);
    assert_eq!((down.status, down.body.as_str()), (504, r#"{"message":"Network error communicating with endpoint"}"#));
}

/// A REST API that words its answers with what it knows of the request; nothing is behind it.
const WORDED: &str = "
gateways:
  - name: api
    base_path: /shop
    stage: v1
    upstream: http://127.0.0.1:9
    routes: [{ route: 'GET /orders/{id}', authorizer: none }]
    responses:
      DEFAULT_4XX: { status: 418, body: '$context.path' }
      DEFAULT_5XX: { body: '$context.resourcePath' }
";

#[test]
fn a_gateway_response_to_a_failure_names_the_route() {
    let world = World::start(WORDED);
    let down = world.ask("GET", &world.url("api", "/orders/1"), &[]);
    assert_eq!((down.status, down.body.as_str()), (504, "/orders/{id}"));
}

#[test]
fn a_gateway_response_names_the_whole_path() {
    let world = World::start(WORDED);
    let nowhere = world.ask("GET", &world.url("api", "/zz"), &[]);
    assert_eq!((nowhere.status, nowhere.body.as_str()), (418, "/shop/v1/zz"));
}

#[test]
fn gateway_responses_do_not_word_what_is_outside_of_the_stage() {
    let world = World::start(WORDED);
    let elsewhere = world.url("api", "/zz").replace("/shop/v1/zz", "/other");
    let outside = world.ask("GET", &elsewhere, &[]);
    assert_eq!((outside.status, outside.body.as_str()), (403, r#"{"message":"Forbidden"}"#));
    assert_eq!(outside.header("x-amzn-errortype"), Some("ForbiddenException"));
}
